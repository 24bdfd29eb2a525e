"""A genetic search for sets of various images."""
