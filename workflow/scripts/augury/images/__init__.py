"""Image files: found, indexed, fitted and packed."""
