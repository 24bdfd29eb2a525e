"""From the evidence about a difference to p values, an interval, its power, and what would settle it.

A classifier trained on another training set would score differently, and by how much cannot be read off a few splits:
their training sets overlap, so what they have in common looks like an effect of the arm. The corrected resampled t-test
takes the correlation between splits for small, and errs often where it is not. Here an allowance is made instead: a
training set's own effect on the difference is taken to vary as much as the test specimens and seeds of one split let
it vary (times `training_sets`), and to be correlated by SHARED between splits. Where splits differ significantly more
than that test noise explains, the corrected resampled t-test decides if its p value is the larger one.
benchmarks/verdict_errors.py has the error rates, and where they end to hold.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from augury.tables.verdict import EQUIVALENT, HELPS, HURTS, UNDERPOWERED
from augury.verdict.evidence import Evidence, Number

SHARED = 0.9  # correlation between the effects of two splits' training sets; ten folds share 8 of 9 training images
SUSPICION = 0.05  # level at which the splits' spread is believed to be more than test noise
MOST_SPLITS = 1000


@dataclass(frozen=True, slots=True)
class Rule:
    """What is held to be equal, how sure a word must be, and what is allowed for."""

    margin: float = 0.01
    alpha: float = 0.05
    power: float = 0.8
    training_sets: float = 1.0
    test_to_train: float | None = None  # test over training specimens of a split


@dataclass(frozen=True, slots=True)
class Judgement:
    """Tests of one difference; arrays where the evidence holds arrays."""

    difference: Number
    error: Number  # standard error, the allowance for training sets included
    df: Number
    p: Number
    p_equivalence: Number
    by_splits: Number  # whether the corrected resampled t-test decides


def judge(evidence: Evidence, rule: Rule) -> Judgement:
    """Student's t of the difference against none, and against either margin (Schuirmann 1987)."""
    n = evidence.n_splits
    error = np.sqrt(evidence.specimens + training_variance(evidence, rule))
    df, by_splits = evidence.df, np.zeros_like(np.asarray(error), dtype=bool)
    if n > 1 and rule.training_sets > 0:
        explained = evidence.within + evidence.seeds
        suspicious = special.chdtrc(n - 1, (n - 1) * evidence.spread / explained) < SUSPICION
        corrected = np.sqrt(inflation(n, rule) * np.maximum(evidence.spread, 1e-12))
        by_splits = suspicious & (_p(evidence.difference, corrected, n - 1) > _p(evidence.difference, error, df))
        error, df = np.where(by_splits, corrected, error), np.where(by_splits, n - 1, df)
    p_equivalence = special.stdtr(df, (np.abs(evidence.difference) - rule.margin) / error)
    return Judgement(evidence.difference, error, df, _p(evidence.difference, error, df), p_equivalence, by_splits)


def training_variance(evidence: Evidence, rule: Rule) -> Number:
    """Variance of the mean difference over seeds, with the allowance for other training sets."""
    n = evidence.n_splits
    return evidence.seeds / n + share(n) * rule.training_sets * (evidence.one_split + evidence.seeds)


def inflation(n_splits: int, rule: Rule) -> float:
    """What the spread over splits is multiplied by for the variance of their mean (Nadeau and Bengio 2003)."""
    ratio = 1 / (n_splits - 1) if rule.test_to_train is None else rule.test_to_train  # without it, as of folds
    return 1 / n_splits + ratio


def share(n_splits: int | np.ndarray) -> float | np.ndarray:
    """Variance of the mean over splits of effects with variance 1 and correlation SHARED."""
    return (1 + (n_splits - 1) * SHARED) / n_splits


def interval(judgement: Judgement, rule: Rule) -> tuple[Number, Number]:
    """Low and high end of the difference's interval at the level 1 - alpha."""
    half = -special.stdtrit(judgement.df, rule.alpha / 2) * judgement.error
    return judgement.difference - half, judgement.difference + half


