"""What is uncertain about a mean difference: test specimens, seeds, and how far splits lie apart.

Seeds of a split share its images, so they are averaged first; splits are the unit after that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from augury.verdict.replicates import Sides, Specimens

Number = float | np.ndarray
FEWEST_DF = 4  # where so few specimens tell the arms apart, p stays near that of McNemar's exact test


@dataclass(frozen=True, slots=True)
class Evidence:
    """The mean difference of one measure over J splits, and variances; arrays hold many experiments side by side."""

    difference: Number  # mean over splits of the means over seeds
    n_splits: int  # J
    specimens: Number  # variance of `difference` over test specimens, trained classifiers held fixed
    lasting: Number  # the part of it that further splits of the same specimens would leave
    one_split: Number  # variance of one split's difference over test specimens
    within: Number  # the part of it in which splits differ: what specimens add to `spread`
    seeds: (
        Number  # variance that seeds add to one split's difference (its mean over seeds); 0 where a seed stands alone
    )
    spread: Number  # variance of the splits' differences; nan for one split
    df: Number  # degrees of freedom of `specimens` and `seeds` together


def gather(sides: Sequence[Sides], column: int, specimens: Specimens) -> Evidence | None:
    """The evidence about one measure from the runs of one arm and classifier; None where it is nowhere defined.

    specimens: of the measure's class; `differing` are those that can tell the arms apart. A split in which a class has
    no image is passed over for that class.
    """
    groups: dict[str, list[Sides]] = {}
    for each in sides:
        if np.isfinite(each.difference[column]):
            groups.setdefault(each.key.split, []).append(each)
    if not groups:
        return None
    values = [np.array([each.difference[column] for each in group]) for group in groups.values()]
    replicates = [np.stack([each.replicates[:, column] for each in group]) for group in groups.values()]
    seeds, seed_df, shared = _seeds(values, replicates)
    return _assemble(
        np.array([each.mean() for each in values]),
        covariance(np.stack([_mean(each) for each in replicates])),
        seeds, seed_df, shared, specimens,
    )  # fmt: skip


def covariance(replicates: np.ndarray) -> np.ndarray:
    """(R, R) covariances of rows (R, B); a nan replicate, in which a class was not drawn, tells nothing."""
    known = ~np.isnan(replicates)
    centred = np.where(known, replicates - _mean(replicates.T)[:, None], 0.0)
    pairs = known.astype(float) @ known.T
    return centred @ centred.T / np.maximum(pairs - 1, 1)


def _assemble(
    differences: np.ndarray, between: np.ndarray, seeds: float, seed_df: int, shared: float, counted: Specimens
) -> Evidence:
    n_splits = len(differences)
    diagonal, off = _parts(between)
    # To have seen none of n differ leaves room for three in n (Hanley and Lippman-Hand 1983, JAMA 249:1743).
    least = 3 / counted.total
    specimens = max(float(between.mean()), least / counted.total)
    same_test = n_splits > 1 and counted.per_split > counted.total / 2
    parts = [(specimens, max(counted.differing - 1, FEWEST_DF)), (seeds / n_splits, max(seed_df, 1))]
    return Evidence(
        difference=float(differences.mean()),
        n_splits=n_splits,
        specimens=specimens,
        lasting=float(np.clip(off, 0.0, specimens)) if same_test else shared * specimens,
        one_split=max(diagonal, least / counted.per_split),
        within=max(diagonal - off, least / counted.total),
        seeds=seeds,
        spread=float(differences.var(ddof=1)) if n_splits > 1 else float("nan"),
        # Satterthwaite 1946, Biometrics Bulletin 2:110.
        df=sum(part for part, _ in parts) ** 2 / sum(part**2 / df for part, df in parts),
    )


def _seeds(values: list[np.ndarray], replicates: list[np.ndarray]) -> tuple[float, int, float]:
    # The spread over seeds beyond what each seed's own way with these specimens explains, as specimens count that
    # already; its degrees of freedom; and the part of the specimens' variance that seeds have in common.
    several = [(each, covariance(drawn)) for each, drawn in zip(values, replicates, strict=True) if len(each) > 1]
    if not several:
        return 0.0, 0, 1.0
    parts = [_parts(drawn) for _, drawn in several]
    own = np.mean([diagonal - off for diagonal, off in parts])
    extra = max(0.0, float(np.mean([each.var(ddof=1) for each, _ in several]) - own))
    total = sum(diagonal / len(each) + off * (1 - 1 / len(each)) for (each, _), (diagonal, off) in
                zip(several, parts, strict=True))  # fmt: skip
    shared = sum(off for _, off in parts) / total if total > 0 else 1.0
    count = float(np.mean([1 / len(each) for each in values]))
    return extra * count, sum(len(each) - 1 for each, _ in several), float(np.clip(shared, 0.0, 1.0))


def _parts(matrix: np.ndarray) -> tuple[float, float]:
    """Mean of the diagonal, and of the rest (0 where there is none)."""
    n = len(matrix)
    diagonal = float(np.trace(matrix)) / n
    return diagonal, (float(matrix.sum()) - n * diagonal) / (n * (n - 1)) if n > 1 else 0.0


def _mean(values: np.ndarray) -> np.ndarray:
    known = ~np.isnan(values)
    return np.where(known, values, 0.0).sum(axis=0) / np.where(known.any(axis=0), known.sum(axis=0), np.nan)
