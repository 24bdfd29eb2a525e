"""What a study will be able to see, and what it costs, before anything is trained. Nothing heavy is imported."""

import dataclasses
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from augury.command.errors import UserError
from augury.planning.changed import primary_classifiers, stands
from augury.planning.forecast.costs import Cost, Costs
from augury.planning.forecast.division import MOST, Division, specimens_of
from augury.planning.forecast.pilots import Pilots, pilots_of
from augury.planning.inputs.plan import Plan
from augury.verdict import design
from augury.verdict.design import Design
from augury.verdict.variance import Rule, rounded_up

FOLDS, REPEATS, SEEDS = (1, 2, 3, 5, 10), (1, 2, 3, 5), (1, 2, 3, 5)
FEW = 100  # specimens of a class that are divided one by one to see what another design would do
WORTH = 0.95  # of the gain that a cheaper design sees, at most
LEAST_TRAINED = 0.8  # of the planned training part; a study of fewer specimens asks another question
NICE_MARGINS = (0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)


@dataclass(frozen=True)
class Option:
    """A design, what it costs, and the gain that it sees in each measure; None where the baseline leaves no room."""

    folds: int
    repeats: int
    seeds: int
    generator_seeds: int
    design: Design
    cost: Cost
    detectable: Mapping[str, float | None]
    margin: Mapping[str, float]  # within which equal arms are shown to be equal

    def sees(self, gain: float, measures: Sequence[str]) -> bool:
        """Whether a gain in all of the measures."""
        return all((least := self.detectable[name]) is not None and least <= gain for name in measures)

    def written(self, generators: bool) -> str:
        """As in a config."""
        words = [f"folds: {self.folds}"] + [f"repeats: {self.repeats}"] * (self.repeats > 1)
        seeds = f"split: {{{', '.join(words)}}}, seeds: {list(range(self.seeds))}"
        return seeds + f", generator_seeds: {list(range(self.generator_seeds))}" * generators


class Preview:
    """Of one study. classifier: by default the first of those that decide; pilots: by default the best there are."""

    def __init__(self, plan: Plan, classifier: str = "", pilots: Pilots | None = None) -> None:
        self.study = study = plan.study
        self.settings = study.config.statistics
        self.primary = self.settings.primary
        deciding = primary_classifiers(study.config, study.primary_arms)
        self.classifier = classifier or next(iter(deciding), "")
        compared = sum(stands(study.config, arm, name) for arm in study.primary_arms for name in deciding)
        self.tests = compared * len(self.primary.measures)
        rule = Rule.of(self.settings)
        self.rule = rule.for_probe() if self.classifier in study.trainings.deterministic else rule
        self.costs = Costs(plan)
        self.pilots = pilots or pilots_of(study, self.classifier)
        self._divisions: dict[int, Division | None] = {}
        # Of the others nothing is known before a study; they see about as much as accuracy does, or more.
        self.measures = [name for name in self.primary.measures if name in self.pilots.by_measure] or ["accuracy"]

    @cached_property
    def planned(self) -> Option | None:
        """The study as it is configured; None where nothing is compared or tested."""
        config = self.study.config
        if not (self.study.compared and self.classifier):
            return None
        split = config.split
        return self._option(split.folds, split.repeats, len(config.seeds), len(config.generator_seeds))

    @cached_property
    def options(self) -> list[Option]:
        """It, and others on the same specimens, cheapest first. Parts of fixed sizes stay as they are."""
        split, planned = self.study.config.split, self.planned
        if planned is None:
            return []
        fixed = split.rotate != "test" or split.train != "rest" or bool(self.study.contents.brought_parts)
        folds = (split.folds,) if fixed else sorted({*FOLDS, split.folds})
        repeats, seeds = sorted({*REPEATS, split.repeats}), sorted({*SEEDS, planned.seeds})
        options = [planned]
        for folds_, repeats_, seeds_ in itertools.product(folds, repeats, seeds):
            generators = {1, seeds_, min(planned.generator_seeds, seeds_)} if self._draws else {1}
            if folds_ * repeats_ > max(15, planned.design.n_splits):
                continue
            options += filter(None, (self._option(folds_, repeats_, seeds_, number) for number in sorted(generators)))
        least = LEAST_TRAINED * planned.design.trained_once
        options = [option for option in options if option.design.trained_once >= least]
        return sorted(options, key=lambda option: (round(option.cost.seconds), option is not planned, option.seeds))

    def cheapest(self) -> Option | None:
        """The cheapest that sees the target difference in all measures that decide; None where none does."""
        return next((each for each in self.options if each.sees(self.rule.target_difference, self.measures)), None)

    def worth_their_cost(self) -> list[Option]:
        """Options that see clearly more than all that are cheaper, and the planned one."""
        options, least = [], math.inf
        for each in self.options:
            gains = [each.detectable[name] for name in self.measures]
            seen = max(math.inf if gain is None else gain for gain in gains)
            if seen < WORTH * least or each is self.planned:
                options.append(each)
                least = min(least, seen)
        return options

    def specimens_needed(self, option: Option) -> int | None:
        """Specimens of a collection, divided as the option does, that would; None where none would."""
        pilots = [self.pilots.by_measure[name] for name in self.measures]
        factors = [design.times_needed(option.design, pilot, self.rule, self.tests) for pilot in pilots]
        known = [factor for factor in factors if factor is not None]
        return rounded_up(max(known) * self.specimens) if len(known) == len(factors) else None

    @cached_property
    def specimens(self) -> int:
        """Specimens of all classes."""
        return sum(specimens_of(self.study.contents, class_) for class_ in self.study.classes)

    @property
    def reachable_margin(self) -> float | None:
        """The least round margin within which the planned design shows equal arms to be equal; None beyond a half."""
        if self.planned is None:
            return None
        needed = max(self.planned.margin[name] for name in self.measures)
        return next((each for each in NICE_MARGINS if each >= needed), None)

    @property
    def _draws(self) -> bool:
        return bool(self.study.pools)

    def _division(self, folds: int) -> Division | None:
        if folds not in self._divisions:
            split = self.study.config.split
            try:
                most = MOST if folds == split.folds else FEW
                self._divisions[folds] = Division(self.study.contents, split.model_copy(update={"folds": folds}), most)
            except UserError:
                self._divisions[folds] = None
        return self._divisions[folds]

    def _option(self, folds: int, repeats: int, seeds: int, generators: int) -> Option | None:
        division = self._division(folds)
        # Without a generator every training has luck of its own; what has none has its generator's.
        lucky = generators if self._draws else seeds
        certain = self.classifier in self.study.trainings.deterministic
        own = lucky if certain else seeds
        made = division.design(repeats, own, lucky) if division else None
        if made and certain and not (self._draws or self.study.trainings.copied):
            made = dataclasses.replace(made, n_seeds=1, n_generators=1, random=False)  # more seeds are the same again
        if made is None or made.trained_once <= 0:
            return None
        pilots = self.pilots.by_measure
        cost = self.costs.of(made.n_splits, seeds, generators)
        return Option(
            folds, repeats, seeds, generators, made, cost,
            {name: design.detectable(made, each, self.rule, self.tests) for name, each in pilots.items()},
            {name: design.margin(made, each, self.rule, self.tests) for name, each in pilots.items()},
        )  # fmt: skip
