"""Simulated studies whose truth is known: what benchmarks and tests of the verdict judge."""
