"""Publications: their numbers beside those of a study, and what their tables can and cannot be."""
