"""Honest tables of any shape, for the audit to leave in peace, and forged ones, for it to find."""

import numpy as np

from printed.classes import of_classes, two_arms
from printed.matrices import Table
from printed.others import of_arms, report


def honest(rng: np.random.Generator) -> Table:
    """A table of any shape."""
    return [of_classes, of_classes, of_classes, two_arms, of_arms, report][rng.integers(6)](rng)
