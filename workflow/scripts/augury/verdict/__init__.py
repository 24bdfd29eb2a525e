"""Whether an arm helps: pairs of predictions, what is uncertain about their difference, and the word for it."""
