"""What a table leaves open: how its numbers were counted, averaged and rounded.

A check asks of each reading that is still open, from the strictest to the loosest, and of each way to round, whether
the printed numbers can have come about so. A number is called impossible only where none of them can give it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from augury.published.audit.granularity import WHOLE, Interval
from augury.published.audit.printed import Value
from augury.tables.audit import CONDITIONAL, IMPOSSIBLE, POSSIBLE

_SINGLE_PRECISION = WHOLE // 10**6  # what means of numbers in single precision may be wrong by
_TINY = 1  # less than lies between a border and any k / n beside it


class Rule(Enum):
    """A way to round: how many tenths of half the last digit are hidden below and above the printed number.

    FREE is to the nearest with ties either way, as binary fractions make them fall; TWICE by way of one digit more;
    RUNS each run first, then their mean; MIXED any of these or cutting off, from number to number.
    """

    UP, EVEN, DOWN, FREE = (10, 10, "up"), (10, 10, "even"), (10, 10, "down"), (10, 10, "")
    TWICE, RUNS, TRUNCATED = (11, 11, ""), (20, 20, ""), (0, 20, "")
    MIXED, CUT_RUNS, MIXED_RUNS = (11, 20, ""), (0, 40, ""), (20, 40, "")

    def bounds(self, value: Value) -> Interval:
        """The least and the greatest share that is printed so; both may be."""
        return _bounds(self, value)


@lru_cache(maxsize=4096)
def _bounds(rule: Rule, value: Value) -> Interval:
    below, above, ties = rule.value
    printed, half = int(value.value * WHOLE), int(value.half * WHOLE)
    low, high = printed - below * half // 10, printed + above * half // 10
    if not ties:
        low, high = low - _SINGLE_PRECISION, high + _SINGLE_PRECISION
        if printed < WHOLE:
            high = min(high, WHOLE - _SINGLE_PRECISION // 10)  # a whole is printed as 1, whatever the rule
    elif ties != "even" or printed // (2 * half) % 2:
        low += _TINY * (ties != "up")
        high -= _TINY * (ties != "down")
    return max(low, 0), min(high, WHOLE)


@dataclass(frozen=True, slots=True)
class Tier:
    """Ways to round; what does not hold where numbers need a later tier, and what holds where they need this one."""

    rules: tuple[Rule, ...]
    assumption: str
    remedy: str = ""


_ONE_WAY = Tier((Rule.UP, Rule.EVEN, Rule.DOWN), "numbers are rounded once, all ties the same way")
_NEAREST = Tier((Rule.FREE,), "numbers are rounded once, to the nearest", "ties fall either way")
_ONE_RULE = "numbers are rounded once, all by one rule"
_ODD = Tier((Rule.TWICE, Rule.TRUNCATED, Rule.RUNS), _ONE_RULE, "numbers are cut off or rounded twice")
_TWICE = Tier((Rule.TWICE, Rule.RUNS), "", "numbers are rounded twice")
_CUT = Tier((Rule.CUT_RUNS,), "", "runs are cut off first")
_MIXED = Tier((Rule.MIXED, Rule.MIXED_RUNS), "", "numbers are rounded in different ways")


@dataclass(frozen=True, slots=True)
class Known:
    """What the user knows. single_run: all numbers are of one run on the n images given, with every class shown."""

    single_run: bool = False
    rounding: str = ""  # nearest, half-up, half-even, truncated; empty where it is not known

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The ways to round that are open, the usual ones first."""
        once = "numbers are rounded once"
        return {
            "": (_ONE_WAY, _NEAREST, _ODD, _MIXED),
            "nearest": (_ONE_WAY, _NEAREST, _TWICE),
            "half-up": (Tier((Rule.UP,), once), _TWICE),
            "half-even": (Tier((Rule.EVEN,), once), _TWICE),
            "truncated": (Tier((Rule.TRUNCATED,), once), _CUT),
        }[self.rounding]


