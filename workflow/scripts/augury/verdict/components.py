"""What a mean difference's uncertainty is made of, and the formulas that a plan shares with the verdict.

Without numpy, which a driver that plans need not have; arrays of many experiments pass through all the same.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    import numpy as np

Number = TypeVar("Number", float, "np.ndarray")
# What is taken for a seed's own effect before any is seen: so much of s2 / n_train, with s2 the variance of one
# specimen's difference, worth as many degrees of freedom. Two or three seeds alone would leave one or two degrees, and
# with them intervals of any length. Small CNNs were measured at 0.8 to 0.9 (benchmarks/training_variance.py). It is no
# share of the test noise: however many specimens are tested, a training is as lucky.
PRIOR, PRIOR_DF = 1.0, 4
PROBE_PRIOR = 0.25  # of a probe: its own fit is not random, and another generator moved its gain by hardly .1
TINY = 1e-12


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
    once = larger(variance, diagonal * per_split / total)
    one_split = once * total / per_split
    return once, one_split, larger(one_split - off, one_split / per_split)


def with_pseudo_counts(variance: Number, difference: Number, n: float) -> Number:
    """Variance of a paired difference of proportions over n specimens, half a count added to each of the four cells.

    Agresti and Min 2005, Statistics in Medicine 24:729: unlike the plain `variance`, it is not 0 where no specimen
    tells the arms apart.
    """
    return (n**2 * variance + 1 + 2 * n * difference**2 / (n + 2)) / (n + 2) ** 2


def seed_variance(measured: Number | float, df: float, prior: Number) -> Number:
    """Variance between single seeds: what was `found` with `df` degrees of freedom, and what is taken for it before."""
    return larger(0.0, df * measured + PRIOR_DF * prior) / (df + PRIOR_DF)


def ratio_of_folds(total: float, per_split: float) -> float:
    """Test over training specimens of a split that trains on all that others test; a half where it tests them all."""
    return per_split / (total - per_split) if total > per_split else 0.5


def larger(one: Number | float, other: Number | float) -> Number:
    """The larger of two numbers, element by element in arrays; nan where either is."""
    if _is_array(one) or _is_array(other):
        import numpy as np

        return np.maximum(one, other)
    return other if other > one or other != other else one  # type: ignore[return-value]


def root(number: Number) -> Number:
    """The square root, of each element in arrays."""
    if _is_array(number):
        import numpy as np

        return np.sqrt(number)
    return math.sqrt(number)  # type: ignore[return-value]


def _is_array(number: object) -> bool:
    return hasattr(number, "__array__")
