"""Image files: found, decoded, fitted and packed. Nowhere else is an image file opened."""
