"""How good synthetic images are: how far from real ones, how various, whether copies. One statistic a module."""
