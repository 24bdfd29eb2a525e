"""What the verdict, and the worth of gains in real specimens, are given."""

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from augury.planning.changed import primary_classifiers
from augury.planning.inputs.classifiers import Classifiers
from augury.planning.inputs.parameters import options
from augury.planning.inputs.words import words
from augury.planning.study import Study


@dataclass(frozen=True, eq=False)
class Verdict:
    """Options of the scripts. Those that take `input` are not compared, see parameters.py."""

    study: Study
    classifiers: Classifiers

    def judged_arms(self, wildcards: Any, input: Any) -> list[str]:
        """Predictions of each baseline and of the arms compared with it."""
        study, others, options, of = self.study, self.study.compared, [], self._predictions(input)
        for baseline in dict.fromkeys([study.baseline, *map(study.baseline_of, others)]):
            options += of("--baseline", [baseline])
            options += of("--arm", [arm for arm in others if study.baseline_of(arm) == baseline])
        options += [word for arm in others if (caution := study.caution(arm)) for word in ("--caution", arm, caution)]
        return words(options + self._generator_seeds(others))

    def weighed_arms(self, wildcards: Any, input: Any) -> list[str]:
        """Predictions of the baseline, the other points of its learning curve, and the arms."""
        study, of = self.study, self._predictions(input)
        options = of("--baseline", [study.baseline]) + of("--point", study.curve) + of("--arm", study.compared)
        return words(options + self._generator_seeds(study.compared))

    def judge_options(self) -> list[str]:
        """What is held to be equal and sure, and what the study is made for."""
        settings = dict(self.study.config.statistics)
        primary, looks = settings.pop("primary"), settings.pop("looks")
        controls = [arm for arm in self.study.compared if arm not in self.study.primary_arms]
        lists = {"primary-measures": primary.measures, "primary-classifiers": self._primary_classifiers()}
        lists["controls"] = controls
        split = self.study.config.split
        planned = {"planned_looks": looks, "planned_splits": max(looks, split.repeats) * split.folds}
        named = [word for name, values in lists.items() if values for word in (f"--{name}", *values)]
        return options(settings | planned) + named + self._deterministic()

    def vary_inputs(self) -> dict[str, list[str]]:
        """Features by which images are near, of the first generator of all classes that is scored, and their rows."""
        study, networks = self.study, self.study.config.extractors
        pooled, entries = study.transfer.pool_of, study.config.generators.items()
        scored = (entry for name, entry in entries if networks and not entry.classes and not pooled(name))
        if (settings := next(scored, None)) is None:
            return {}
        packs = self.classifiers.paths.packs(settings, "")
        features = [f"{pack}.features-{network}.npy" for network in networks for pack in packs]
        splits = [f"{self.classifiers.paths.results}/splits/{split}.tsv" for split in study.splits]
        return {"features": features, "rows": [f"{pack}.tsv" for pack in packs], "splits": splits}

    def vary_options(self, wildcards: Any, input: Any) -> list[str]:
        """Those files, network by network."""
        if not (features := list(getattr(input, "features", []))):
            return []
        networks = self.study.config.extractors
        each = len(features) // len(networks)
        made = [
            word
            for index, network in enumerate(networks)
            for word in ("--features", network, *features[index * each : (index + 1) * each])
        ]
        return words([*made, "--rows", *input.rows, "--splits", *input.splits])

    def weigh_options(self) -> list[str]:
        """As the verdict has them."""
        settings = self.study.config.statistics
        names = ("training_set_variance", "bootstrap", "seed")
        return options({name: getattr(settings, name) for name in names}) + self._deterministic()

    def _primary_classifiers(self) -> list[str]:
        # None where the script takes the same.
        config = self.study.config
        chosen = primary_classifiers(config, self.study.primary_arms)
        return config.statistics.primary.classifiers or (chosen if chosen != list(config.classifiers)[:1] else [])

    def _predictions(self, input: Any) -> Callable[[str, Iterable[str]], list[str]]:
        runs = functools.partial(self.classifiers.runs, "predictions.tsv")
        here = dict(zip(runs(), input.predictions, strict=True))
        return lambda option, arms: [
            word for arm in arms for word in (option, *[here[run] for run in runs(arms=[arm])])
        ]

    def _generator_seeds(self, arms: Iterable[str]) -> list[str]:
        study, options = self.study, []
        for arm in arms:
            settings = study.config.arms[arm]
            if settings.generator:
                seeds = {seed: study.pool_seed(settings.selection, seed) for seed in study.config.seeds}
                options += ["--generator-seeds", arm, *(f"{seed}={other}" for seed, other in seeds.items())]
        return options

    def _deterministic(self) -> list[str]:
        trainings = self.study.trainings
        if not (names := trainings.deterministic):
            return []
        copied = ["--copied", *trainings.copied] if trainings.copied else []
        return ["--deterministic", *names, "--probes", *names, *copied]
