"""Image models of the timm library."""
