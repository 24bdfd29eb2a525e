"""What is wrong with a study, and what is worth a word about it, reported before anything runs."""
