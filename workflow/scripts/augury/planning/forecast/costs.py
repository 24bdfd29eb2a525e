"""How long the trainings of a design take: as they took on this machine, or a guess before any has run."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace

from augury.planning.forecast.resources import Needs
from augury.planning.inputs.plan import Plan
from augury.settings.families import family
from augury.tables.grouping import grouped

START_SECONDS = 8  # of a job, before it trains
MOST_READ = 5  # trainings of a generator, or of a classifier on an arm, whose time is read; more would slow down plans


@dataclass(frozen=True, slots=True)
class Cost:
    """Trainings of a study, and their time one after another."""

    generators: int
    classifiers: int
    seconds: float

    @property
    def trainings(self) -> int:
        """Both kinds."""
        return self.generators + self.classifiers


class Costs:
    """Of a study's trainings, and of the same study with other splits and seeds."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.study, self.needs = plan, plan.study, Needs(plan)
        self.measured = 0  # trainings of this study whose time is known
        self._kinds: dict[tuple[str, ...], tuple[int, float]] = {}

    def of(self, n_splits: int, n_seeds: int, n_generators: int) -> Cost:
        """With so many splits, and classifier and generator seeds of each."""
        number, seconds = 0.0, 0.0
        for each, taken in self._generators:
            number += each * n_splits * n_generators
            seconds += each * n_splits * n_generators * taken
        classifiers = 0
        for arm, classifier, taken in self._classifiers:
            each = n_splits * self.study.trainings.number(arm, classifier, n_seeds, n_generators)
            classifiers += each
            seconds += each * taken
        return Cost(round(number), classifiers, seconds)

    @property
    def source(self) -> str:
        """Where the times come from."""
        self._generators, self._classifiers  # noqa: B018
        trainings = f"{self.measured} training{'s' if self.measured > 1 else ''}"
        return f"measured on {trainings}" if self.measured else "a guess before the first training"

    @property
    def kinds(self) -> dict[tuple[str, ...], tuple[int, float]]:
        """Number and seconds of one of each kind: (train_generator, NAME), (train_classifier, ARM, CLASSIFIER)."""
        self._generators, self._classifiers  # noqa: B018
        return self._kinds

    @cached_property
    def _generators(self) -> list[tuple[float, float]]:
        """For each generator: trainings per split and seed, and seconds of one."""
        costs: list[tuple[float, float]] = []
        runs = self.plan.generators.runs("generator.json", ancestors=True, trained=True)
        for name, paths in grouped(runs, lambda path: Path(path).parts[-4]).items():
            guess = sum(self.needs.generator_seconds(name, Path(path).parts[-2]) for path in paths) / len(paths)
            divisor = len(self.study.splits) * len(self.study.config.generator_seeds)
            seconds = self._seconds("generator.json", paths, guess)
            self._kinds["train_generator", name] = len(paths), seconds
            costs.append((len(paths) / divisor, seconds))
        return costs

    @cached_property
    def _classifiers(self) -> list[tuple[str, str, float]]:
        """Each arm and classifier, and seconds of a training."""
        costs: list[tuple[str, str, float]] = []
        runs = self.plan.classifiers.runs("predictions.tsv", ensembles=False)
        for (arm, classifier), paths in grouped(runs, lambda path: Path(path).parts[-4:-2]).items():
            guess = self.needs.classifier_seconds(SimpleNamespace(arm=arm, classifier=classifier))
            guess *= family("classifiers", self.study.config.classifiers[classifier].family).taken
            seconds = self._seconds("classifier.json", paths, guess)
            self._kinds["train_classifier", arm, classifier] = len(paths), seconds
            costs.append((arm, classifier, seconds))
        return costs

    def _seconds(self, name: str, paths: Iterable[str], guess: float) -> float:
        """Mean of what some of these trainings say that they took, or the guess."""
        taken = []
        for path in paths:
            try:
                taken.append(float(json.loads(Path(path).with_name(name).read_text("utf-8"))["seconds"]))
            except (OSError, ValueError, KeyError, TypeError):
                continue
            if len(taken) == MOST_READ:
                break
        self.measured += len(taken)
        return START_SECONDS + (sum(taken) / len(taken) if taken else guess)
