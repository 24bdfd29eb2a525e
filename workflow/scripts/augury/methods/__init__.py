"""Text for a paper: what a study did, in the past tense, from its config and its results, with what it cites."""
