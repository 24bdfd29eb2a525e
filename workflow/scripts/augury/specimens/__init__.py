"""Which images show one specimen: by their names, by tables, and by likeness."""
