"""What is uncertain about a mean difference: test specimens, seeds, and how far splits lie apart.

Seeds of a split share its images, so they are averaged first; splits are the unit after that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

if TYPE_CHECKING:
    from augury.verdict.replicates import Sides, Specimens

Number = TypeVar("Number", float, np.ndarray)
# What is taken for a seed's own effect before any is seen: so much of s2 / n_train, with s2 the variance of one
# specimen's difference, worth as many degrees of freedom. Two or three seeds alone would leave one or two degrees, and
# with them intervals of any length. Small CNNs were measured at 0.8 to 0.9 (benchmarks/training_variance.py). It is no
# share of the test noise: however many specimens are tested, a training is as lucky.
PRIOR, PRIOR_DF = 1.0, 4
PROBE_PRIOR = 0.25  # of a probe: its own fit is not random, and another generator moved its gain by hardly .1
TINY = 1e-12
NONE: Mapping[int, int] = MappingProxyType({-1: -1})  # as `luck`: nothing is random


@dataclass(frozen=True, slots=True)
class Evidence(Generic[Number]):
    """The mean difference of one measure over J splits, and variances; arrays hold many experiments side by side."""

    difference: Number  # mean over splits of the means over seeds
    n_splits: int  # J
    specimens: Number  # variance of `difference` over test specimens, trained classifiers held fixed
    lasting: Number  # the part of it that further splits of the same specimens would leave
    within: Number  # variance of one split's difference over test specimens, as far as splits differ by it
    seeds: Number  # variance that seeds add to one split's difference (its mean over seeds)
    spread: Number  # variance of the splits' differences; nan for one split
    df: float  # degrees of freedom of `specimens`
    seed_df: float  # of `seeds`
    once: Number | None = None  # what `specimens` would be if each were tested by one split; None where each is
    taken: Number | float = 0.0  # the part of `seeds` that no seed or split has shown


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


def pooled(
    variance: Number, spread: Number, n_splits: int, per_split: float, total: int, strata: int
) -> tuple[Number, float]:
    """The variance over specimens as if not each split's own mean had been taken off, and its degrees of freedom.

    A replicate weighs the specimens of a split against each other, which costs a degree of freedom for every split but
    one: all of them where a class has one specimen per fold. What splits differ by gives them back, as in an analysis
    of variance with specimens pooled over splits.
    """
    df = max(total - strata, 1)
    if n_splits < 2:
        return variance, float(df)
    folds = max(total / per_split, 1.0)
    times = max(n_splits / folds, 1.0)  # that each specimen is tested: a mean over repeats has less of each split's own
    return variance + min((folds - 1) * (2 - 1 / times) / df, 1.0) * spread / folds, float(df)


def tested_once(
    variance: Number, diagonal: Number, off: Number, total: float, per_split: float
) -> tuple[Number, Number, Number]:
    """Evidence's `once`, the variance of one split's difference, and `within`, from the mean's variance over specimens.

    diagonal, off: mean variance of a split's difference over specimens, and mean covariance of two splits' ones.
    """
    once = np.maximum(variance, diagonal * per_split / total)
    one_split = once * total / per_split
    return once, one_split, np.maximum(one_split - off, one_split / per_split)


def with_pseudo_counts(variance: Number, difference: Number, n: float) -> Number:
    """Variance of a paired difference of proportions over n specimens, half a count added to each of the four cells.

    Agresti and Min 2005, Statistics in Medicine 24:729: unlike the plain `variance`, it is not 0 where no specimen
    tells the arms apart.
    """
    return (n**2 * variance + 1 + 2 * n * difference**2 / (n + 2)) / (n + 2) ** 2


def seed_variance(measured: Number | float, df: float, prior: Number) -> Number:
    """Variance between single seeds: what was `found` with `df` degrees of freedom, and what is taken for it before."""
    return np.maximum(0.0, df * measured + PRIOR_DF * prior) / (df + PRIOR_DF)


def ratio_of_folds(total: float, per_split: float) -> float:
    """Test over training specimens of a split that trains on all that others test; a half where it tests them all."""
    return per_split / (total - per_split) if total > per_split else 0.5


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