class Reading(Enum):
    """How numbers came about, in words that follow "does not fit if" and "fits if"."""

    RUN = "n counts the images tested, in one run"
    OWN_F1 = "n counts the images tested, in one run, and F1 is of the same counts as precision and recall"
    ANY_F1 = (RUN, "F1 was worked out from the printed precision and recall")
    TOTAL = "the n of all classes together were tested in one run, however they divide"
    COUNTS = "n counts other images than those tested, or several runs were pooled or averaged"
    ANSWERS = "precision, recall and F1 are of one set of answers, of whatever size"
    ALIKE = "precision, recall and F1 are averaged alike, and no class or run is left out of one of them"
    LEFT_OUT = "measures are averaged in different ways, or leave out classes or runs without a denominator"
    SHARE = "n counts the images tested, in one run, and accuracy is the share of these that are right"
    WEIGHED = "accuracy is of the images of the recalls, of which n gives the shares of the classes in every run"
    EQUAL = "accuracy is of the images of the recalls, as many of each class in every run"
    SAME = "accuracy is of the images of the recalls, with the same shares of the classes in every run"
    MACRO = ("", "accuracy is the mean of the recalls")
    ELSEWHERE = "accuracy is of other images or runs, or runs differ in their shares of the classes"
    MEAN = "the row is the plain mean of the classes shown"
    BY_N = "the row weighs the classes shown by n"
    BETWEEN = "the row averages the classes shown, with whatever weights"
    F1_OF_MEANS = ("", "F1 was worked out from the row's precision and recall")
    COPIED_F1S = ("", "the F1 of classes were worked out from their printed precision and recall")
    CLOSED_N = "n counts the images tested, in one run, and every answer is one of the classes shown"
    CLOSED = "all numbers are of one set of answers, and every one is one of the classes shown"
    OPEN = "several runs were averaged, or answers are of other classes too"
    EACH_ALIKE = "the mean counts each seed alike"
    OF_SEEDS = "the mean is of the seeds shown, with whatever weights"
    POOLED = "not all seeds are shown, or they were pooled before the measure was taken"

    @property
    def assumption(self) -> str:
        """What does not hold where the numbers do not fit; empty where another reading says more."""
        return self.value if isinstance(self.value, str) else self.value[0]

    @property
    def remedy(self) -> str:
        """What holds where they do."""
        return self.value if isinstance(self.value, str) else self.value[1]


_ONE_SET = {Reading.RUN, Reading.OWN_F1, Reading.ANY_F1, Reading.TOTAL, Reading.ANSWERS, Reading.SHARE}
_ONE_SET |= {Reading.CLOSED_N, Reading.CLOSED}
_SEVERAL_RUNS = {Rule.RUNS, Rule.CUT_RUNS, Rule.MIXED_RUNS}


@dataclass(frozen=True, slots=True)
class Judged:
    """A check's word; what the numbers do not fit if it holds, and what they fit if it holds (empty for none)."""

    word: str
    assumption: str = ""
    remedy: str = ""


def judge(readings: Sequence[Reading], can: Callable[[Reading, Rule], bool], known: Known) -> Judged:
    """What is to be said of numbers that `can` come about by a reading and a rule.

    readings: those that are open, each wider than those before it, but for those without an assumption. The last one
    that fails is named, for it says most; with the rounding, where a rare kind of it would save the numbers.
    """
    tiers = known.tiers

    def fits(reading: Reading, tier: Tier) -> bool:
        one_set = known.single_run or reading in _ONE_SET
        return any(can(reading, rule) for rule in tier.rules if not (one_set and rule in _SEVERAL_RUNS))

    tier_of: dict[Reading, int | None] = {}
    for reading in readings:
        tier_of[reading] = next((n for n, tier in enumerate(tiers) if fits(reading, tier)), None)
        if tier_of[readings[0]] == 0:
            return Judged(POSSIBLE)
    fitting = sorted((tier, index) for index, tier in enumerate(tier_of.values()) if tier is not None)
    if not fitting:
        return Judged(IMPOSSIBLE)
    failing = [reading for reading, tier in tier_of.items() if tier != 0 and reading.assumption][-1]
    tier, index = fitting[0]
    failing_tier = tier_of[failing]
    rounding = f", and {tiers[failing_tier - 1].assumption}" if failing_tier else ""
    otherwise = f", and {tiers[tier].remedy}" if tier else ""
    return Judged(CONDITIONAL, failing.assumption + rounding, readings[index].remedy + otherwise)
