"""What the rules from images to packs read and are given; copies are made of the images first where a study says so."""

from dataclasses import dataclass
from typing import Any

from augury.planning.inputs.paths import Paths
from augury.planning.inputs.words import words
from augury.planning.study import Study
from augury.settings.reading import as_json
from augury.study.images import Indexing


@dataclass(frozen=True, eq=False)
class Data:
    """Functions that take `wildcards` are input functions, or give the options of a script."""

    study: Study
    paths: Paths

    @property
    def augments_first(self) -> bool:
        """Whether copies are made of every image first."""
        copies = self.study.config.presplit_augmentation
        return max([copies.times, *copies.times_per_class.values()]) > 1

    def augmented_table(self, wildcards: Any) -> list[str]:
        """The table of a class's copies; none where images are taken as they are."""
        return [f"{self.paths.images}/augmented.tsv".format(class_=wildcards.class_)] if self.augments_first else []

    def image_folders(self, wildcards: Any) -> list[str]:
        """Where the images that are indexed and packed lie."""
        tables = self.augmented_table(wildcards)
        return [table.removesuffix(".tsv") for table in tables] or self.study.contents.folders(wildcards.class_)

    def image_choice(self, wildcards: Any) -> list[str]:
        """Which of the files there count, as an option of the script: all, where they are copies."""
        return ["--files", "{}"] if self.augments_first else self.original_choice(wildcards)

    def original_choice(self, wildcards: Any) -> list[str]:
        """Which files of the folders that a user gave count, likewise."""
        return words(["--files", self.study.files.choice(wildcards.class_)])

    def index_settings(self, wildcards: Any) -> str:
        """What the index of a class depends on, as JSON; the table of copies says which image each is one of."""
        tables, settings = self.augmented_table(wildcards), self._indexing(wildcards.class_)
        if tables:
            copies = settings.specimens.model_copy(update={"regex": None, "table": tables[0]})
            settings = settings.model_copy(update={"specimens": copies})
        return as_json(settings)

    def _indexing(self, class_: str) -> Indexing:
        return self.study.indexing.model_copy(update={"specimens": self.study.contents.specimens_of(class_)})

    def split_settings(self, wildcards: Any) -> str:
        """What one split of a class depends on, as JSON: not on how many repeats there are, which may grow."""
        return as_json(self.study.config.split.model_dump(exclude={"repeats"}))

    def shared_options(self, wildcards: Any) -> list[str]:
        """The parts of a class's specimens that show other classes too, as options of the script."""
        return words(self.study.contents.shared.words(wildcards.class_, wildcards.split))

    def augmentation_options(self, wildcards: Any) -> list[str]:
        """How many copies are made, of what kind and by what settings, as options of the script."""
        copies = self.study.config.presplit_augmentation
        times = copies.times_per_class.get(wildcards.class_, copies.times)
        return [
            *("--times", str(times), "--size", str(copies.size_px)),
            *("--augmentation", as_json(copies.augmentation)),
            *(
                "--index-settings",
                as_json(self._indexing(wildcards.class_)),
                "--pack-settings",
                self.study.pack_settings,
            ),
        ]
