"""Generators: a folder a family, and what all families share: weights on disk, averages, pools of images."""
