"""What a result owes to the code that made it: which files, and what of them counts."""
