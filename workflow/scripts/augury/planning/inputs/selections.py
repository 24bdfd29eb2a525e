"""Which files the pools of synthetic images and the choice of them read: the rules' input functions."""

from typing import Any

from augury.code.closure import code_digest
from augury.planning.inputs.generators import GeneratorFiles, generator_of
from augury.planning.inputs.paths import pack_name
from augury.planning.selections import RANDOM, judge
from augury.planning.weights import extractor_digest
from augury.selections.needs import believed_by, modules_of, needs_features


class SelectionFiles(GeneratorFiles):
    """Functions that take `wildcards` are input functions, or give the options of a script."""

    def drawing_inputs(self, wildcards: Any) -> dict[str, str]:
        """What a pool is drawn from, its chosen latent vectors included."""
        return self.pool_inputs(wildcards) | (
            {}
            if wildcards.selection == RANDOM
            else {"latents": f"{self.pool}/latents.safetensors".format(**dict(wildcards.items()))}
        )

    def drawing_options(self, wildcards: Any) -> list[str]:
        """How a pool is drawn, as options of the script."""
        if wildcards.selection == RANDOM:
            return self.pool_options(wildcards)
        return ["--chosen", self.pool.format(**dict(wildcards.items())), *self.drawn_from(wildcards)]

    def selection_inputs(self, wildcards: Any) -> dict[str, str]:
        """What vectors are chosen from and by: the generator, the class's pack, and what the settings ask for."""
        found = self.pool_inputs(wildcards)
        pack = self._pack_of(wildcards)
        found |= {"pack": f"{pack}.npy", "rows": f"{pack}.tsv"}
        settings = self._settings_of(wildcards)
        if believed_by(settings) == "discriminator":
            found["discriminator"] = self.source(wildcards, "discriminator.safetensors")
        if needs_features(settings):
            found["features"] = self._features_of(wildcards)
        if settings["family"] == "uncertainty":
            folder = self._classifier_of(wildcards)
            found |= {"classifier": f"{folder}/classifier.safetensors", "classifier_json": f"{folder}/classifier.json"}
        return found

    def selection_options(self, wildcards: Any) -> list[str]:
        """The same, with the size of the pool, as options of the script."""
        settings, options = self._settings_of(wildcards), self.pool_options(wildcards)
        if needs_features(settings):
            extractor = self.study.config["extractor"]
            options += ["--features", self._features_of(wildcards), "--extractor", extractor]
        if settings["family"] == "uncertainty":
            options += ["--classifier", self._classifier_of(wildcards)]
        return options

    def selection_code(self, wildcards: Any) -> str:
        """Changes with the code that a selection runs: its family, the generator's, and what else its settings use."""
        settings, config = self._settings_of(wildcards), self.study.config
        generator = config["generators"][generator_of(wildcards.pool)]["family"]
        uncertain = settings["family"] == "uncertainty"
        judged_by = judge(config, wildcards.selection)[0] if uncertain else None
        classifier = config["classifiers"][judged_by]["family"] if judged_by else None
        return code_digest("select_latents", modules_of(settings, generator, classifier))

    def selection_weights(self, wildcards: Any) -> str:
        """Changes with the extractor's weights, where a selection uses them."""
        needed = needs_features(self._settings_of(wildcards))
        return extractor_digest(self.study.config["extractor"]) if needed else ""

    def pools(self, name: str, first: bool = False, searched: bool = False) -> list[str]:
        """A file of every pool that some arm draws from, class by class.

        first: of the first split and seed alone. searched: of those alone that are chosen, not drawn at random.
        """
        study = self.study
        seeds = {RANDOM: study.config["generator_seeds"]}
        return [
            f"{self.pool}/{name}".format(split=split, pool=pool, selection=selection, seed=seed, class_=class_)
            for split in (study.splits[:1] if first else study.splits)
            for pool, selection in study.pools
            if not (searched and selection == RANDOM)
            for seed in seeds.get(selection, study.config["seeds"])[: 1 if first else None]
            for class_ in study.classes
        ]

    def searches(self, name: str) -> list[str]:
        """A file of every genetic search."""
        wanted = {name for name, entry in self.study.config["selections"].items() if entry["family"] == "genetic"}
        return [path for path in self.pools(name, searched=True) if path.split("/")[-4] in wanted]

    def _settings_of(self, wildcards: Any) -> dict[str, Any]:
        return self.study.config["selections"][wildcards.selection]

    def _pack_of(self, wildcards: Any) -> str:
        pack = pack_name(self.study.config["generators"][generator_of(wildcards.pool)])
        return self.pack.format(pack=pack, class_=wildcards.class_)

    def _features_of(self, wildcards: Any) -> str:
        return f"{self._pack_of(wildcards)}.features-{self.study.config['extractor']}.npy"

    def _classifier_of(self, wildcards: Any) -> str:
        classifier, arm = judge(self.study.config, wildcards.selection)
        seed = self.study.trainings.seed_of(arm, classifier, int(wildcards.seed))
        return self.classifier.format(split=wildcards.split, arm=arm, classifier=classifier, seed=seed)
