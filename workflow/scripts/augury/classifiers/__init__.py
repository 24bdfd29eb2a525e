"""Classifiers: a module a family, and what all share: weights to start from, freezing, an arm's data, training."""
