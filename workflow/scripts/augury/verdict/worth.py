"""What a gain is worth in real specimens: read off the learning curve of real data, and only where it was measured.

The noise of arms and points is the verdict's (verdict.decision), and what they have in common counts once: test
specimens are drawn alike for all, and the baseline, which is taken off all of them, has seeds of its own. Training sets
of the curve are nested, as `specimens` of an arm draws them: the mean effect of n_k specimens, a part of n_l, differs
from that of all n_l by a variance of sigma^2 (1/n_k - 1/n_l). So along 1/n the effect of the training set is a random
walk, and points on the same side of the baseline share its steps. sigma^2 is `training_set_variance` times a single
test specimen's variance of the point's difference from the baseline, as in the verdict. An arm shares the baseline's
training set; its own effect is the allowance that the verdict makes.
"""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy import special

from augury.tables.measures import MEASURES
from augury.tables.worth import BEYOND, FEWEST_POINTS, FLAT, LEAK, MEASURED, UNKNOWN, WorthRow
from augury.verdict import decision, evidence
from augury.verdict.components import Evidence
from augury.verdict.decision import Judgement
from augury.verdict.known import Known
from augury.verdict.power_law import Points, position
from augury.verdict.replicates import OVERALL, Bootstrap, count, over_splits
from augury.verdict.runs import Pair, Side, read_pairs
from augury.verdict.sizes import read_sizes
from augury.verdict.variance import Rule, specimen_variance

RISING = ("accuracy", "f1", "auroc")  # that rise with what is learned, and of which 1 is the most


@dataclasses.dataclass(frozen=True, slots=True)
class Task:
    """What is read off: the curve's numbers of real training specimens per class, and what is known of noise."""

    baseline: str
    specimens: float  # of the baseline
    points: Mapping[str, float]  # of each other point
    rule: Rule
    known: Known = dataclasses.field(default_factory=Known)


def weigh(
    baseline: Side,
    curve: Mapping[str, tuple[float, Side]],
    arms: Sequence[Side],
    specimens: float,
    rule: Rule,
    replicates: int,
    seed: int = 0,
    known: Known | None = None,
) -> list[WorthRow]:
    """Rows of worth.tsv: the points of the curve, then the arms, classifier by classifier and measure by measure.

    specimens: real training specimens per class of the baseline; curve: the same of each other point, with its runs.
    Raises UserError where runs lack a partner (verdict.runs.read_pairs).
    """
    rows, known = [], known or Known()
    sides = {name: side for name, (_, side) in curve.items()} | {arm.name: arm for arm in arms}
    pairs = {name: read_pairs(baseline, side, known.deterministic) for name, side in sides.items()}
    numbers = {name: number for name, (number, _) in curve.items()}
    for classifier in dict.fromkeys(key.classifier for key in baseline.runs):
        own = {name: [pair for pair in each if pair.key.classifier == classifier] for name, each in pairs.items()}
        own = {name: each for name, each in own.items() if each}  # an arm may be trained with some classifiers alone
        sizes = read_sizes(baseline, [key for key in baseline.runs if key.classifier == classifier], known.trained)
        ratios = {name: getattr(sizes, name) for name in ("test_to_train", "tested_to_trained")}
        sized = dataclasses.replace(known.rule(rule, classifier), **ratios)
        task = Task(baseline.name, specimens, numbers, sized, known)
        rows += weigh_pairs(task, classifier, own, replicates, seed)
    return rows


def weigh_pairs(
    task: Task,
    classifier: str,
    pairs_of: Mapping[str, list[Pair]],
    replicates: int,
    seed: int = 0,
    measures: Sequence[str] = RISING,
) -> list[WorthRow]:
    """Rows of one classifier from its pairs with the baseline, those of each point and arm."""
    values = _Values(task, classifier, pairs_of, replicates, seed)
    defined = [measure for measure in measures if np.isfinite(values.baseline(measure))]  # AUROC needs two classes
    return [row for measure in defined for row in _rows(task, classifier, measure, values)]


