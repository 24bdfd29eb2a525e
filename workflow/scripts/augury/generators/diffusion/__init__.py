"""Diffusion (Karras et al. 2022, arXiv:2206.00364, EDM): one network for all classes, which learns to remove noise."""
