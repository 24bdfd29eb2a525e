"""How good classifiers are, how far synthetic images are from real ones, and how sure that is. One metric a file."""
