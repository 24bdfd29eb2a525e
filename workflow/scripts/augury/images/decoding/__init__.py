"""From the bytes of an image file to pixels. Nowhere else is an image file opened."""
