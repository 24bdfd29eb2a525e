"""Precision and recall (Kynkaanniemi et al. 2019, arXiv:1904.06991), density and coverage (Naeem et al. 2020,
arXiv:2002.09797) of synthetic images, from neighbourhoods in features.

A row's neighbourhood is the ball that reaches to the k-th nearest other row of its own kind.
"""

from dataclasses import dataclass

import numpy as np

from augury.command.script import tell
from augury.metrics.intervals import mean_interval
from augury.scores.distances import squared_blocks, squared_radii
from augury.scores.sample import Cells, Sample, measured

NEIGHBOURS = 5
LIMIT = 10_000  # rows of a kind that are compared with each other


def compute(sample: Sample) -> Cells:
    """All four, of neighbourhoods of one reach."""
    values = manifold(sample.real.train, sample.synthetic, sample.real.train_specimens)
    if values.neighbours < NEIGHBOURS:
        tell(
            f"{sample.label}: neighbourhoods reach to neighbour {values.neighbours} and not {NEIGHBOURS}: "
            "the images are few"
        )
    cells: Cells = {"neighbours": values.neighbours}
    for name in ("precision", "recall", "density", "coverage"):
        cells |= measured(name, getattr(values, name))
    return cells


@dataclass(frozen=True, slots=True)
class Manifold:
    """Each measure with the ends of its 95% interval; nan where no spread is seen."""

    neighbours: int
    precision: tuple[float, float, float]  # share of synthetic rows inside any real neighbourhood
    recall: tuple[float, float, float]  # share of real rows inside any synthetic neighbourhood
    density: tuple[float, float, float]  # real neighbourhoods that hold a synthetic row, over k, mean over those rows
    coverage: tuple[float, float, float]  # share of real neighbourhoods that hold any synthetic row


def manifold(
    real: np.ndarray, synthetic: np.ndarray, groups: np.ndarray | None = None, neighbours: int = NEIGHBOURS
) -> Manifold:
    """The four measures of features (n, d) and (m, d), of the first 10,000 rows of each at most.

    groups: (n,) specimens of the real rows. k is cut to what the smaller set has; with fewer than two rows ValueError.
    Intervals hold the neighbourhoods as they are: of precision and density over synthetic rows, of recall and coverage
    over specimens.
    """
    real, synthetic = real[:LIMIT], synthetic[:LIMIT]
    groups = None if groups is None else groups[:LIMIT]
    k = min(neighbours, len(real) - 1, len(synthetic) - 1)
    if k < 1:
        raise ValueError(f"{len(real)} real and {len(synthetic)} synthetic rows; two of each are needed")
    origin = real[0]  # a row, so that ties among whole numbers stay ties
    of_real, of_synthetic = squared_radii(real, k, origin), squared_radii(synthetic, k, origin)
    neighbourhoods = np.zeros(len(synthetic))  # real neighbourhoods that each synthetic row is in
    covered, recalled = np.zeros((2, len(real)), dtype=bool)
    for where, squared in squared_blocks(synthetic, real, origin):
        inside = squared <= of_real
        neighbourhoods[where] = inside.sum(axis=1)
        covered |= inside.any(axis=0)
        recalled |= (squared <= of_synthetic[where, None]).any(axis=0)
    return Manifold(
        k,
        precision=mean_interval(neighbourhoods > 0, greatest=1),
        recall=mean_interval(recalled, groups, greatest=1),
        density=mean_interval(neighbourhoods / k),
        coverage=mean_interval(covered, groups, greatest=1),
    )
