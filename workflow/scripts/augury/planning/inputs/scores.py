"""What the scores of generators read."""

from dataclasses import dataclass
from typing import Any

from augury.generators.family import TrainedSettings
from augury.planning.inputs.generators import Generators
from augury.planning.inputs.paths import Paths
from augury.planning.judging import looked_through
from augury.planning.study import Study


@dataclass(frozen=True, eq=False)
class Scores:
    """Functions that take `wildcards` are input functions, or give the options of a script."""

    study: Study
    paths: Paths
    generators: Generators

    def of_networks(self, before: str, after: str) -> list[str]:
        """A file of each network of the study, in their order; of a study without, one that nothing asks for."""
        return [f"{before}{name}{after}" for name in self.study.config.extractors or ("none",)]

    def draw_inputs(self, wildcards: Any) -> dict[str, str]:
        """What the images that are scored are drawn from."""
        names = {"weights": "generator.safetensors", "description": "generator.json", "snapshots": "snapshots"}
        if not isinstance(self.generators.settings(wildcards), TrainedSettings):
            del names["snapshots"]
        return {key: self.generators.source(wildcards, name) for key, name in names.items()}

    def draw_options(self, wildcards: Any) -> list[str]:
        """How many of them, and of what, as options of the script."""
        ratio, count = self.study.scored_size()
        variants = ["--variants", *self.study.variants(wildcards.generator)]
        return ["--ratio", str(ratio), "--count", str(count), *variants, *self.generators.drawing(wildcards)]

    def inputs(self, wildcards: Any) -> dict[str, str | list[str]]:
        """The generator, and the pack that it was trained on with its features: both sides pass the same resize."""
        [pack] = self.paths.packs(self.generators.settings(wildcards), "", [wildcards.class_])
        return {
            "real": self.of_networks(f"{pack}.features-", ".npy"),
            "rows": f"{pack}.tsv",
            "pack": f"{pack}.npy",
            "description": self.generators.source(wildcards, "generator.json"),
            "weights": self.generators.source(wildcards, "generator.safetensors"),
        }

    def looked_through(self, wildcards: Any) -> list[str]:
        """The networks that its images were made or chosen by."""
        return looked_through(self.study.config, self.generators.settings(wildcards))

    def files(self, name: str, first: bool = False) -> list[str]:
        """A file of the scores of every generator, class, split and seed; of the first split and seed, if asked for."""
        study, only = self.study, 1 if first else None
        return [
            f"{self.paths.scored}/{name}".format(split=split, generator=generator, seed=seed, class_=class_)
            for split in study.splits[:only]
            for generator in (study.config.generators if study.config.extractors else ())
            for seed in study.config.generator_seeds[:only]
            for folder in study.transfer.own_folders(generator)
            for class_ in (study.classes if folder == "all" else [folder])
        ]
