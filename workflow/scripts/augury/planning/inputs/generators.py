"""Which files generators, their pools of images and their scores read: the rules' input functions."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from augury.images.files import file_sha256
from augury.planning.imported import class_folder, is_imported
from augury.planning.inputs.paths import Paths, pack_name
from augury.planning.inputs.words import words
from augury.planning.selections import RANDOM
from augury.planning.transfer import Node


class GeneratorFiles(Paths):
    """Functions that take `wildcards` are input functions, or give the options of a script."""

    def training_inputs(self, wildcards: Any) -> dict[str, list[str]]:
        """What a training reads: packs and splits of its class, or of all that it serves, and what it begins with.

        One function for all: Snakemake takes longer to call one than it takes to answer, for every job.
        """
        classes = self.trained_classes(wildcards)
        pack = pack_name(self.study.config["generators"][wildcards.generator])
        return {
            "packs": self.each_class(f"{self.pack}.npy", classes, pack=pack),
            "rows": self.each_class(f"{self.pack}.tsv", classes, pack=pack),
            "splits": self.each_class(self.split, classes, split=wildcards.split),
            "start": self.start_inputs(wildcards),
            "start_splits": self.start_splits(wildcards),
        }

    def trained_classes(self, wildcards: Any) -> list[str]:
        """Classes that a generator is trained on."""
        return self.study.transfer.members(wildcards.class_)

    def tested(self, wildcards: Any) -> list[str]:
        """Named specimens of several classes that the split tests, of the classes whose images a step reads."""
        classes = self.study.transfer.members(wildcards.class_)
        return words(self.study.contents.shared.tested(classes, wildcards.split))

    def start_folder(self, wildcards: Any) -> list[str]:
        """The folder of the generator that a training of this study begins with, if there is one."""
        before = self.study.transfer.predecessor(Node(wildcards.generator, wildcards.class_))
        return [self._folder(wildcards, before)] if before else []

    def start_inputs(self, wildcards: Any) -> list[str]:
        """What it reads of that."""
        names = ("generator.safetensors", "discriminator.safetensors", "generator.json", "training.tsv")
        return [f"{folder}/{name}" for folder in self.start_folder(wildcards) for name in names]

    def start_options(self, wildcards: Any) -> list[str]:
        """The folder to begin with, and what tables call it, as options of the script."""
        node = Node(wildcards.generator, wildcards.class_)
        file = self.study.transfer.file(node)
        folders = [file] if file else self.start_folder(wildcards)
        if not folders:
            return []
        splits = self.start_splits(wildcards)
        guarded = ["--start-splits", *splits] if splits else []
        return ["--start", *folders, "--start-name", self.study.transfer.name(node), *guarded]

    def start_splits(self, wildcards: Any) -> list[str]:
        """Splits whose test parts a file's generator must not have seen: of every class, for it may have seen any."""
        if not self.study.transfer.file(Node(wildcards.generator, wildcards.class_)):
            return []
        return self.each_class(self.split, split=wildcards.split)

    def start_digest(self, wildcards: Any) -> str:
        """Changes with a file that a config names to begin with."""
        file = self.study.transfer.file(Node(wildcards.generator, wildcards.class_))
        return file_sha256(Path(file) / "generator.safetensors")[:16] if file else ""

    def _folder(self, wildcards: Any, node: Node) -> str:
        return self.generator.format(
            split=wildcards.split, generator=node.generator, seed=self._trained_with(wildcards), class_=node.folder
        )

    def _trained_with(self, wildcards: Any) -> str:
        # The seed of the generator: a pool of chosen images stands under the seed of the classifiers that take it.
        selection = dict(wildcards.items()).get("selection", RANDOM)
        return wildcards.seed if selection == RANDOM else str(self.study.generator_seed(int(wildcards.seed)))

    def source(self, wildcards: Any, name: str = "") -> str:
        """A file of the generator that draws the images of a pool or of scores; without a name, its folder."""
        named = dict(wildcards.items())
        generator = generator_of(named["pool"]) if "pool" in named else named["generator"]
        scope = self.study.config["generators"][generator].get("scope")
        node = self.study.transfer.serving(Node(generator, "all" if scope == "all" else wildcards.class_))
        folder = self._folder(wildcards, node)
        return f"{folder}/{name}" if name else folder

    def pool_inputs(self, wildcards: Any) -> dict[str, str]:
        """What a pool is drawn from: the weights, or a snapshot of them, and their description."""
        _, at, _ = pool_parts(wildcards.pool)
        found = {"description": self.source(wildcards, "generator.json")}
        if at:
            found["snapshots"] = self.source(wildcards, "snapshots")
        if at in ("", "best"):
            found["weights"] = self.source(wildcards, "generator.safetensors")
        if at == "best":
            found["scores"] = self._scores_of(wildcards)
        return found

    def pool_options(self, wildcards: Any) -> list[str]:
        """Size of a pool and where in the training and the latent space it draws from, as options of the script."""
        ratio, count = self.study.pool_size(wildcards.pool, wildcards.selection)
        return ["--ratio", str(ratio), "--count", str(count), *self.drawn_from(wildcards)]

    def drawn_from(self, wildcards: Any) -> list[str]:
        """The snapshot and truncation of a pool, as options of the script."""
        _, at, truncation = pool_parts(wildcards.pool)
        options = []
        if at == "best":
            options += ["--best", self._scores_of(wildcards)]
        elif at:
            options += ["--at", at]
        return options + (["--truncation", truncation] if truncation else [])

    def _scores_of(self, wildcards: Any) -> str:
        # Those of the entry that serves it: its images are scored once.
        generator, _, _ = pool_parts(wildcards.pool)
        node = self.study.transfer.serving(Node(generator, wildcards.class_))
        folder = self.scored.format(
            split=wildcards.split,
            generator=node.generator,
            seed=self._trained_with(wildcards),
            class_=wildcards.class_,
        )
        return f"{folder}/scores.tsv"

    def generator_runs(
        self,
        name: str,
        ancestors: bool = False,
        split: str | None = None,
        seed: int | None = None,
        trained: bool = False,
    ) -> list[str]:
        """A file of every generator, class, split and seed; of one split or seed, if given.

        ancestors: also of those that classes' generators only begin with. trained: only of those that are trained.
        """
        study = self.study
        nodes = [
            Node(generator, folder)
            for generator in (study.trained_generators if trained else study.config["generators"])
            for folder in [*study.transfer.own_folders(generator), *self._ancestors_of(generator, ancestors)]
        ]
        return [
            f"{self.generator}/{name}".format(split=each, generator=node.generator, seed=number, class_=node.folder)
            for each in ([split] if split else study.splits)
            for node in nodes
            for number in (study.config["generator_seeds"] if seed is None else [seed])
        ]

    # Images that are there already

    def import_inputs(self, wildcards: Any) -> dict[str, list[str]]:
        """What a copier copies; or all classes' indexes and splits, to compare another tool's images with."""
        settings = self.study.config["generators"][wildcards.generator]
        if settings["family"] == "copier":
            pack = pack_name(settings)
            named = {"pack": f"{self.pack}.npy", "rows": f"{self.pack}.tsv", "splits": self.split}
            return {
                key: self.each_class(pattern, [wildcards.class_], pack=pack, split=wildcards.split)
                for key, pattern in named.items()
            }
        names = ("index.tsv", "fingerprints.npy", "quarantine.tsv", "duplicates.tsv")
        indexed = [path for name in names for path in self.each_class(f"{self.images}/{name}")]
        return {"splits": self.of_split(wildcards), "indexed": indexed}

    def import_options(self, wildcards: Any) -> list[str]:
        """Where those and the images are, as options of the script."""
        settings = self.study.config["generators"][wildcards.generator]
        found = self.import_inputs(wildcards)
        if settings["family"] == "copier":
            return ["--pack", *found["pack"], "--splits", *found["splits"]]
        folder = class_folder(settings, wildcards.split, wildcards.seed, wildcards.class_)
        return ["--folder", str(folder), "--class-folders", *self.each_class(self.images), "--splits", *found["splits"]]

    def import_digest(self, wildcards: Any) -> str:
        """Changes with the content of another tool's images."""
        settings = self.study.config["generators"][wildcards.generator]
        if settings["family"] == "copier":
            return ""
        return self.study.contents.digest_of(class_folder(settings, wildcards.split, wildcards.seed, wildcards.class_))

    def _ancestors_of(self, generator: str, wanted: bool) -> list[str]:
        return [node.folder for node in self.study.transfer.ancestors if wanted and node.generator == generator]

    # Scores

    def draw_inputs(self, wildcards: Any) -> dict[str, str]:
        """What the images that are scored are drawn from."""
        names = {"weights": "generator.safetensors", "description": "generator.json", "snapshots": "snapshots"}
        if is_imported(self.study.config["generators"][wildcards.generator]):
            del names["snapshots"]
        return {key: self.source(wildcards, name) for key, name in names.items()}

    def draw_options(self, wildcards: Any) -> list[str]:
        """How many of them, and of what, as options of the script."""
        ratio, count = self.study.scored_size()
        variants = self.study.variants(wildcards.generator)
        return ["--ratio", str(ratio), "--count", str(count), "--variants", *variants]

    def scored_against(self, suffix: str) -> Callable[[Any], str]:
        """A file of the pack that a generator was trained on: both sides pass the same resize."""

        def path(wildcards: Any) -> str:
            pack = pack_name(self.study.config["generators"][wildcards.generator])
            return self.pack.format(pack=pack, class_=wildcards.class_) + suffix

        return path

    def scores(self, name: str, split: str | None = None, seed: int | None = None) -> list[str]:
        """A file of the scores of every generator, class, split and seed; of one split or seed, if given."""
        study = self.study
        if not study.config["extractor"]:
            return []
        return [
            f"{self.scored}/{name}".format(split=each, generator=generator, seed=number, class_=class_)
            for each in ([split] if split else study.splits)
            for generator in study.config["generators"]
            for number in (study.config["generator_seeds"] if seed is None else [seed])
            for folder in study.transfer.own_folders(generator)
            for class_ in (study.classes if folder == "all" else [folder])
        ]


def pool_parts(pool: str) -> tuple[str, str, str]:
    """Generator, snapshot and truncation of a pool's name, NAME[@SNAPSHOT][~TRUNCATION]; empty where left out."""
    name, _, truncation = pool.partition("~")
    generator, _, at = name.partition("@")
    return generator, at, truncation


def generator_of(pool: str) -> str:
    """The generator behind a pool's name."""
    return pool_parts(pool)[0]
