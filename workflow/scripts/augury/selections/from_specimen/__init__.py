"""Images that begin with a training image under noise: between a copy of it and an image that is drawn freely."""
