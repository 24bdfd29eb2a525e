"""What is read of real images from elsewhere, and what is retrieved from them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from augury.generators.family import PooledSettings
from augury.images.files import list_files
from augury.planning.inputs.classifiers import Classifiers
from augury.planning.inputs.paths import Paths, pack_name
from augury.planning.judging import looked_through
from augury.planning.study import Study
from augury.settings.reading import as_json

CORRUPTED_PX = 224  # images.corruptions says so too, which a plan does not import
TABLES = ("verdict", "classification", "per_class", "differences")
INDEX, BESIDE = "index.tsv", ("fingerprints.npy", "quarantine.tsv", "duplicates.tsv")  # of each folder of images


@dataclass(frozen=True, eq=False)
class Elsewhere:
    """Functions that take `wildcards` are input functions, or give the options of a script."""

    study: Study
    paths: Paths
    classifiers: Classifiers

    @property
    def sets(self) -> dict[str, dict[str, Path]]:
        """Folders by set and class."""
        return self.study.contents.elsewhere

    @cached_property
    def counts(self) -> dict[str, int]:
        """Number of files of each set."""
        return {
            name: sum(len(list_files([folder])) for folder in folders.values() if folder.is_dir())
            for name, folders in self.sets.items()
        }

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
        """The indices of a set's folders, and those of the study's classes; for a test set of its pools too."""
        where, own = self._folders(wildcards.elsewhere), self._known(wildcards.elsewhere)
        return {
            "indexed": [f"{folder}/{INDEX}" for folder in where],
            "own": [f"{folder}/{INDEX}" for folder in own],
            "beside": [f"{folder}/{name}" for folder in [*where, *own] for name in BESIDE],
        }

    # Test sets

    def admission_inputs(self, wildcards: Any) -> dict[str, list[str]]:
        """By what is said which images of a test set count."""
        name = f"tests/{wildcards.test}"
        return {
            "indices": [f"{folder}/{INDEX}" for folder in self._folders(name)],
            "known": [f"{folder}/{INDEX}" for folder in self._known(name)],
            "twins": [f"{self.paths.results}/{name}/images/twins.tsv"],
        }

    def test_inputs(self, wildcards: Any) -> dict[str, list[str]]:
        """A classifier, and the packs of a test set as its own images are packed."""
        pack, classifier = pack_name(self.classifiers.settings(wildcards)), _filled(self.paths.classifier, wildcards)
        packs = [f"{folder}/{pack}" for folder in self._folders(f"tests/{wildcards.test}")]
        return {
            "packs": [f"{each}.npy" for each in packs],
            "rows": [f"{each}.tsv" for each in packs],
            "images": [f"{_filled(self.paths.tested, wildcards)}/images.tsv"],
            "weights": [f"{classifier}/classifier.safetensors"],
            "description": [f"{classifier}/classifier.json"],
            "predictions": [f"{classifier}/predictions.tsv"],
        }

    def corrupted_inputs(self, wildcards: Any) -> dict[str, list[str]]:
        """A classifier, and packs of the size that corruptions are defined for."""
        classifier, pack = _filled(self.paths.classifier, wildcards), f"{CORRUPTED_PX}px-rgb"
        names = {"weights": "classifier.safetensors", "description": "classifier.json"}
        files = {key: [f"{classifier}/{name}"] for key, name in (names | {"predictions": "predictions.tsv"}).items()}
        packs = {"packs": ".npy", "rows": ".tsv"}
        return files | {key: self.paths.each_class(self.paths.pack + end, pack=pack) for key, end in packs.items()}

    @property
    def tests(self) -> list[str]:
        """Names of all other tests: sets and corruptions."""
        return [*self.study.config.tests, *self.study.config.corruptions]

    def test_classes(self, wildcards: Any) -> list[str]:
        """The classes of a test set, in the order of its packs."""
        return list(self.sets[f"tests/{wildcards.test}"])

    def member_inputs(self, wildcards: Any) -> dict[str, list[str]]:
        """What an ensemble reads of each member on a test set."""
        of_study = self.classifiers.member_inputs(wildcards)
        return {key: [self._on(wildcards.test, path) for path in paths] for key, paths in of_study.items()}

    def runs(self, name: str) -> Callable[[Any], list[str]]:
        """A file of every arm, classifier and ensemble, split and seed on the test set that wildcards name."""
        return lambda wildcards: [self._on(wildcards.test, path) for path in self.classifiers.runs(name)]

    def tables(self) -> list[str]:
        """Tables of all other tests and, of sets, which of their images count."""
        of_all = [f"tables/{name}.tsv" for name in TABLES]
        names = {test: ["images.tsv", "left_out.tsv"] if test in self.study.config.tests else [] for test in self.tests}
        return [f"{self.paths.tested.format(test=test)}/{name}" for test in self.tests for name in names[test] + of_all]

    def _on(self, test: str, path: str) -> str:
        # A file of a run, of its test on that set.
        return f"{self.paths.tested.format(test=test)}{path.removeprefix(self.paths.results)}"

    # Pools

    @property
    def pools(self) -> list[str]:
        """The sets that are pools."""
        return [name for name in self.sets if name.startswith("pools/")]

    def pool_inputs(self, wildcards: Any) -> dict[str, list[str]]:
        """By what is said which images of a pool a generator may be trained on."""
        return {
            "indices": [f"{folder}/{INDEX}" for folder in self._folders(wildcards.elsewhere)],
            "twins": [f"{self.paths.results}/{wildcards.elsewhere}/images/twins.tsv"],
            "splits": self.paths.of_split(wildcards),
        }

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
            "pool_indices": [f"{folder}/{INDEX}" for folder in folders],
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

    def _known(self, name: str) -> list[str]:
        pools = self.pools if name.startswith("tests/") else []
        return [
            *self.paths.each_class(self.paths.images),
            *(folder for each in pools for folder in self._folders(each)),
        ]

    def _folders(self, name: str) -> list[str]:
        # In the results, of each folder of a set.
        return [self.paths.elsewhere.format(elsewhere=name, class_=class_) for class_ in self.sets[name]]


def _filled(pattern: str, wildcards: Any) -> str:
    return pattern.format(**dict(wildcards.items()))
