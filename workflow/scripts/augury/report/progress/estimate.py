"""The time that is left: the planner's forecast of trainings, corrected by the steps that this run has measured."""

import json
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

from augury.report.progress.steps import Step, Steps
from augury.tables.benchmarks import seconds_of

Kind = tuple[str, ...]
Forecast = Mapping[Kind, tuple[int, float]]  # how many trainings of a kind there are, and seconds of one
START_SECONDS = 8.0  # of a step of which nothing is known
_MOST_READ = 5  # benchmarks of a rule of an earlier run
_NAMES = {"train_generator": ("generator",), "train_classifier": ("arm", "classifier")}


def kind(step: Step) -> Kind:
    """What a step is timed with: of trainings the model, as forecasts have it, of others the rule."""
    rule = _rule(step.rule)
    return (rule, *(step.wildcards.get(name, "") for name in _NAMES.get(rule, ())))


def _rule(name: str) -> str:
    return name.removesuffix("_alone")  # trainings that are submitted by themselves are of a rule of their own


def told_left(step: Step) -> float | None:
    """Seconds that a running step's own log says are left; None where it says nothing."""
    row = last_row(step)
    left = row.get("seconds_left") if row else None
    return float(left) if isinstance(left, (int, float)) and left >= 0 else None


def last_row(step: Step) -> dict | None:
    """The last line of the JSON lines beside a step's log."""
    try:
        lines = Path(step.log).with_suffix(".jsonl").read_text("utf-8").splitlines() if step.log else []
        return json.loads(lines[-1]) if lines else None
    except (OSError, ValueError):
        return None


class Estimate:
    """Seconds that are left of a run."""

    def __init__(
        self,
        forecast: Forecast | None = None,
        results: Path | None = None,
        at_a_time: int = 1,
        told: Callable[[Step], float | None] = told_left,
    ) -> None:
        """forecast: of planning.forecast.costs. results: of the study, with the times of earlier runs' steps."""
        self.forecast, self.results, self.at_a_time, self._told = forecast or {}, results, at_a_time, told
        self._before: dict[str, float] = {}

    def left(self, steps: Steps, now: float) -> float:
        """Seconds from `now` on: the work that is left, over the steps that have run side by side so far."""
        taken: dict[Kind, list[float]] = defaultdict(list)
        for step in steps.done:
            taken[kind(step)].append(step.seconds or 0.0)
        running = {number: max(0.0, now - step.began) for number, step in steps.running.items()}
        told = {number: self._told(step) for number, step in steps.running.items()}
        for number, step in steps.running.items():
            if (rest := told[number]) is not None:
                taken[kind(step)].append(running[number] + rest)
        means = self._means(taken)
        begun = Counter(map(kind, [*steps.done, *steps.running.values()]))
        work = 0.0
        for each, count in self._numbers(steps).items():
            work += max(0.0, count - begun[each]) * means(each)
        for number, step in steps.running.items():
            rest = told[number]
            # One that takes longer than others did takes a tenth longer than it has.
            work += max(means(kind(step)) - running[number], running[number] / 10) if rest is None else rest
        spent = sum(step.seconds or 0.0 for step in steps.done) + sum(running.values())
        side_by_side = spent / (now - steps.began) if now > steps.began and steps.done else self.at_a_time
        return work / max(1.0, side_by_side)

    def _numbers(self, steps: Steps) -> dict[Kind, float]:
        """Steps of each kind in this run; where fewer trainings are run than there are, all kinds are as many fewer."""
        of_rule: Counter[str] = Counter()
        for rule, count in steps.planned.items():
            of_rule[_rule(rule)] += count
        foretold = Counter(dict.fromkeys(of_rule, 0))
        for each, (number, _) in self.forecast.items():
            foretold[each[0]] += number
        numbers: dict[Kind, float] = {(rule,): count for rule, count in of_rule.items() if not foretold[rule]}
        for each, (number, _) in self.forecast.items():
            numbers[each] = number * of_rule[each[0]] / foretold[each[0]]
        return numbers

    def _means(self, taken: Mapping[Kind, list[float]]) -> Callable[[Kind], float]:
        """Seconds of a step of each kind; trainings that were not yet seen are as much slower as those that were."""
        factor_of: dict[str, float] = {}
        for rule in _NAMES:
            seen = [(sum(taken[each]), len(taken[each]) * self.forecast[each][1]) for each in taken if each in
                    self.forecast and each[0] == rule]  # fmt: skip
            foretold = sum(each for _, each in seen)
            factor_of[rule] = sum(each for each, _ in seen) / foretold if foretold else 1.0

        def mean(each: Kind) -> float:
            if taken.get(each):
                return statistics.fmean(taken[each])
            if each in self.forecast:
                return self.forecast[each][1] * factor_of[each[0]]
            return self._earlier(each[0])

        return mean

    def _earlier(self, rule: str) -> float:
        """Mean seconds of the rule's steps in an earlier run of the study."""
        if rule not in self._before:
            taken = seconds_of(self.results, rule, _MOST_READ) if self.results else []
            self._before[rule] = statistics.fmean(taken) if taken else 0.0 if rule == "all" else START_SECONDS
        return self._before[rule]
