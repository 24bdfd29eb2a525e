"""Where everything lies, and which files each step reads: the rules' input functions.

Patterns hold Snakemake's wildcards in braces; functions that take `wildcards` are input functions.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from augury.figures.registry import FIGURES
from augury.planning.study import Study


class Files:
    """The files of a study."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.results = f"results/{study.dataset}"
        self.logs = f"logs/{study.dataset}"
        self.benchmarks = f"{self.results}/benchmarks"
        self.images = f"{self.results}/images/{{class_}}"
        self.split = f"{self.results}/splits/{{split}}/{{class_}}.tsv"
        self.pack = f"{self.results}/packs/{{pack}}/{{class_}}"
        self.generator = f"{self.results}/{{split}}/generators/{{generator}}/seed{{seed}}/{{class_}}"
        self.pool = f"{self.results}/{{split}}/synthetic/{{pool}}/{{selection}}/seed{{seed}}/{{class_}}"
        self.classifier = f"{self.results}/{{split}}/classifiers/{{arm}}/{{classifier}}/seed{{seed}}"
        self.tables = [f"{self.results}/tables/{name}.tsv" for name in TABLES]

    def each_class(self, pattern: str, classes: Iterable[str] | None = None, **values: Any) -> list[str]:
        """A pattern for every class, in the order of the tables."""
        return [pattern.format(class_=class_, **values) for class_ in classes or self.study.classes]

    def of_split(self, wildcards: Any) -> list[str]:
        """The per-class tables of a split."""
        return self.each_class(self.split, split=wildcards.split)

    # Generators and pools

    def for_generator(self, pattern: str) -> Callable[[Any], list[str]]:
        """Per-class files that one generator reads: of its class, or of every class where it serves all."""

        def inputs(wildcards: Any) -> list[str]:
            pack = pack_name(self.study.config["generators"][wildcards.generator])
            return self.each_class(pattern, self.trained_classes(wildcards), split=wildcards.split, pack=pack)

        return inputs

    def trained_classes(self, wildcards: Any) -> list[str]:
        """Classes that a generator is trained on."""
        return self.study.classes if wildcards.class_ == "all" else [wildcards.class_]

    def pool_source(self, wildcards: Any, name: str = "") -> str:
        """A file of the generator that a pool draws from; without a name, its folder."""
        generator = generator_of(wildcards.pool)
        scope = self.study.config["generators"][generator]["scope"]
        class_ = "all" if scope == "all" else wildcards.class_
        folder = self.generator.format(split=wildcards.split, generator=generator, seed=wildcards.seed, class_=class_)
        return f"{folder}/{name}" if name else folder

    def pool_inputs(self, wildcards: Any) -> dict[str, str]:
        """What a pool is drawn from: the weights, or a snapshot of them, and their description."""
        weights = "snapshots" if "@" in wildcards.pool else "generator.safetensors"
        return {
            "weights": self.pool_source(wildcards, weights),
            "description": self.pool_source(wildcards, "generator.json"),
        }

    def pool_options(self, wildcards: Any) -> list[str]:
        """Size of a pool and the snapshot that it draws from, as options of the script."""
        ratio, count = self.study.pool_size(wildcards.pool, wildcards.selection)
        at = wildcards.pool.partition("@")[2]
        return ["--ratio", str(ratio), "--count", str(count), *(["--at", at] if at else [])]

    def generator_runs(self, name: str) -> list[str]:
        """A file of every generator, class, split and seed."""
        study = self.study
        return [
            f"{self.generator}/{name}".format(split=split, generator=generator, seed=seed, class_=class_)
            for split in study.splits
            for generator in study.config["generators"]
            for seed in study.config["generator_seeds"]
            for class_ in study.generator_classes(generator)
        ]

    def pools(self, name: str, split: str | None = None, seed: int | None = None) -> list[str]:
        """A file of every pool that some arm draws from, class by class; of one split or seed, if given."""
        study = self.study
        return [
            f"{self.pool}/{name}".format(split=each, pool=pool, selection=selection, seed=number, class_=class_)
            for each in ([split] if split else study.splits)
            for pool, selection in study.pools
            for number in (study.config["generator_seeds"] if seed is None else [seed])
            for class_ in study.classes
        ]

    # Scores

    def feature_source(self, wildcards: Any) -> dict[str, str]:
        """The image set that features are extracted from: a pack with its rows, or a pool's index."""
        path = f"{self.results}/{wildcards.stem}"
        if wildcards.stem.startswith("packs/"):
            return {"pack": f"{path}.npy", "rows": f"{path}.tsv"}
        return {"index": f"{path}.tsv"}

    def feature_options(self, wildcards: Any) -> list[str]:
        """Options of the script that name that image set."""
        return [word for name, path in self.feature_source(wildcards).items() for word in (f"--{name}", path)]

    def scored_against(self, suffix: str) -> Callable[[Any], str]:
        """A file of the pack that a pool's generator was trained on: both sides pass the same resize."""

        def path(wildcards: Any) -> str:
            pack = pack_name(self.study.config["generators"][generator_of(wildcards.pool)])
            return self.pack.format(pack=pack, class_=wildcards.class_) + suffix

        return path

    # Classifiers

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
        seed = self.study.generator_seed(int(wildcards.seed))
        return self.each_class(
            f"{self.pool}/index.tsv", split=wildcards.split, pool=pool, selection=selection, seed=seed
        )

    def arm_options(self, wildcards: Any) -> list[str]:
        """Those pools as options of the script."""
        found = self.arm_pools(wildcards)
        return ["--pools", *found] if found else []

    def classifier_runs(self, name: str) -> list[str]:
        """A file of every arm, classifier, split and seed."""
        study = self.study
        return [
            f"{self.classifier}/{name}".format(split=split, arm=arm, classifier=classifier, seed=seed)
            for arm in study.config["arms"]
            for classifier in study.config["classifiers"]
            for split in study.splits
            for seed in study.config["seeds"]
        ]

    # Figures and the report

    def figures(self) -> list[str]:
        """The figures for which the study has data."""
        left_out = set() if self.study.config["generators"] else {"generator_losses"}
        left_out |= set() if self.study.pools else {"samples"}
        return [f"{self.results}/figures/{name}.{FIGURES[name].suffix}" for name in FIGURES if name not in left_out]

    def figure_inputs(self, wildcards: Any) -> dict[str, list[str]]:
        """Files that a figure is drawn from, by the option of the script that takes them."""
        wanted = {
            "arms": lambda: {"classification": [f"{self.results}/tables/classification.tsv"]},
            "confusion": lambda: {"predictions": self.classifier_runs("predictions.tsv")},
            "roc": lambda: {"predictions": self.classifier_runs("predictions.tsv")},
            "learning_curves": lambda: {"histories": self.classifier_runs("history.tsv")},
            "generator_losses": lambda: {"histories": self.generator_runs("history.tsv")},
            "samples": self._sample_inputs,
        }
        return wanted[wildcards.figure]()

    def figure_options(self, wildcards: Any) -> list[str]:
        """Those files as options of the script."""
        inputs = self.figure_inputs(wildcards)
        return [word for name, paths in inputs.items() for word in (f"--{name}", *paths)]

    def caption(self, figure: str) -> str:
        """The text below a figure, for Snakemake's own report."""
        return Path(f"workflow/report/{figure}.rst").read_text(encoding="utf-8")

    def _sample_inputs(self) -> dict[str, list[str]]:
        """The first split's pools of the first generator seed, and the real images that they imitate."""
        study = self.study
        split = study.splits[0]
        pack = pack_name(study.config["generators"][generator_of(study.pools[0][0])])
        return {
            "pools": self.pools("index.tsv", split, study.config["generator_seeds"][0]),
            "packs": self.each_class(f"{self.pack}.npy", pack=pack),
            "splits": self.each_class(self.split, split=split),
        }

    def targets(self) -> list[str]:
        """What a plain `snakemake` makes: the report, and the generators that no arm uses."""
        return [f"{self.results}/report.html", *self.generator_runs("generator.json")]


TABLES = ("classification", "per_class", "synthetic", "runtime")


def pack_name(section: dict[str, Any]) -> str:
    """Name of the pack that a network reads: its size and colour."""
    return f"{section['size_px']}px-{section['channels']}"


def generator_of(pool: str) -> str:
    """The generator behind a pool's name, NAME or NAME@SNAPSHOT."""
    return pool.partition("@")[0]


def captions(folder: str = "workflow/report") -> list[str]:
    """Texts below figures and tables."""
    return sorted(str(path) for path in Path(folder).glob("*.rst") if path.stem != "workflow")
