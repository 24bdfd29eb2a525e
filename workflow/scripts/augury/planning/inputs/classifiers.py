"""Which files classifiers, ensembles of them and their explanations read: the rules' input functions."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from augury.planning.inputs.paths import pack_name
from augury.planning.inputs.selections import SelectionFiles


class ClassifierFiles(SelectionFiles):
    """Functions that take `wildcards` are input functions, or give the options of a script."""

    def for_classifier(self, suffix: str) -> Callable[[Any], list[str]]:
        """Files of the packs that a classifier reads, one a class."""

        def inputs(wildcards: Any) -> list[str]:
            pack = pack_name(self.study.config["classifiers"][wildcards.classifier])
            return self.each_class(self.pack + suffix, pack=pack)

        return inputs

    def arm_pools(self, wildcards: Any) -> list[str]:
        """Pools that an arm draws from, one a class; none for an arm without a generator."""
        pool = self.study.pool_name(wildcards.arm)
        if pool is None:
            return []
        selection = self.study.config["arms"][wildcards.arm]["selection"]
        seed = self.study.pool_seed(selection, int(wildcards.seed))
        return self.each_class(
            f"{self.pool}/index.tsv", split=wildcards.split, pool=pool, selection=selection, seed=seed
        )

    def arm_options(self, wildcards: Any) -> list[str]:
        """Those pools as options of the script."""
        found = self.arm_pools(wildcards)
        return ["--pools", *found] if found else []

    def classifier_runs(self, name: str, ensembles: bool = True, arms: Iterable[str] | None = None) -> list[str]:
        """A file of every arm, classifier, split and seed, and of every ensemble; `ensembles: False` leaves these out.

        Where nothing is random in a training, seeds that would give the same are one (planning.trainings).
        An ensemble has predictions.tsv and classifier.json alone. arms: those to take, instead of all.
        """
        study = self.study
        return [
            f"{self.classifier}/{name}".format(split=split, arm=arm, classifier=classifier, seed=seed)
            for arm in (study.config["arms"] if arms is None else arms)
            for classifier in [*study.config["classifiers"], *(study.config["ensembles"] if ensembles else ())]
            for split in study.splits
            for seed in study.trainings.seeds(arm, classifier)
        ]

    # The verdict

    def judged_arms(self) -> list[str]:
        """Predictions of each baseline and of the arms compared with it, as options of the script."""
        study, words = self.study, []
        others = study.compared
        for baseline in dict.fromkeys([study.baseline, *map(study.baseline_of, others)]):
            against = [arm for arm in others if study.baseline_of(arm) == baseline]
            for option, arm in (("--baseline", baseline), *(("--arm", arm) for arm in against)):
                words += [option, *self.classifier_runs("predictions.tsv", arms=[arm])]
        words += [word for arm in others if (said := study.caution(arm)) for word in ("--caution", arm, said)]
        return words + self._generator_seeds(others)

    def _generator_seeds(self, arms: Iterable[str]) -> list[str]:
        study, words = self.study, []
        for arm in arms:
            if settings := study.config["arms"][arm]["generator"] and study.config["arms"][arm]:
                seeds = {seed: study.pool_seed(settings["selection"], seed) for seed in study.config["seeds"]}
                words += ["--generator-seeds", arm, *(f"{seed}={other}" for seed, other in seeds.items())]
        return words

    def weighed_arms(self) -> list[str]:
        """Predictions of the baseline, the other points of its learning curve, and the arms, likewise."""
        study = self.study
        points = [("--baseline", study.baseline), *(("--point", arm) for arm in study.curve)]
        arms = [arm for arm in study.config["arms"] if arm not in (study.baseline, *study.curve)]
        words = [
            word
            for option, arm in [*points, *(("--arm", arm) for arm in arms)]
            for word in (option, *self.classifier_runs("predictions.tsv", arms=[arm]))
        ]
        return words + self._generator_seeds(arms)

    def weigh_options(self) -> list[str]:
        """As the verdict has them."""
        names = ("training_set_variance", "bootstrap", "seed")
        return _options({name: self.study.config["statistics"][name] for name in names}) + self._deterministic()

    def _deterministic(self) -> list[str]:
        trainings = self.study.trainings
        if not (names := trainings.deterministic):
            return []
        return ["--deterministic", *names, *(["--copied", *copied] if (copied := trainings.copied) else [])]

    def judge_options(self) -> list[str]:
        """What is held to be equal and sure, and what the study is made for, as options of the script."""
        settings = dict(self.study.config["statistics"])
        primary, looks = settings.pop("primary"), settings.pop("looks")
        controls = [arm for arm in self.study.compared if arm not in self.study.primary_arms]
        lists = {"primary-measures": primary["measures"], "primary-classifiers": primary["classifiers"]}
        lists["controls"] = controls
        split = self.study.config["split"]
        planned = {"planned_looks": looks, "planned_splits": max(looks, split["repeats"]) * split["folds"]}
        words = [word for name, values in lists.items() if values for word in (f"--{name}", *values)]
        return _options(settings | planned) + words + self._deterministic()

    # Ensembles

    @property
    def ensemble(self) -> str:
        """The folder of an ensemble: that of a classifier of its name."""
        return self.classifier.replace("{classifier}", "{ensemble}")

    @property
    def ensemble_names(self) -> str:
        """A pattern of their names, for Snakemake; without ensembles, one that nothing fits."""
        return "|".join(map(re.escape, self.study.config["ensembles"])) or "(?!)"

    def ensemble_members(self, name: str) -> Callable[[Any], list[str]]:
        """A file of each member of an ensemble."""

        def inputs(wildcards: Any) -> list[str]:
            study, arm, of_run = self.study, wildcards.arm, int(wildcards.seed)
            trainings, over_seeds = study.trainings, study.config["ensembles"][wildcards.ensemble]["over_seeds"]
            return [
                f"{self.classifier}/{name}".format(split=wildcards.split, arm=arm, classifier=classifier, seed=seed)
                for classifier in trainings.members(wildcards.ensemble)
                for seed in (
                    trainings.seeds(arm, classifier) if over_seeds else [trainings.seed_of(arm, classifier, of_run)]
                )
            ]

        return inputs

    # Explanations

    @property
    def explanation(self) -> str:
        """The folder of what is told of a classifier."""
        return f"{self.results}/{{split}}/explanations/{{arm}}/{{classifier}}/seed{{seed}}"

    def explanations(self, name: str) -> list[str]:
        """A file of every arm and classifier, of the first split and seed; none where nothing is to be explained."""
        study = self.study
        if not study.config["explain"]["images"]:
            return []
        return [
            f"{self.explanation}/{name}".format(**self._first_run(), arm=arm, classifier=classifier)
            for arm in study.config["arms"]
            if arm not in study.curve
            for classifier in study.config["classifiers"]
        ]

    def explain_options(self) -> list[str]:
        """How much is explained, as options of the script."""
        settings = self.study.config["explain"]
        return [word for key in sorted(settings.keys()) for word in (f"--{key.replace('_', '-')}", str(settings[key]))]

    def first_predictions(self) -> str:
        """The predictions by which images are chosen that all explanations show: of the first arm and classifier."""
        config = self.study.config
        first = {"arm": next(iter(config["arms"]), ""), "classifier": next(iter(config["classifiers"]), "")}
        return f"{self.classifier}/predictions.tsv".format(**self._first_run(), **first)

    def _first_run(self) -> dict[str, Any]:
        return {"split": self.study.splits[0], "seed": self.study.config["seeds"][0]}


def _options(settings: dict[str, Any]) -> list[str]:
    names = {"bootstrap": "replicates"}
    return [
        word for key in sorted(settings) for word in (f"--{names.get(key, key).replace('_', '-')}", str(settings[key]))
    ]
