"""What classifiers, ensembles of them and their explanations read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from augury.classifiers.family import ClassifierSettings
from augury.code.closure import code_digest
from augury.planning.changed import settings_on, stands
from augury.planning.inputs.parameters import options
from augury.planning.inputs.paths import Paths
from augury.planning.study import Study
from augury.splits.plan import FINAL


@dataclass(frozen=True, eq=False)
class Classifiers:
    """Functions that take `wildcards` are input functions, or give the options of a script."""

    study: Study
    paths: Paths

    def code(self, script: str) -> Callable[[Any], str]:
        """Changes with a script's code and with that of the classifier's family."""
        return lambda wildcards: code_digest(script, (f"augury.classifiers.{self.settings(wildcards).family}.network",))

    def settings(self, wildcards: Any) -> ClassifierSettings:
        """Of the classifier that wildcards name, on their arm."""
        return settings_on(self.study.config, wildcards.arm, wildcards.classifier)

    def inputs(self, wildcards: Any) -> dict[str, list[str]]:
        """What a training on an arm reads of the study's images, and the pools that it draws from."""
        settings = self.settings(wildcards)
        return {
            "packs": self.paths.packs(settings, ".npy"),
            "rows": self.paths.packs(settings, ".tsv"),
            "splits": self.paths.of_split(wildcards),
            "pools": self.pools(wildcards),
            "shards": self.paths.shards(self.pools(wildcards)),
        }

    def pools(self, wildcards: Any) -> list[str]:
        """Pools that an arm draws from, one per class; none for an arm without a generator."""
        pool = self.study.pool_name(wildcards.arm)
        if pool is None:
            return []
        selection = self.study.config.arms[wildcards.arm].selection
        seed = self.study.pool_seed(selection, int(wildcards.seed))
        where = {"split": wildcards.split, "pool": pool, "selection": selection, "seed": seed}
        return self.paths.each_class(f"{self.paths.pool}/index.tsv", **where)

    def runs(self, name: str, ensembles: bool = True, arms: Iterable[str] | None = None) -> list[str]:
        """A file of every arm, classifier, split and seed, and of every ensemble; `ensembles: False` leaves these out.

        Where nothing is random in a training, seeds that would give the same are one (planning.trainings).
        An ensemble has predictions.tsv and classifier.json alone. arms: those to take, instead of all.
        """
        study = self.study
        return [
            path
            for arm in (study.config.arms if arms is None else arms)
            for classifier in [*study.config.classifiers, *(study.config.ensembles if ensembles else ())]
            for path in self._of_splits(arm, classifier, name)
        ]

    def _of_splits(self, arm: str, classifier: str, name: str) -> list[str]:
        return [
            f"{self.paths.classifier}/{name}".format(split=split, arm=arm, classifier=classifier, seed=seed)
            for split in self.study.splits
            for seed in self.study.trainings.seeds(arm, classifier)
        ]

    def member_inputs(self, wildcards: Any) -> dict[str, list[str]]:
        """What an ensemble reads of each member."""
        arm, trainings = wildcards.arm, self.study.trainings
        over_seeds = self.study.config.ensembles[wildcards.ensemble].over_seeds
        folders = [
            self.paths.classifier.format(split=wildcards.split, arm=arm, classifier=member, seed=seed)
            for member in trainings.members(wildcards.ensemble)
            for seed in (
                trainings.seeds(arm, member) if over_seeds else [trainings.seed_of(arm, member, int(wildcards.seed))]
            )
        ]
        names = {"predictions": "predictions.tsv", "classifiers": "classifier.json"}
        return {key: [f"{folder}/{name}" for folder in folders] for key, name in names.items()}

    # What is handed over

    def recipe(self, wildcards: Any) -> list[str]:
        """What a last training takes from those of the study's splits; none for one of these."""
        if wildcards.split != FINAL:
            return []
        # An ensemble's wildcard has its own name.
        name = getattr(wildcards, "ensemble", None) or wildcards.classifier
        return [self.paths.recipe.format(arm=wildcards.arm, classifier=name)]

    def recipe_inputs(self, wildcards: Any) -> dict[str, list[str]]:
        """Every training of a classifier, or every ensemble of its name, on the study's splits of an arm."""
        files = {"predictions": "predictions.tsv", "classifiers": "classifier.json"}
        return {key: self._of_splits(wildcards.arm, wildcards.classifier, name) for key, name in files.items()}

    def card_inputs(self, wildcards: Any) -> dict[str, str]:
        """The classifier or ensemble that is handed over, and its recipe."""
        final = self.study.config.final
        if final is None:
            return {}
        [seed, *_] = self.study.trainings.seeds(final.arm, final.name)
        where = {"arm": final.arm, "classifier": final.name}
        folder = self.paths.classifier.format(**where, split=FINAL, seed=seed)
        return {"classifier": f"{folder}/classifier.json", "recipe": self.paths.recipe.format(**where)}

    def card_options(self) -> list[str]:
        """What its card repeats of its arm's images, as an option of the script."""
        final = self.study.config.final
        caution = self.study.caution(final.arm) if final else ""
        return options({"caution": caution} if caution else {})

    # Explanations

    def explanations(self, name: str) -> list[str]:
        """A file of every arm and classifier, of the first split and seed; none where nothing is to be explained."""
        config = self.study.config
        return [
            f"{self.paths.explanation}/{name}".format(**self._first_run(), arm=arm, classifier=classifier)
            for arm in (config.arms if config.explain.images else ())
            if arm not in self.study.curve
            for classifier in config.classifiers
            if stands(config, arm, classifier)
        ]

    def first_predictions(self) -> str | list[str]:
        """The predictions by which images are chosen that all explanations show: of the first arm and classifier.

        None without classifiers.
        """
        config = self.study.config
        classifier = next(iter(config.classifiers), "")
        if not classifier:
            return []
        arm = next((arm for arm in config.arms if stands(config, arm, classifier)), "")
        first = {"arm": arm, "classifier": classifier}
        return f"{self.paths.classifier}/predictions.tsv".format(**self._first_run(), **first)

    def _first_run(self) -> dict[str, Any]:
        return {"split": self.study.splits[0], "seed": self.study.config.seeds[0]}
