"""Public sets of images that come as something else than folders: fetched, checked and unpacked."""
