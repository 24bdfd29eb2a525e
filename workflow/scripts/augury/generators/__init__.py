"""Generators: one folder per family, and what all families share: weights on disk, averages, pools of images."""