class _Values:
    """What is known of every arm and point, as differences from the baseline."""

    def __init__(
        self, task: Task, classifier: str, pairs_of: Mapping[str, list[Pair]], replicates: int, seed: int
    ) -> None:
        self.classifier = classifier
        bank = Bootstrap(next(iter(pairs_of.values())), replicates, seed)
        self.task = task
        self.sides = {name: [bank.sides(pair) for pair in pairs] for name, pairs in pairs_of.items()}
        self.counted = {name: count(pairs)[-1] for name, pairs in pairs_of.items()}
        self.leaked = {name: any(pair.leaked for pair in pairs) for name, pairs in pairs_of.items()}

    def baseline(self, measure: str) -> float:
        sides = next(iter(self.sides.values()))
        return float(over_splits(sides, [side.baseline[OVERALL.index(measure)] for side in sides]))

    def judged(self, measure: str) -> tuple[dict[str, Judgement[float]], np.ndarray]:
        """The difference of each arm and point in which the measure is defined, and their noise's covariance (M, M)."""
        column, meant, rule = OVERALL.index(measure), MEASURES[measure], self.task.rule
        judgements = {}
        for name, sides in self.sides.items():
            luck, counted = self.task.known.luck(name, self.classifier), self.counted[name]
            each = evidence.gather(
                sides, column, counted, meant.counts, luck, rule.test_to_train, meant.least, rule.seed_prior
            )
            if each:
                judgements[name] = each
        if not judgements:
            return {}, np.zeros((0, 0))
        rules = self._rules(judgements)
        judged = {name: decision.judge(each, rules[name]) for name, each in judgements.items()}
        drawn = [over_splits(self.sides[name], [side.replicates[:, column] for side in self.sides[name]])
                 for name in judgements]  # fmt: skip
        covariance = evidence.covariance(np.stack(drawn))
        seeds = np.array([each.seeds / each.n_splits for each in judgements.values()])
        covariance += min(seeds.mean() / 2, seeds.min())  # the baseline's half of it
        steps = [(self._side(name), specimen_variance(each, rules[name]) - each.specimens)
                 for name, each in judgements.items()]  # fmt: skip
        covariance += [[min(own, other) if side == of_other != 0 else 0.0 for of_other, other in steps]
                       for side, own in steps]  # fmt: skip
        # What is left is each one's own: pseudo-counts, its seeds, an arm's way with its training set.
        errors = np.array([float(each.error) ** 2 for each in judged.values()])
        return judged, covariance + np.diag(np.maximum(errors - np.diag(covariance), 0.05 * errors))

    def _side(self, name: str) -> int:
        # Of the baseline, on the curve; 0 for an arm.
        return int(np.sign(self.task.points.get(name, self.task.specimens) - self.task.specimens))

    def _rules(self, evidence_of: Mapping[str, Evidence[float]]) -> dict[str, Rule]:
        """The allowance for training sets of each: an arm's is the verdict's, a point's by the walk along 1/n."""
        rule, points = self.task.rule, self.task.points
        once = {name: each.specimens if each.once is None else each.once for name, each in evidence_of.items()}
        rate = min((once[name] for name in evidence_of if name in points), default=0.0)
        steps = {name: abs(self.task.specimens / points[name] - 1) * rate / once[name] if name in points else 1.0
                 for name in evidence_of}  # fmt: skip
        return {name: dataclasses.replace(rule, tested_to_trained=rule.tested_to_trained * step)
                for name, step in steps.items()}  # fmt: skip


def _rows(task: Task, classifier: str, measure: str, values: _Values) -> list[WorthRow]:
    judged, covariance = values.judged(measure)
    base = values.baseline(measure)
    names = list(judged)
    on_curve = [at for at, name in enumerate(names) if name in task.points]
    points = curve = None
    if len(on_curve) + 1 >= FEWEST_POINTS:
        numbers = np.array([task.points[names[at]] for at in on_curve])
        heights = np.array([judged[names[at]].difference for at in on_curve])
        points = Points(task.specimens, numbers, heights, covariance[np.ix_(on_curve, on_curve)])
        curve = points.curve()
    ends = [task.specimens, *task.points.values()]
    known: dict[str, Any] = {
        "baseline": task.baseline, "classifier": classifier, "measure": measure, "n_low": float(min(ends)),
        "n_high": float(max(ends)), "n_baseline": task.specimens, "asymptote": base + curve.a if curve else None,
        "rise": curve.b if curve else None, "exponent": curve.c if curve else None,
        "status": "", "worth": None, "worth_low": None, "worth_high": None,
    }  # fmt: skip
    rows = []
    for name in (task.baseline, *values.sides):
        number = task.specimens if name == task.baseline else task.points.get(name)
        difference, low, high = 0.0, 0.0, 0.0
        if name != task.baseline:
            difference, low, high = _interval(judged[name], base) if name in judged else (math.nan, math.nan, math.nan)
        fitted = None if number is None or curve is None else base + float(curve.at(np.array(number)))
        row = WorthRow(
            arm=name, point=number, value=base + difference, low=base + low, high=base + high, fitted=fitted, **known
        )
        if number is None and values.leaked[name]:
            row = dataclasses.replace(row, status=LEAK)
        elif number is None:
            at = names.index(name) if name in judged else None
            row = _priced(row, points, judged.get(name), covariance, on_curve, at)
        rows.append(row)
    return rows


def _interval(judged: Judgement[float], base: float) -> tuple[float, float, float]:
    low, high = np.clip(np.array(decision.interval(judged, 0.05)), -base, 1 - base)
    return float(judged.difference), float(low), float(high)


def _priced(
    row: WorthRow,
    points: Points | None,
    judged: Judgement[float] | None,
    covariance: np.ndarray,
    on_curve: list[int],
    at: int | None,
) -> WorthRow:
    if points is None or judged is None or at is None:
        return dataclasses.replace(row, status=UNKNOWN)
    critical = float(special.stdtrit(judged.df, 0.975)) ** 2
    placed = position(points, float(judged.difference), float(covariance[at, at]), covariance[at, on_curve], critical)
    if placed.outside and placed.above:
        return dataclasses.replace(row, status=BEYOND, worth_low=row.n_high - row.n_baseline)
    if placed.outside:
        return dataclasses.replace(row, status=BEYOND, worth_high=row.n_low - row.n_baseline)
    if placed.low is None and placed.high is None:
        return dataclasses.replace(row, status=FLAT if points.may_be_flat(critical) else UNKNOWN)
    worth, low, high = (None if n is None else n - row.n_baseline for n in (placed.best, placed.low, placed.high))
    return dataclasses.replace(row, status=MEASURED, worth=worth, worth_low=low, worth_high=high)
