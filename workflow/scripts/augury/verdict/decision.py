"""From the evidence about a difference to p values, an interval, its power, and what would settle it.

Two questions. On these images: the trained generators and classifiers had these training sets; test specimens and seeds
vary. For another collection of this size, training sets vary too, and how much cannot be read off a few splits: their
training sets overlap, so what they have in common looks like an effect of the arm. Yet a specimen that is exchanged
moves the score by about as much as a test specimen does: the variance between training sets is taken to be that of a
single specimen's difference over the training specimens, times `training_set_variance`. benchmarks/training_variance.py
has what was measured of it, benchmarks/verdict_errors.py the error rates, and where they end to hold.
"""

from dataclasses import dataclass
from typing import Any, Generic

import numpy as np
from scipy import special

from augury.tables.verdict import EQUIVALENT, HELPS, HURTS, UNDERPOWERED
from augury.verdict.components import Evidence, Number
from augury.verdict.variance import Rule, least_difference, rounded_up, specimen_variance, standard_error

SUSPICION = 0.01  # level at which the splits' spread is believed to be more than test noise and seeds
MOST_SPLITS = 1000


@dataclass(frozen=True, slots=True)
class Judgement(Generic[Number]):
    """Tests of one difference; arrays where the evidence holds arrays."""

    difference: Number
    error: Number  # standard error
    df: Number | float
    p: Number
    p_equivalence: Number
    by_splits: np.ndarray  # () or (E,) bool: whether the corrected resampled t-test decides


def judge(evidence: Evidence[Number], rule: Rule) -> Judgement[Number]:
    """Student's t of the difference against none, and against either margin (Schuirmann 1987).

    Where the splits' differences vary significantly more than test noise and seeds explain, the corrected resampled
    t-test decides if it is the stricter one.
    """
    n = evidence.n_splits
    error, df = standard_error(evidence, rule)
    by_splits = np.zeros_like(np.asarray(error), dtype=bool)
    if n > 1 and rule.training_set_variance > 0:
        explained = evidence.within + evidence.seeds
        suspicious = special.chdtrc(n - 1, (n - 1) * evidence.spread / explained) < SUSPICION
        corrected = np.sqrt(inflation(n, rule) * np.maximum(evidence.spread, 1e-12))
        by_splits = suspicious & (_p(evidence.difference, corrected, n - 1) > _p(evidence.difference, error, df))
        error, df = _either(by_splits, corrected, error), _either(by_splits, n - 1, df)
    p_equivalence = special.stdtr(df, (np.abs(evidence.difference) - rule.margin) / error)
    return Judgement(evidence.difference, error, df, _p(evidence.difference, error, df), p_equivalence, by_splits)


def inflation(n_splits: int, rule: Rule) -> float:
    """What the spread over splits is multiplied by for the variance of their mean (Nadeau and Bengio 2003)."""
    ratio = 1 / (n_splits - 1) if rule.test_to_train is None else rule.test_to_train  # without it, as of folds
    return 1 / n_splits + ratio


def interval(judgement: Judgement[Number], level: float) -> tuple[Number, Number]:
    """Low and high end of the difference's interval at the level 1 - `level`."""
    half = -special.stdtrit(judgement.df, level / 2) * judgement.error
    return judgement.difference - half, judgement.difference + half


def chances(judgement: Judgement[Number], rule: Rule) -> tuple[Number, Number, Number]:
    """Posterior probabilities that the arm hurts by more than the margin, lies within it, helps by more.

    With a flat prior the mean's posterior is Student's t around the difference (Benavoli et al. 2017, JMLR 18(77),
    section 4, whose corrected variance is replaced by that of the judgement).
    """
    below, above = (
        special.stdtr(judgement.df, (side * rule.margin - judgement.difference) / judgement.error) for side in (-1, 1)
    )
    return below, above - below, 1 - above


def power(judgement: Judgement[Number], effect: float, rule: Rule, tests: int = 1) -> Number:
    """Chance that a true difference of `effect` is resolved, first of `tests` under Holm; noncentral t."""
    critical = -special.stdtrit(judgement.df, rule.alpha / tests / 2)
    centre = effect / judgement.error
    # Far in the tail, where hardly anything is left, scipy's function may be nan.
    below, beyond = (np.nan_to_num(special.nctdtr(judgement.df, centre, end)) for end in (critical, -critical))
    return np.clip(1 - below + beyond, 0.0, 1.0)


