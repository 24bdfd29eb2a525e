"""What generators read, those that are trained and those that are made of images which are there already."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from augury.code.closure import code_digest
from augury.generators.family import GeneratorSettings, is_public
from augury.images.files import file_sha256
from augury.planning.inputs.parameters import located
from augury.planning.inputs.paths import Paths, pack_name
from augury.planning.inputs.words import words
from augury.planning.selections import RANDOM
from augury.planning.study import Study
from augury.planning.transfer import Node, pool_path
from augury.settings.families import family
from augury.settings.reading import as_json

COMPARED_WITH = ("index.tsv", "fingerprints.npy", "quarantine.tsv", "duplicates.tsv")  # of each class's images


@dataclass(frozen=True, eq=False)
class Generators:
    """Functions that take `wildcards` are input functions, or give the options of a script."""

    study: Study
    paths: Paths

    def code(self, script: str, *modules: str, more: tuple[str, ...] = ()) -> Callable[[Any], str]:
        """Changes with a script's code, with these modules of the generator's family and with `more`."""

        def digest(wildcards: Any) -> str:
            name = self.settings(wildcards).family
            return code_digest(script, (*(f"augury.generators.{name}.{module}" for module in modules), *more))

        return digest

    def settings(self, wildcards: Any) -> GeneratorSettings:
        """Of the generator that wildcards name, as such or by its pool."""
        return self.study.config.generators[_named(wildcards)]

    def of_pool(self, pool: str) -> GeneratorSettings:
        """Settings of the generator behind a pool's name."""
        return self.study.config.generators[pool_parts(pool)[0]]

    # Trainings

    def training_inputs(self, wildcards: Any) -> dict[str, list[str]]:
        """What a training reads: packs and splits of its class, of all that it serves or of a pool, and what it begins
        with.

        One function for all: Snakemake takes longer to call one than it takes to answer, for every job.
        """
        settings = self.settings(wildcards)
        started_from = family("generators", settings.family).start_files
        return self._images(wildcards, settings) | {
            "start": [f"{folder}/{name}" for folder in self._start_folder(wildcards) for name in started_from],
            # Their test parts a file's generator must not have seen: of every class, for it may have seen any.
            "start_splits": self.paths.of_split(wildcards) if self._start_file(wildcards, public=False) else [],
        }

    def _images(self, wildcards: Any, settings: GeneratorSettings) -> dict[str, list[str]]:
        classes, paths = self.trained_classes(wildcards), self.paths
        packs, split, where = paths.pack, paths.split, {"split": wildcards.split, "pack": pack_name(settings)}
        if self.study.transfer.pool_of(wildcards.generator):
            where["elsewhere"] = pool_path(wildcards.class_)
            classes = list(self.study.contents.elsewhere[where["elsewhere"]])
            packs, split = f"{paths.elsewhere}/{{pack}}", paths.admitted
        patterns = {"packs": f"{packs}.npy", "rows": f"{packs}.tsv", "splits": split}
        return {key: paths.each_class(pattern, classes, **where) for key, pattern in patterns.items()}

    def trained_classes(self, wildcards: Any) -> list[str]:
        """Classes that a generator is trained on, or the name of a pool's folder."""
        return self.study.transfer.trained(wildcards.class_)

    def tested(self, wildcards: Any) -> list[str]:
        """Named specimens of several classes that the split tests, of the classes whose images a step reads."""
        return words(self.tested_words(wildcards))

    def tested_words(self, wildcards: Any) -> list[str]:
        """The same for a list of words that has others, too."""
        return self.study.contents.shared.tested(self.study.transfer.members(wildcards.class_), wildcards.split)

    def options(self, wildcards: Any) -> list[str]:
        """What tables call that with which it begins, and the taxa above classes, as options of the script."""
        node = _node(wildcards)
        begins = self._start_file(wildcards) or self._start_folder(wildcards)
        options = ["--start-name", self.study.transfer.name(node)] if begins else []
        conditioned = node.folder == "all" and family("generators", self.settings(wildcards).family).knows_taxa
        taxa = self.study.transfer.taxa() if conditioned else {}
        return [*options, *(["--taxa", as_json(taxa)] if taxa else [])]

    def start_folder(self, wildcards: Any, input: Any) -> list[str]:
        """The folder or the file with which it begins, as an option; not compared, see parameters.py."""
        file = self._start_file(wildcards)
        return ["--start", file] if file else located(start="start")(wildcards, input)

    def start_digest(self, wildcards: Any) -> str:
        """Changes with a file that a config names to begin with."""
        file = self._start_file(wildcards)
        return self._digest(Path(file) if is_public(file) else Path(file) / "generator.safetensors") if file else ""

    def _digest(self, path: Path) -> str:
        if path not in self._digests:
            self._digests[path] = file_sha256(path)[:16]
        return self._digests[path]

    @cached_property
    def _digests(self) -> dict[Path, str]:
        return {}  # of large files, which many jobs begin with

    def _start_file(self, wildcards: Any, public: bool = True) -> str | None:
        file = self.study.transfer.file(_node(wildcards))
        return None if file is None or (is_public(file) and not public) else file

    def _start_folder(self, wildcards: Any) -> list[str]:
        # Of the generator of this study that a training begins with, if there is one.
        before = self.study.transfer.predecessor(_node(wildcards))
        return [self._folder(wildcards, before)] if before else []

    # What is drawn from a generator

    def source(self, wildcards: Any, name: str) -> str:
        """A file of the generator that draws the images of a pool or of scores."""
        transfer, generator = self.study.transfer, _named(wildcards)
        node = Node(generator, "all" if transfer.is_conditional(generator) else wildcards.class_)
        return f"{self._folder(wildcards, transfer.serving(node))}/{name}"

    def drawing(self, wildcards: Any) -> list[str]:
        """How its images are drawn, as an option of a script; none where all of its settings are of its training."""
        settings = self.study.config.generators[_named(wildcards)]
        given = {key: getattr(settings, key) for key in family("generators", settings.family).drawing}
        given = {key: value for key, value in given.items() if value is not None}  # else as in its description
        return ["--drawing", as_json(given)] if given else []

    def trained_with(self, wildcards: Any) -> str:
        """Its seed: a pool of chosen images stands under the seed of the classifiers that take it."""
        chosen = getattr(wildcards, "selection", RANDOM) != RANDOM
        return str(self.study.generator_seed(int(wildcards.seed))) if chosen else wildcards.seed

    def _folder(self, wildcards: Any, node: Node) -> str:
        seed = self.trained_with(wildcards)
        return self.paths.generator.format(
            split=wildcards.split, generator=node.generator, seed=seed, class_=node.folder
        )

    def runs(
        self,
        name: str,
        ancestors: bool = False,
        trained: bool = False,
        first: bool = False,
        recording: str = "",
    ) -> list[str]:
        """A file of every generator, class, split and seed.

        ancestors: also of those that classes' generators only begin with. trained: only of those that are trained.
        first: of the first split and seed alone. recording: only of those whose history has that column.
        """
        transfer, only, entries = self.study.transfer, 1 if first else None, self.study.config.generators
        nodes = [
            Node(generator, folder)
            for generator in (self.study.trained_generators if trained else entries)
            if not recording or recording in getattr(entries[generator], "recorded", ())
            for folder in [
                *transfer.own_folders(generator),
                *(node.folder for node in transfer.ancestors if ancestors and node.generator == generator),
            ]
        ]
        return [
            f"{self.paths.generator}/{name}".format(
                split=split, generator=node.generator, seed=seed, class_=node.folder
            )
            for split in self.study.splits[:only]
            for node in nodes
            for seed in self.study.config.generator_seeds[:only]
        ]

    # Images that are there already

    def import_inputs(self, wildcards: Any) -> dict[str, list[str]]:
        """The class's pack and split; or all classes' indexes and splits, to compare another tool's images with."""
        if self._import_folder(wildcards) is None:
            settings, classes = self.settings(wildcards), [wildcards.class_]
            packs = {
                key: self.paths.packs(settings, f".{end}", classes) for key, end in (("pack", "npy"), ("rows", "tsv"))
            }
            return packs | {"splits": self.paths.each_class(self.paths.split, classes, split=wildcards.split)}
        indexed = [path for name in COMPARED_WITH for path in self.paths.each_class(f"{self.paths.images}/{name}")]
        return {"splits": self.paths.of_split(wildcards), "indexed": indexed}

    def import_options(self, wildcards: Any) -> list[str]:
        """Where another tool's images are, as an option of the script."""
        folder = self._import_folder(wildcards)
        return ["--folder", str(folder)] if folder else []

    def class_folders(self, wildcards: Any, input: Any) -> list[str]:
        """Where the study's own images that they are compared with are described, likewise; not compared."""
        indexed = dict.fromkeys(os.path.dirname(path) for path in getattr(input, "indexed", []))
        return ["--class-folders", *indexed] if indexed else []

    def import_digest(self, wildcards: Any) -> str:
        """Changes with the content of another tool's images."""
        folder = self._import_folder(wildcards)
        return "" if folder is None else self.study.contents.digest_of(folder)

    def _import_folder(self, wildcards: Any) -> Path | None:
        return self.settings(wildcards).class_folder(wildcards.split, wildcards.seed, wildcards.class_)


def pool_parts(pool: str) -> tuple[str, str, str]:
    """Generator, snapshot and truncation of a pool's name, NAME[@SNAPSHOT][~TRUNCATION]; empty where left out."""
    name, _, truncation = pool.partition("~")
    generator, _, at = name.partition("@")
    return generator, at, truncation


def _named(wildcards: Any) -> str:
    return getattr(wildcards, "generator", None) or pool_parts(wildcards.pool)[0]


def _node(wildcards: Any) -> Node:
    return Node(wildcards.generator, wildcards.class_)
