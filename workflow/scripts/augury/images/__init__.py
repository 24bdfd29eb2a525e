"""Image files: found, decoded, fitted, compared and packed. Nowhere else is an image file opened."""
