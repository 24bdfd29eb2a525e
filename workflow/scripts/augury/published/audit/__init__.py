"""What the numbers of a printed table can and cannot be."""
