"""Latent vectors: how they are drawn, and which of them are chosen."""
