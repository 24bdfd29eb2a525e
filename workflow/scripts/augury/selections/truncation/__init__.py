"""Latent vectors without large numbers."""
