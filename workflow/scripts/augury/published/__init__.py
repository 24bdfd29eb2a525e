"""Publications: their numbers beside those of a study."""
