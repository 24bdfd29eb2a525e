"""What is uncertain about a mean difference: test specimens, seeds, and how far splits lie apart.

Seeds of a split share its images, so they are averaged first; splits are the unit after that.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from augury.verdict.components import (
    PRIOR,
    PRIOR_DF,
    TINY,
    Evidence,
    pooled,
    ratio_of_folds,
    seed_variance,
    tested_once,
    with_pseudo_counts,
)

if TYPE_CHECKING:
    from augury.verdict.replicates import Sides, Specimens

NONE: Mapping[int, int] = MappingProxyType({-1: -1})  # as `luck`: nothing is random


def gather(
    sides: Sequence["Sides"],
    column: int,
    specimens: "Specimens",
    graded: bool = True,
    luck: Mapping[int, int] = MappingProxyType({}),
    test_to_train: float | None = None,
    least: float = 0.0,
    seed_prior: float = PRIOR,
) -> Evidence[float] | None:
    """The evidence about one measure from the runs of one arm and classifier; None where it is nowhere defined.

    specimens: of the measure's class. graded: whether the measure counts right and wrong answers, of which too few may
    have been seen; then a pseudo-specimen is added. luck: by seed of a classifier that of its generator, where several
    classifiers had one generator, whose luck they share; NONE where nothing is random. With one seed per split, its
    effect is read off the spread of the splits. test_to_train: test over training specimens of a split; without it, as
    of folds, or a half. least: deviation of a specimen's difference where none is seen. seed_prior: a seed's effect
    before any is seen, in s2 / n_train. A split in which a class has no image is passed over for that class.
    """
    groups: dict[str, dict[int, list[Sides]]] = {}
    for each in sides:
        if np.isfinite(each.difference[column]):
            groups.setdefault(each.key.split, {}).setdefault(luck.get(each.key.seed, each.key.seed), []).append(each)
    if not groups:
        return None
    values = [np.array([np.mean([each.difference[column] for each in run]) for run in group.values()])
              for group in groups.values()]  # fmt: skip
    replicates = [np.stack([_mean(np.stack([each.replicates[:, column] for each in run])) for run in group.values()])
                  for group in groups.values()]  # fmt: skip
    differences = np.array([each.mean() for each in values])
    between = covariance(np.stack([_mean(each) for each in replicates]))
    diagonal, off = _parts(between)
    n_splits, difference = len(differences), float(differences.mean())
    spread = float(differences.var(ddof=1)) if n_splits > 1 else float("nan")
    total, per_split = specimens.total, specimens.per_split
    variance, df = pooled(float(between.mean()), spread, n_splits, per_split, total, specimens.strata)
    if graded:
        variance = with_pseudo_counts(variance, difference, total)
    # Two or three specimens that agree by chance would resolve anything: they vary as answers that all differ alike.
    agreeing = difference**2 * with_pseudo_counts(0.0, 1.0, total)
    variance = max(variance, (least / (total + 2)) ** 2, agreeing, TINY)
    once, one_split, within = map(float, tested_once(variance, diagonal, off, total, per_split))
    single = max(one_split, float(np.mean([_parts(covariance(drawn))[0] for drawn in replicates])))
    prior = seed_prior * single * (test_to_train or ratio_of_folds(total, per_split))
    extra, seed_df, shared = _seeds(values, replicates)
    if not seed_df and n_splits > 1:
        extra, seed_df = spread - within, n_splits - 1
    count = 1 / float(np.mean([1 / len(each) for each in values]))
    seeds = seed_variance(extra, seed_df, prior) / count
    if not seed_df and len(sides) > 1:  # one generator for all seeds: they tell of the classifiers, not of its luck
        seeds += max(0.0, _classifier_seeds(sides, column)) / len(sides)
    return Evidence(
        difference=difference,
        n_splits=n_splits,
        specimens=variance,
        lasting=float(np.clip(off, 0.0, variance)) if n_splits > 1 and per_split > total / 2 else shared * variance,
        within=within,
        seeds=0.0 if luck is NONE else float(seeds),
        spread=spread,
        df=df,
        seed_df=float(seed_df + PRIOR_DF),
        once=once,
        taken=seed_variance(0.0, seed_df, prior) / count,
    )


def covariance(replicates: np.ndarray) -> np.ndarray:
    """(R, R) covariances of rows (R, B); a nan replicate, in which a class was not drawn, tells nothing."""
    known = ~np.isnan(replicates)
    centred = np.where(known, replicates - _mean(replicates.T)[:, None], 0.0)
    pairs = known.astype(float) @ known.T
    return centred @ centred.T / np.maximum(pairs - 1, 1)


def _classifier_seeds(sides: Sequence["Sides"], column: int) -> float:
    values = np.array([each.difference[column] for each in sides])
    return _seeds([values], [np.stack([each.replicates[:, column] for each in sides])])[0]


def _seeds(values: list[np.ndarray], replicates: list[np.ndarray]) -> tuple[float, int, float]:
    # The variance over seeds beyond what each seed's own way with these specimens explains, as specimens count that
    # already (chance may make it negative); its degrees of freedom; and the part of the specimens' variance that seeds
    # have in common.
    several = [(each, covariance(drawn)) for each, drawn in zip(values, replicates, strict=True) if len(each) > 1]
    if not several:
        return 0.0, 0, 1.0
    parts = [_parts(drawn) for _, drawn in several]
    own = np.mean([diagonal - off for diagonal, off in parts])
    extra = float(np.mean([each.var(ddof=1) for each, _ in several]) - own)
    total: float = sum(diagonal / len(each) + off * (1 - 1 / len(each)) for (each, _), (diagonal, off) in
                zip(several, parts, strict=True))  # fmt: skip
    shared = sum(off for _, off in parts) / total if total > 0 else 1.0
    return extra, sum(len(each) - 1 for each, _ in several), float(np.clip(shared, 0.0, 1.0))


def _parts(matrix: np.ndarray) -> tuple[float, float]:
    """Mean of the diagonal, and of the rest (0 where there is none)."""
    n = len(matrix)
    diagonal = float(np.trace(matrix)) / n
    return diagonal, (float(matrix.sum()) - n * diagonal) / (n * (n - 1)) if n > 1 else 0.0


def _mean(values: np.ndarray) -> np.ndarray:
    known = ~np.isnan(values)
    return np.where(known, values, 0.0).sum(axis=0) / np.where(known.any(axis=0), known.sum(axis=0), np.nan)
