"""What a design can see, before anything is trained: the verdict's own variance, of evidence that is expected.

Without scipy and numpy, as every plan asks for it.
"""

import dataclasses
import math
from dataclasses import dataclass
from statistics import NormalDist

from augury.verdict import variance
from augury.verdict.components import PRIOR, PRIOR_DF, TINY, Evidence, seed_variance, tested_once, with_pseudo_counts
from augury.verdict.variance import Rule

SHARED = 0.5  # what a second training of both arms repeats of the first one's gains, specimen by specimen; assumed
MOST_TIMES = 1000  # a collection so many times as large is no remedy


@dataclass(frozen=True, slots=True)
class Pilot:
    """What is known or assumed of one measure before a study: an arm beside its baseline, each trained once."""

    variance: float  # of a single specimen's gain; of accuracy the share of specimens that tell the arms apart
    baseline: float  # level of the measure
    shared: float = SHARED  # correlation of a specimen's gains between two trainings
    seeds: float | None = None  # variance of a training's gain over seeds of generator and classifier; None: the prior
    counts: bool = True  # whether the measure counts right and wrong answers, as in tables.measures
    least: float = 0.0  # deviation of a specimen's gain where none is seen, likewise


@dataclass(frozen=True, slots=True)
class Design:
    """How many specimens are tested and trained on, how often; numbers of specimens are distinct ones."""

    n_splits: int
    n_seeds: int  # classifiers of each split and arm
    n_generators: int  # generators of each split behind them: 1 to n_seeds
    tested: float  # over all splits
    tested_once: float  # by one split
    trained: float  # over all splits
    trained_once: float  # by one split
    classes: int = 1
    evenness: float = 1.0  # 1 where all are tested equally often, less where chance has it
    random: bool = True  # whether anything in its trainings is

    def rule(self, rule: Rule) -> Rule:
        """The rule with this design's numbers of specimens, as verdict.sizes reads them off a finished study."""
        ratios = self.tested_once / self.trained_once, self.tested / self.trained
        return dataclasses.replace(rule, test_to_train=ratios[0], tested_to_trained=ratios[1])

    def times(self, factor: float) -> "Design":
        """The same division of a collection so many times as large."""
        names = ("tested", "tested_once", "trained", "trained_once")
        return dataclasses.replace(self, **{name: factor * getattr(self, name) for name in names})


def assumed(baseline: float, agreement: float = 0.5, shared: float = SHARED, seeds: float | None = None) -> Pilot:
    """Where nothing was measured: two classifiers of this accuracy whose errors are correlated by `agreement`.

    The variance of the difference of two Bernoulli variables; 0 would be independent errors, 1 the same ones.
    """
    return Pilot(2 * baseline * (1 - baseline) * (1 - agreement), baseline, shared, seeds)


def expected(design: Design, pilot: Pilot, seed_prior: float = PRIOR) -> Evidence[float]:
    """The evidence that such a study is expected to give where arms do not differ; see evidence.gather."""
    n, n_splits = design.tested, design.n_splits
    one_training = (1 - pilot.shared) / design.n_seeds
    diagonal = pilot.variance * (pilot.shared + one_training) / design.tested_once
    lasting = pilot.variance * pilot.shared / (n * design.evenness)
    specimens = lasting + pilot.variance * one_training / (n_splits * design.tested_once)
    off = (n_splits * specimens - diagonal) / (n_splits - 1) if n_splits > 1 else 0.0
    specimens = with_pseudo_counts(specimens, 0.0, n) if pilot.counts else specimens
    specimens = max(specimens, (pilot.least / (n + 2)) ** 2, TINY)
    once, one_split, within = map(float, tested_once(specimens, diagonal, off, n, design.tested_once))
    prior = seed_prior * max(one_split, pilot.variance / design.tested_once) * design.tested_once / design.trained_once
    prior *= design.random
    extra = design.random * (prior if pilot.seeds is None else pilot.seeds)
    several = design.n_generators > 1
    seed_df = n_splits * (design.n_generators - 1) if several else n_splits - 1
    return Evidence(
        difference=0.0,
        n_splits=n_splits,
        specimens=specimens,
        lasting=lasting,
        within=within,
        seeds=float(seed_variance(extra, seed_df, prior)) / design.n_generators,
        spread=within + extra / design.n_generators if n_splits > 1 else math.nan,
        df=max(n - design.classes, 1.0),
        seed_df=float(seed_df + PRIOR_DF),
        once=once,
        taken=float(seed_variance(0.0, seed_df, prior)) / design.n_generators,
    )


def error_of(design: Design, pilot: Pilot, rule: Rule) -> tuple[float, float]:
    """Standard error of the mean difference and its degrees of freedom, as the verdict will have them."""
    error, df = variance.standard_error(expected(design, pilot, rule.seed_prior), design.rule(rule))
    return float(error), float(df)


def detectable(design: Design, pilot: Pilot, rule: Rule, tests: int = 1) -> float | None:
    """The true gain resolved with the power asked for, first of `tests` under Holm; None beyond perfection."""
    difference = float(variance.least_difference(*error_of(design, pilot, rule), rule, tests, student))
    return difference if difference <= 1 - pilot.baseline else None


def margin(design: Design, pilot: Pilot, rule: Rule, tests: int = 1) -> float:
    """The smallest margin at which equal arms are shown to be equivalent with that power."""
    return float(variance.least_margin(*error_of(design, pilot, rule), rule, tests, student))


def times_needed(design: Design, pilot: Pilot, rule: Rule, tests: int = 1) -> float | None:
    """How many times as large a collection, divided alike, resolves the target difference; None where none would."""

    def enough(factor: float) -> bool:
        difference = detectable(design.times(factor), pilot, rule, tests)
        return difference is not None and difference <= rule.target_difference

    if rule.target_difference > 1 - pilot.baseline:
        return None
    low, high = 1.0, 2.0
    while not enough(high):
        low, high = high, 2 * high
        if high > MOST_TIMES:
            return None
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def student(df: float, p: float) -> float:
    """Quantile of Student's t by its expansion around the normal one (Abramowitz and Stegun 1964, 26.7.5).

    From 4 degrees of freedom on it is right to 0.3% at p = 0.995.

    >>> round(student(10, 0.975), 3)
    2.228
    """
    z = NormalDist().inv_cdf(p)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / df ** (order + 1) for order, term in enumerate(terms))
