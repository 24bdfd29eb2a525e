"""Selections: which of all that a generator can draw goes into a pool."""
