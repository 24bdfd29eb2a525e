"""Where everything lies. Patterns hold Snakemake's wildcards in braces."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from augury.classifiers.sizes import image_px
from augury.classifiers.sources import FOLDER
from augury.planning.study import Study
from augury.planning.weights import comes_by_rule, fetched_architectures, wanted_weights
from augury.scores.naming import INCEPTION
from augury.settings.reading import as_json
from augury.tables.catalogue import TABLES


class Paths:
    """The patterns of a study's files."""

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
        self.scored = f"{self.results}/{{split}}/synthetic/{{generator}}/random/seed{{seed}}/{{class_}}"
        self.classifier = f"{self.results}/{{split}}/classifiers/{{arm}}/{{classifier}}/seed{{seed}}"
        self.weights = f"{FOLDER}/{{architecture}}"
        self.tables = [self.table(name) for name, table in TABLES.items() if table.made(study)]

    def table(self, name: str) -> str:
        """A table of results."""
        return f"{self.results}/tables/{name}.tsv"

    # Images that are enlarged before anything is divided

    @property
    def enlarges(self) -> bool:
        """Whether copies are made of every image first."""
        enlarging = self.study.config["enlarging"]
        return max([enlarging["times"], *enlarging["times_of"].values()]) > 1

    def enlarged_table(self, wildcards: Any) -> list[str]:
        """The table of a class's copies; none where images are taken as they are."""
        return [f"{self.images}/enlarged.tsv".format(class_=wildcards.class_)] if self.enlarges else []

    def image_folders(self, wildcards: Any) -> list[str]:
        """Where the images that are indexed and packed lie."""
        tables = self.enlarged_table(wildcards)
        return [table.removesuffix(".tsv") for table in tables] or self.study.contents.folders(wildcards.class_)

    def image_choice(self, wildcards: Any) -> str:
        """Which of the files there count, as JSON: all, where they are copies."""
        return "{}" if self.enlarges else self.study.files.choice(wildcards.class_)

    def index_settings(self, wildcards: Any) -> str:
        """What the index of a class depends on, as JSON; the table of copies says which image each is one of."""
        settings = json.loads(self.study.index_settings)
        tables = self.enlarged_table(wildcards)
        return as_json(settings | {"specimen_regex": None, "specimen_table": tables[0]} if tables else settings)

    def split_settings(self, wildcards: Any) -> str:
        """What one split of a class depends on, as JSON: not on how many repeats there are, which may grow."""
        return as_json({name: value for name, value in self.study.config["split"].items() if name != "repeats"})

    def enlarging_options(self, wildcards: Any) -> list[str]:
        """How many copies are made, of what kind and by what settings, as options of the script."""
        enlarging = self.study.config["enlarging"]
        times = enlarging["times_of"].get(wildcards.class_, enlarging["times"])
        return [
            *("--times", str(times), "--size", str(enlarging["size_px"])),
            *("--augmentation", as_json(enlarging["augmentation"])),
            *("--index-settings", self.study.index_settings, "--pack-settings", self.study.pack_settings),
        ]

    def each_class(self, pattern: str, classes: Iterable[str] | None = None, **values: Any) -> list[str]:
        """A pattern for every class, in the order of the tables."""
        return [pattern.format(class_=class_, **values) for class_ in classes or self.study.classes]

    @property
    def fetched_architectures(self) -> str:
        """A pattern of the architectures whose weights a rule fetches, for Snakemake; without any, nothing fits it."""
        return "|".join(map(re.escape, fetched_architectures(self.study.config))) or "(?!)"

    def fetched_weights(self, suffix: str) -> Callable[[Any], list[str]]:
        """A file of each fetched architecture that a classifier or an extractor needs: .safetensors, or .json.

        What the user puts there is no input: its content counts by a digest, and no rule may make it anew.
        """

        def inputs(wildcards: Any) -> list[str]:
            named = dict(wildcards.items())
            if "extractor" in named:
                wanted = [named["extractor"]] if named["extractor"] != INCEPTION else []
            else:
                wanted = wanted_weights(self.study.config["classifiers"][named["classifier"]])
            return [f"{self.weights.format(architecture=name)}{suffix}" for name in wanted if comes_by_rule(name)]

        return inputs

    @property
    def ranked(self) -> bool:
        """Whether classifiers are judged at every rank of a taxonomy."""
        return self.table("ranks") in self.tables

    def of_split(self, wildcards: Any) -> list[str]:
        """The per-class tables of a split."""
        return self.each_class(self.split, split=wildcards.split)


def pack_name(section: dict[str, Any]) -> str:
    """Name of the pack that a network reads: its size and colour."""
    return f"{image_px(section)}px-{section['channels']}"
