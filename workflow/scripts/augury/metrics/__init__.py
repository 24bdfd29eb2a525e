"""How good classifiers are, and how sure that is. One statistic a module."""
