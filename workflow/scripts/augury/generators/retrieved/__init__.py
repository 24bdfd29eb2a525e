"""Real images of a pool that are the nearest to the training images of a class, as if a generator had drawn them."""
