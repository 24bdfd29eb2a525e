"""Images that lie far from the real ones and from each other."""
