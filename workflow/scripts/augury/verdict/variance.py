"""The variance of a mean difference, and what can be seen in spite of it. Known of a design as of a finished study.

Without scipy and numpy, whose imports would slow down every plan: quantiles are given.
"""

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass

from augury.study.statistics import Statistics
from augury.verdict.components import PRIOR, PROBE_PRIOR, Evidence, Number, root

Quantile = Callable[[Number | float, float], Number]  # of Student's t: degrees of freedom and probability to value
_DEFAULTS = Statistics()
AUTO, PROBE = 0.5, 0.2  # training_set_variance: auto, in s2 / n_train; atlas/ has what probes were measured at


@dataclass(frozen=True, slots=True)
class Rule:
    """What is held to be equal, how sure a word must be, and what is allowed for."""

    margin: float = _DEFAULTS.margin
    alpha: float = _DEFAULTS.alpha
    power: float = _DEFAULTS.power
    target_difference: float = _DEFAULTS.target_difference
    training_set_variance: float = AUTO  # in s2 / n_train
    seed_prior: float = PRIOR  # likewise, of a seed before any is seen
    stated: bool = False  # whether the user says how much training sets vary
    test_to_train: float | None = None  # test over training specimens of a split
    tested_to_trained: float = 1.0  # distinct test specimens over distinct training specimens, of all splits together

    @classmethod
    def of(cls, settings: Statistics, test_to_train: float | None = None) -> "Rule":
        """As the config has it."""
        given = {name: getattr(settings, name) for name in ("margin", "alpha", "power", "target_difference")}
        if settings.training_set_variance != "auto":
            given |= {"training_set_variance": settings.training_set_variance, "stated": True}
        return cls(**given, test_to_train=test_to_train)

    def for_probe(self) -> "Rule":
        """The same for a linear classifier on frozen features, whose gains vary less between trainings."""
        variance = self.training_set_variance if self.stated else PROBE
        return dataclasses.replace(self, training_set_variance=variance, seed_prior=PROBE_PRIOR)


def specimen_variance(evidence: Evidence[Number], rule: Rule) -> Number:
    """Variance of the mean difference over test specimens, and over training sets as far as the rule allows for them.

    The latter is s2 / n_train, with s2 the variance of one specimen's difference in one split: tested again in further
    splits it varies less, but training sets do not.
    """
    once = evidence.specimens if evidence.once is None else evidence.once
    return evidence.specimens + rule.training_set_variance * rule.tested_to_trained * once


def standard_error(evidence: Evidence[Number], rule: Rule) -> tuple[Number, Number]:
    """Standard error of the mean difference from specimens, training sets and seeds, and its degrees of freedom.

    Satterthwaite 1946, Biometrics Bulletin 2:110.
    """
    parts = specimen_variance(evidence, rule), evidence.seeds / evidence.n_splits
    df = (parts[0] + parts[1]) ** 2 / (parts[0] ** 2 / evidence.df + parts[1] ** 2 / evidence.seed_df)
    return root(parts[0] + parts[1]), df


def least_difference(error: Number, df: Number | float, rule: Rule, tests: int, quantile: Quantile[Number]) -> Number:
    """The true difference that is resolved with the power asked for, first of `tests` under Holm."""
    return error * (quantile(df, rule.power) - quantile(df, rule.alpha / tests / 2))


def least_margin(error: Number, df: Number | float, rule: Rule, tests: int, quantile: Quantile[Number]) -> Number:
    """The smallest margin at which arms that do not differ are shown to be equivalent with that power.

    Two one-sided tests, of which neither may fail (Phillips 1990, J. Pharmacokinetics and Biopharmaceutics 18:137).
    """
    return error * (quantile(df, (1 + rule.power) / 2) - quantile(df, rule.alpha / tests))


def rounded_up(number: float) -> int:
    """A number of specimens with two digits, all that it can claim; upwards, so that it is enough.

    >>> rounded_up(1234), rounded_up(87.3)
    (1300, 88)
    """
    step = 10 ** max(0, math.floor(math.log10(number)) - 1)
    return math.ceil(number / step) * step
