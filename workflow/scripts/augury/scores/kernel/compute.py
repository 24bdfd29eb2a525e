"""The kernel distance between two sets of features: the squared maximum mean discrepancy, without bias.

The kernel is (x.y / d + 1)^3 (Binkowski et al. 2018, arXiv:1801.01401, section 4.2), the estimate the unbiased one of
Gretton et al. 2012 (JMLR 13:723, eq. 3), which may fall below zero. It is called KID for Inception-v3 features only.
Unlike the Frechet distance it may be compared between sets of any sizes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from augury.command.script import tell
from augury.metrics.intervals import NORMAL, jackknife_variance
from augury.scores.declaration import LEAST_IMAGES
from augury.scores.distances import checked
from augury.scores.sample import LEAST_REFERENCE, Cells, Sample, measured

SUBSETS = 100
SUBSET_SIZE = 1000
LIMIT = 10_000  # rows of a set of which all pairs are taken
WHAT = "a kernel distance"
_CHUNK = 1024


def compute(sample: Sample) -> Cells:
    """Distances to the training images and to those that choose among snapshots, which every row names."""
    real, synthetic = sample.real, sample.synthetic
    name, reference, specimens = real.reference
    cells: Cells = {"reference": name, "n_reference": len(reference)}
    if sample.size < LEAST_IMAGES:
        return cells
    drawn, within = kernel_distance(real.train, synthetic), within_means(synthetic)
    whole = chosen = kernel_distance_interval(real.train, synthetic, real.train_specimens, within)
    if reference is real.train:
        tell(
            f"{sample.label}: snapshots are compared on training images, for {len(real.validation)} validation images "
            f"are fewer than {LEAST_REFERENCE}"
        )
    else:
        chosen = kernel_distance_interval(reference, synthetic, specimens, within)
    cells |= {"kid": drawn.mean, "kid_sd": drawn.sd, "kid_low": whole.low, "kid_high": whole.high}
    cells |= {"kid_subsets": drawn.subsets, "kid_subset_size": drawn.subset_size}
    return cells | measured("kid_reference", (chosen.value, chosen.low, chosen.high))


@dataclass(frozen=True, slots=True)
class KernelDistance:
    """Mean over subsets and, where they differ, its standard deviation."""

    mean: float
    sd: float | None
    subsets: int
    subset_size: int


@dataclass(frozen=True, slots=True)
class KernelInterval:
    """The distance of all rows at once and its 95% interval; nan where a side has a single group."""

    value: float
    low: float
    high: float


def kernel_distance(
    real: np.ndarray, synthetic: np.ndarray, subsets: int = SUBSETS, subset_size: int = SUBSET_SIZE, seed: int = 2020
) -> KernelDistance:
    """The distance between random subsets of features (n, d) and (m, d), in float64, as torch-fidelity draws them.

    The size of a subset is cut to the smaller set. Where that is all of one set, the standard deviation shows the
    draws from the other alone; where it is all of both there is one subset and no standard deviation. At least two
    rows each, else ValueError.
    """
    real, synthetic = checked(real, WHAT), checked(synthetic, WHAT)
    size = min(subset_size, len(real), len(synthetic))
    if size == len(real) == len(synthetic):
        subsets = 1
    random = np.random.RandomState(seed)  # numpy's legacy stream: published values of KID are drawn from it
    drawn = [
        (random.choice(len(real), size, replace=False), random.choice(len(synthetic), size, replace=False))
        for _ in range(subsets)
    ]
    pairs = len(real) ** 2 + len(synthetic) ** 2 + len(real) * len(synthetic)
    if pairs < 3 * subsets * size**2:
        estimates = _from_all_pairs(real, synthetic, drawn)
    else:
        estimates = np.array([_from_subset(real[x], synthetic[y]) for x, y in drawn])
    return KernelDistance(float(estimates.mean()), float(estimates.std()) if subsets > 1 else None, subsets, size)


def kernel_distance_interval(
    real: np.ndarray,
    synthetic: np.ndarray,
    groups: np.ndarray | None = None,
    within: np.ndarray | None = None,
) -> KernelInterval:
    """The distance of all rows and its 95% interval by the infinitesimal jackknife.

    groups: (n,) names of the real rows that belong together (images of one specimen); by default each its own.
    The first 10,000 rows of each are taken. within: `within_means` of the synthetic ones, where they are known already.
    The interval shows what the rows' own influences do: near equal distributions, where the distance varies by pairs
    of rows alone, it is wider than it need be.
    """
    real, synthetic = checked(real, WHAT)[:LIMIT], checked(synthetic, WHAT)[:LIMIT]
    mean, pulls = _influences(real, synthetic, within)
    names = (np.arange(len(real)) if groups is None else groups[:LIMIT], np.arange(len(synthetic)))
    half = NORMAL * np.sqrt(sum(jackknife_variance(values, own) for values, own in zip(pulls, names, strict=True)))
    return KernelInterval(mean, float(mean - half), float(mean + half))


def within_means(rows: np.ndarray) -> np.ndarray:
    """(n,): the mean kernel of each of the first 10,000 rows with the others of them."""
    rows = checked(rows, WHAT)[:LIMIT].astype(np.float64)
    sums = -((np.square(rows).sum(axis=1) / rows.shape[1] + 1) ** 3)
    for start in range(0, len(rows), _CHUNK):
        block = polynomial(rows[start : start + _CHUNK], rows[start:])
        sums[start : start + _CHUNK] += block.sum(axis=1)
        sums[start + _CHUNK :] += block[:, _CHUNK:].sum(axis=0)
    return sums / (len(rows) - 1)


def polynomial(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The kernel (n, m) of rows (n, d) and (m, d)."""
    values = x @ y.T
    values /= x.shape[1]
    values += 1
    return values * values * values


