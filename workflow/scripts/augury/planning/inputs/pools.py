"""What pools of synthetic images read: those drawn at random, and those whose latent vectors are chosen."""

from dataclasses import dataclass
from typing import Any

from augury.code.closure import code_digest
from augury.planning.inputs.generators import Generators, pool_parts
from augury.planning.inputs.paths import Paths
from augury.planning.judging import judges_of
from augury.planning.selections import RANDOM, judge
from augury.planning.study import Study
from augury.planning.transfer import Node
from augury.planning.weights import extractor_digest
from augury.selections.family import ByClassifierSettings, SelectionSettings
from augury.selections.modules import modules_of
from augury.settings.families import family


@dataclass(frozen=True, eq=False)
class Pools:
    """Functions that take `wildcards` are input functions, or give the options of a script."""

    study: Study
    paths: Paths
    generators: Generators

    # Drawing

    def inputs(self, wildcards: Any) -> dict[str, str]:
        """What a pool is drawn from, its chosen latent vectors included."""
        names = {} if wildcards.selection == RANDOM else {"latents": "latents.safetensors", "choice": "selection.json"}
        chosen = {key: f"{self._folder(wildcards)}/{name}" for key, name in names.items()}
        return self._generator_inputs(wildcards) | chosen

    def options(self, wildcards: Any) -> list[str]:
        """How a pool is drawn, as options of the script."""
        if wildcards.selection == RANDOM:
            return self._size(wildcards) + self._snapshot_options(wildcards)
        return self._snapshot_options(wildcards)

    def files(self, name: str, first: bool = False, searched: bool = False, begun: bool | None = None) -> list[str]:
        """A file of every pool that some arm draws from, class by class.

        first: of the first split and seed alone. searched: of those alone that are chosen, not drawn at random. begun:
        of those alone whose images begin with training images, or do not.
        """
        study, only = self.study, 1 if first else None
        seeds = {RANDOM: study.config.generator_seeds}
        return [
            f"{self.paths.pool}/{name}".format(split=split, pool=pool, selection=selection, seed=seed, class_=class_)
            for split in study.splits[:only]
            for pool, selection in study.pools
            if not (searched and selection == RANDOM) and begun in (None, (pool, selection) in study.begun_pools)
            for seed in seeds.get(selection, study.config.seeds)[:only]
            for class_ in study.classes
        ]

    def _folder(self, wildcards: Any) -> str:
        return self.paths.pool.format(**dict(wildcards.items()))

    def _generator_inputs(self, wildcards: Any) -> dict[str, str]:
        # The weights, or a snapshot of them, and their description.
        _, at, _ = pool_parts(wildcards.pool)
        files = {"description": self.generators.source(wildcards, "generator.json")}
        if at:
            files["snapshots"] = self.generators.source(wildcards, "snapshots")
        if at in ("", "best"):
            files["weights"] = self.generators.source(wildcards, "generator.safetensors")
        if at == "best":
            files["best"] = self._scores_of(wildcards)
        return files

    def _size(self, wildcards: Any) -> list[str]:
        ratio, count = self.study.pool_size(wildcards.pool, wildcards.selection)
        return ["--ratio", str(ratio), "--count", str(count)]

    def _snapshot_options(self, wildcards: Any) -> list[str]:
        # Where in the training and the latent space it draws from, and how: the snapshot, the truncation, a sampler.
        _, at, truncation = pool_parts(wildcards.pool)
        snapshot = ["--snapshot", at] if at and at != "best" else []
        return snapshot + (["--truncation", truncation] if truncation else []) + self.generators.drawing(wildcards)

    def _scores_of(self, wildcards: Any) -> str:
        # Those of the entry that serves it: its images are scored once.
        generator, seed = pool_parts(wildcards.pool)[0], self.generators.trained_with(wildcards)
        node = self.study.transfer.serving(Node(generator, wildcards.class_))
        where = {"split": wildcards.split, "generator": node.generator, "seed": seed, "class_": wildcards.class_}
        return f"{self.paths.scored}/scores.tsv".format(**where)

    # Choosing

    def selection_inputs(self, wildcards: Any) -> dict[str, str]:
        """What vectors are chosen from and by: the generator, the class's pack, and what the settings ask for."""
        settings, pack = self._selection(wildcards), self._pack(wildcards)
        files = self._generator_inputs(wildcards) | {"pack": f"{pack}.npy", "rows": f"{pack}.tsv"}
        if settings.needs.discriminator:
            files["discriminator"] = self.generators.source(wildcards, "discriminator.safetensors")
        if settings.needs.features:
            files["features"] = self._features(wildcards)
        if isinstance(settings, ByClassifierSettings):
            folder = self._classifier(wildcards)
            files |= {"classifier": f"{folder}/classifier.safetensors", "classifier_json": f"{folder}/classifier.json"}
        return files

    def selection_options(self, wildcards: Any) -> list[str]:
        """How many, of which snapshot, and the network that judges them, as options of the script."""
        judged = ["--extractor", self._judge(wildcards)] if self._selection(wildcards).needs.features else []
        return self._size(wildcards) + self._snapshot_options(wildcards) + judged

    def selection_code(self, wildcards: Any) -> str:
        """Changes with the code that a selection runs: its family, the generator's, and what else its settings use."""
        settings, config = self._selection(wildcards), self.study.config
        classifier = None
        if isinstance(settings, ByClassifierSettings):
            classifier = config.classifiers[judge(config, wildcards.selection)[0]].family
        generator, needs = self.generators.settings(wildcards).family, settings.needs
        looked_at = needs.features, needs.discriminator
        return code_digest("select_latents", modules_of(settings.family, generator, classifier, *looked_at))

    def selection_weights(self, wildcards: Any) -> str:
        """Changes with the extractor's weights, where a selection uses them."""
        needed = self._selection(wildcards).needs.features
        return extractor_digest(self._judge(wildcards)) if needed else ""

    def searches(self, name: str) -> list[str]:
        """A file of every search, which has a history of generations."""
        entries = self.study.config.selections.items()
        wanted = {name for name, entry in entries if family("selections", entry.family).searches}
        return [path for path in self.files(name, searched=True) if path.split("/")[-4] in wanted]

    def _selection(self, wildcards: Any) -> SelectionSettings:
        return self.study.config.selections[wildcards.selection]

    def _pack(self, wildcards: Any) -> str:
        [pack] = self.paths.packs(self.generators.settings(wildcards), "", [wildcards.class_])
        return pack

    def _features(self, wildcards: Any) -> str:
        return f"{self._pack(wildcards)}.features-{self._judge(wildcards)}.npy"

    def _judge(self, wildcards: Any) -> str:
        # The first network that may judge the generator; a study without one is refused.
        return judges_of(self.study.config, self.generators.settings(wildcards))[0]

    def _classifier(self, wildcards: Any) -> str:
        classifier, arm = judge(self.study.config, wildcards.selection)
        seed = self.study.trainings.seed_of(arm, classifier, int(wildcards.seed))
        return self.paths.classifier.format(split=wildcards.split, arm=arm, classifier=classifier, seed=seed)
