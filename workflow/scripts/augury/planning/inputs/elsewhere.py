"""What is read of real images from elsewhere, and what is retrieved from them."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from augury.generators.family import PooledSettings
from augury.planning.folders.elsewhere import sets_of
from augury.planning.inputs.paths import Paths, pack_name
from augury.planning.judging import looked_through
from augury.planning.study import Study
from augury.settings.reading import as_json

COMPARED = ("index.tsv", "fingerprints.npy", "quarantine.tsv", "duplicates.tsv")  # of each folder of images


@dataclass(frozen=True, eq=False)
class Elsewhere:
    """Functions that take `wildcards` are input functions, or give the options of a script."""

    study: Study
    paths: Paths

    @cached_property
    def sets(self) -> dict[str, dict[str, Path]]:
        """Folders by set and class."""
        return sets_of(self.study.config, self.study.classes)

    def folder(self, wildcards: Any) -> str:
        """The folder of images that wildcards name."""
        return str(self.sets[wildcards.elsewhere][wildcards.class_])

    def choice(self, wildcards: Any) -> list[str]:
        """Which of its files count, as an option of the script."""
        exclude = self.study.config.exclude
        return ["--files", as_json({"exclude": exclude} if exclude else {})]

    def digest(self, wildcards: Any) -> str:
        """Changes with the content of its files."""
        return self.study.contents.digest_of(Path(self.folder(wildcards)))

    def root(self, wildcards: Any) -> list[str]:
        """The folder from which on a path counts where a pattern looks at it, as an option of the script."""
        folder = self.sets[wildcards.elsewhere][wildcards.class_]
        return ["--root", str(folder.parent if wildcards.class_ in self.study.classes else folder)]

    def settings(self, wildcards: Any) -> str:
        """How they are indexed, as JSON: a table of specimens is one of the study's own images."""
        own = self.study.indexing
        return as_json(own.model_copy(update={"specimens": own.specimens.model_copy(update={"table": None})}))

    def compared(self, wildcards: Any) -> dict[str, list[str]]:
        """The indices of a set's folders, and those of the study's classes."""
        where = self._folders(wildcards.elsewhere)
        own = self.paths.each_class(self.paths.images)
        return {
            key: [f"{folder}/{name}" for name in COMPARED for folder in folders]
            for key, folders in (("indexed", where), ("own", own))
        }

    # Retrieval

    def retrieval_inputs(self, wildcards: Any) -> dict[str, list[str]]:
        """What images are retrieved by: of the study its splits and features, of the pool all."""
        settings = self._settings(wildcards)
        name, [extractor] = f"pools/{settings.pool}", looked_through(self.study.config, settings)
        packs = self.paths.packs(settings, "")
        folders = self._folders(name)
        of_pool = [f"{folder}/{pack_name(settings)}" for folder in folders]
        return {
            "splits": self.paths.of_split(wildcards),
            "features": [f"{pack}.features-{extractor}.npy" for pack in packs],
            "rows": [f"{pack}.tsv" for pack in [*packs, *of_pool]],
            "pool_indices": [f"{folder}/index.tsv" for folder in folders],
            "pool_packs": [f"{pack}.npy" for pack in of_pool],
            "pool_features": [f"{pack}.features-{extractor}.npy" for pack in of_pool],
            "twins": [f"{self.paths.results}/{name}/images/twins.tsv"],
        }

    def retrieval_options(self, wildcards: Any) -> list[str]:
        """How many images any arm or score takes, and the network of their features, as options of the script."""
        ratio, count = self.study.scored_size()
        [extractor] = looked_through(self.study.config, self._settings(wildcards))
        return ["--ratio", str(ratio), "--count", str(count), "--extractor", extractor]

    def _settings(self, wildcards: Any) -> Any:
        settings = self.study.config.generators[wildcards.generator]
        if not isinstance(settings, PooledSettings):
            raise TypeError(f"{wildcards.generator} takes from no pool")
        return settings

    def _folders(self, name: str) -> list[str]:
        # In the results, of each folder of a set.
        return [self.paths.elsewhere.format(elsewhere=name, class_=class_) for class_ in self.sets[name]]