def _influences(
    real: np.ndarray, synthetic: np.ndarray, within: np.ndarray | None
) -> tuple[float, tuple[np.ndarray, np.ndarray]]:
    """The distance, and how much each row, (n,) and (m,), pulls on it: n times its derivative by the row's weight.

    With weights w the mean over pairs is sum w_i w_j k_ij / sum w_i w_j over i != j, whose derivative at equal weights
    is twice a row's mean kernel with the others, less the mean over all pairs.
    """
    own = within_means(real), within_means(synthetic) if within is None else within
    across = _across_means(real, synthetic)
    pulls = tuple(2 * (a - a.mean() - b + b.mean()) for a, b in zip(own, across, strict=True))
    return float(own[0].mean() + own[1].mean() - 2 * across[0].mean()), pulls


def _across_means(real: np.ndarray, synthetic: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    by_real, by_synthetic = np.zeros(len(real)), np.zeros(len(synthetic))
    real = real.astype(np.float64)
    for start in range(0, len(synthetic), _CHUNK):
        block = polynomial(synthetic[start : start + _CHUNK].astype(np.float64), real)
        by_synthetic[start : start + _CHUNK] = block.mean(axis=1)
        by_real += block.sum(axis=0)
    return by_real / len(synthetic), by_synthetic


def _from_all_pairs(
    real: np.ndarray, synthetic: np.ndarray, drawn: Sequence[tuple[np.ndarray, np.ndarray]]
) -> np.ndarray:
    # (subsets,) distances where all pairs are fewer than those of the subsets: each kernel is computed once, and its
    # sum over a subset is s^T K t for the subset's 0-1 vectors s and t.
    size = len(drawn[0][0])
    chosen = [np.zeros((len(drawn), len(rows))) for rows in (real, synthetic)]
    for number, subset in enumerate(drawn):
        for members, rows in zip(chosen, subset, strict=True):
            members[number, rows] = 1
    x, y = (rows.astype(np.float64) for rows in (real, synthetic))
    within = [_subset_sums(rows, rows, members, members) for rows, members in ((x, chosen[0]), (y, chosen[1]))]
    own = [
        members @ (np.square(rows).sum(1) / rows.shape[1] + 1) ** 3
        for rows, members in ((x, chosen[0]), (y, chosen[1]))
    ]
    across = _subset_sums(x, y, *chosen)
    off = [(sums - diagonal) / (size * (size - 1)) for sums, diagonal in zip(within, own, strict=True)]
    return off[0] + off[1] - 2 * across / size**2


def _subset_sums(x: np.ndarray, y: np.ndarray, of_x: np.ndarray, of_y: np.ndarray) -> np.ndarray:
    sums = np.zeros((len(of_x), len(y)))
    for start in range(0, len(x), _CHUNK):
        sums += of_x[:, start : start + _CHUNK] @ polynomial(x[start : start + _CHUNK], y)
    return (sums * of_y).sum(1)


def _from_subset(x: np.ndarray, y: np.ndarray) -> float:
    x, y = x.astype(np.float64), y.astype(np.float64)
    return _off_diagonal_mean(x) + _off_diagonal_mean(y) - 2 * polynomial(x, y).mean()


def _off_diagonal_mean(rows: np.ndarray) -> float:
    values, count = polynomial(rows, rows), len(rows)
    return (values.sum() - np.trace(values)) / (count * (count - 1))
