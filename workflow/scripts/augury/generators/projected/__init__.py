"""Projected GAN (Sauer et al. 2021, arXiv:2111.01007): discriminators that look through a frozen network."""