def detectable(judgement: Judgement[Number], rule: Rule, tests: int = 1) -> Number:
    """The true difference that is resolved with the power asked for."""
    return least_difference(judgement.error, judgement.df, rule, tests, special.stdtrit)


def specimens_needed(
    evidence: Evidence[float], judgement: Judgement[float], n_specimens: int, rule: Rule, tests: int = 1
) -> int | None:
    """Test specimens with which the target difference would be resolved; None where no number would.

    Of a larger collection that is divided in the same way: its training part grows too.
    """
    n = evidence.n_splits
    if judgement.by_splits:
        shrinking = inflation(n, rule) * min(evidence.within, evidence.spread)
        staying = inflation(n, rule) * evidence.spread - shrinking
    else:
        # What is taken for seeds, before any is seen, is a share of the training noise and shrinks with it.
        staying = max(0.0, evidence.seeds - evidence.taken) / n
        shrinking = specimen_variance(evidence, rule) + evidence.seeds / n - staying
    room = _wanted(rule, tests) - staying
    return rounded_up(n_specimens * shrinking / room) if room > 0 else None


def splits_needed(evidence: Evidence[float], judgement: Judgement[float], rule: Rule, tests: int = 1) -> int | None:
    """Splits of the same test specimens that resolve such a difference; None where 1000 would not."""
    n = evidence.n_splits
    splits = np.arange(n + 1, MOST_SPLITS + 1)
    if judgement.by_splits:
        variance = (1 / splits + inflation(n, rule) - 1 / n) * evidence.spread
    else:
        specimens = evidence.lasting + (evidence.specimens - evidence.lasting) * n / splits
        allowance = specimen_variance(evidence, rule) - evidence.specimens
        variance = specimens + allowance + evidence.seeds / splits
    enough = variance <= _wanted(rule, tests)
    return int(splits[np.argmax(enough)]) if enough.any() else None


def word(difference: float, p: float | None, p_equivalence: float | None, alpha: float) -> str:
    """The word for corrected p values. A difference that is surely smaller than the margin is no difference.

    >>> word(0.04, p=0.01, p_equivalence=0.8, alpha=0.05), word(0.001, p=0.7, p_equivalence=0.02, alpha=0.05)
    ('helps', 'equivalent')
    """
    if p_equivalence is not None and p_equivalence < alpha:
        return EQUIVALENT
    if p is not None and p < alpha:
        return HELPS if difference > 0 else HURTS
    return UNDERPOWERED


def corrected_p(evidence: Evidence[Number], rule: Rule) -> Number:
    """p of the corrected resampled t-test (Nadeau and Bengio 2003, Machine Learning 52:239, equation 9).

    Of two splits or more; 1 where neither the difference nor the splits leave 0.
    """
    n = evidence.n_splits
    error = np.sqrt(inflation(n, rule) * np.maximum(evidence.spread, 1e-12))
    return _p(evidence.difference, error, n - 1)


def mcnemar(first: int, second: int) -> float:
    """Exact two-sided p of McNemar's test for the two discordant counts (McNemar 1947, Psychometrika 12:153)."""
    return min(1.0, 2 * float(special.bdtr(min(first, second), first + second, 0.5))) if first + second else 1.0


def _either(which: np.ndarray, one: Number | float, other: Number) -> Number:
    chosen: Any = np.where(which, one, other)[()]  # numpy's types do not know that it is a number where `which` is one
    return chosen


def _p(difference: Number, error: Number, df: Number | float) -> Number:
    return 2 * special.stdtr(df, -np.abs(difference) / error)


def _wanted(rule: Rule, tests: int) -> float:
    # The variance at which the target difference is resolved with the power asked for; many specimens, so a normal
    # quantile.
    return (rule.target_difference / (special.ndtri(rule.power) - special.ndtri(rule.alpha / tests / 2))) ** 2