def power(judgement: Judgement, effect: float, rule: Rule, tests: int = 1) -> Number:
    """Chance that a true difference of `effect` is resolved, first of `tests` under Holm; noncentral t."""
    critical = -special.stdtrit(judgement.df, rule.alpha / tests / 2)
    centre = effect / judgement.error
    return 1 - special.nctdtr(judgement.df, centre, critical) + special.nctdtr(judgement.df, centre, -critical)


def detectable(judgement: Judgement, rule: Rule, tests: int = 1) -> Number:
    """The true difference that is resolved with the power asked for."""
    df = judgement.df
    return judgement.error * (special.stdtrit(df, rule.power) - special.stdtrit(df, rule.alpha / tests / 2))


def specimens_needed(
    evidence: Evidence, judgement: Judgement, n_specimens: int, rule: Rule, tests: int = 1
) -> int | None:
    """Test specimens that resolve a difference as large as the margin; None where no number would."""
    n = evidence.n_splits
    if judgement.by_splits:
        shrinking = inflation(n, rule) * min(evidence.within, evidence.spread)
        staying = inflation(n, rule) * evidence.spread - shrinking
    else:
        allowance = share(n) * rule.training_sets
        shrinking = evidence.specimens + allowance * evidence.one_split
        staying = evidence.seeds / n + allowance * evidence.seeds
    room = _wanted(rule, tests) - staying
    return _rounded(n_specimens * shrinking / room) if room > 0 else None


def splits_needed(evidence: Evidence, judgement: Judgement, rule: Rule, tests: int = 1) -> int | None:
    """Splits of the same specimens that resolve such a difference; None where 1000 would not."""
    n = evidence.n_splits
    splits = np.arange(n + 1, MOST_SPLITS + 1)
    if judgement.by_splits:
        variance = (1 / splits + inflation(n, rule) - 1 / n) * evidence.spread
    else:
        specimens = evidence.lasting + (evidence.specimens - evidence.lasting) * n / splits
        allowance = rule.training_sets * (evidence.one_split + evidence.seeds)
        variance = specimens + evidence.seeds / splits + share(splits) * allowance
    enough = variance <= _wanted(rule, tests)
    return int(splits[np.argmax(enough)]) if enough.any() else None


def word(difference: float, p: float | None, p_equivalence: float | None, alpha: float) -> str:
    """The word for corrected p values. A difference that is surely smaller than the margin is no difference."""
    if p_equivalence is not None and p_equivalence < alpha:
        return EQUIVALENT
    if p is not None and p < alpha:
        return HELPS if difference > 0 else HURTS
    return UNDERPOWERED


def corrected_p(evidence: Evidence, rule: Rule) -> Number | None:
    """p of the corrected resampled t-test (Nadeau and Bengio 2003, Machine Learning 52:239, equation 9).

    None for one split; 1 where neither the difference nor the splits leave 0.
    """
    n = evidence.n_splits
    if n < 2:
        return None
    error = np.sqrt(inflation(n, rule) * np.maximum(evidence.spread, 1e-12))
    return _p(evidence.difference, error, n - 1)


def mcnemar(first: int, second: int) -> float:
    """Exact two-sided p of McNemar's test for the two discordant counts (McNemar 1947, Psychometrika 12:153)."""
    return min(1.0, 2 * float(special.bdtr(min(first, second), first + second, 0.5))) if first + second else 1.0


def _p(difference: Number, error: Number, df: Number) -> Number:
    return 2 * special.stdtr(df, -np.abs(difference) / error)


def _wanted(rule: Rule, tests: int) -> float:
    # The variance at which the margin is resolved with the power asked for; many specimens, so a normal quantile.
    return (rule.margin / (special.ndtri(rule.power) - special.ndtri(rule.alpha / tests / 2))) ** 2


def _rounded(value: float) -> int:
    # Two digits are all that such a number can claim; upwards, so that it is enough.
    step = 10 ** max(0, int(np.floor(np.log10(value))) - 1)
    return int(np.ceil(value / step) * step)
