"""Where everything lies. Patterns hold Snakemake's wildcards in braces."""

from collections.abc import Iterable
from typing import Any

from augury.classifiers.family import ClassifierSettings
from augury.classifiers.sizes import image_px
from augury.classifiers.sources import FOLDER
from augury.generators.family import GeneratorSettings
from augury.planning.study import Study
from augury.splits.plan import FINAL

Network = ClassifierSettings | GeneratorSettings


class Paths:
    """The patterns of a study's files."""

    def __init__(self, study: Study, stored: bool = False) -> None:
        self.classes, self.stored = study.classes, stored
        self.logs = f"logs/{study.dataset}"
        self.results = results = f"results/{study.dataset}"
        self.benchmarks = f"{results}/benchmarks"
        self.images = f"{results}/images/{{class_}}"
        self.elsewhere = f"{results}/{{elsewhere}}/images/{{class_}}"
        self.admitted = f"{results}/{{elsewhere}}/splits/{{split}}/{{class_}}.tsv"
        self.split = f"{results}/splits/{{split}}/{{class_}}.tsv"
        self.pack = f"{results}/packs/{{pack}}/{{class_}}"
        self.generator = f"{results}/{{split}}/generators/{{generator}}/seed{{seed}}/{{class_}}"
        self.pool = f"{results}/{{split}}/synthetic/{{pool}}/{{selection}}/seed{{seed}}/{{class_}}"
        self.scored = f"{results}/{{split}}/synthetic/{{generator}}/random/seed{{seed}}/{{class_}}"
        self.classifier = f"{results}/{{split}}/classifiers/{{arm}}/{{classifier}}/seed{{seed}}"
        self.ensemble = f"{results}/{{split}}/classifiers/{{arm}}/{{ensemble}}/seed{{seed}}"
        self.recipe = f"{results}/{FINAL}/recipes/{{arm}}/{{classifier}}.json"
        self.explanation = f"{results}/{{split}}/explanations/{{arm}}/{{classifier}}/seed{{seed}}"
        self.tested = f"{results}/tests/{{test}}"
        self.weights = f"{FOLDER}/{{architecture}}"

    def table(self, name: str) -> str:
        """A table of results."""
        return f"{self.results}/tables/{name}.tsv"

    def shards(self, indices: Iterable[str]) -> list[str]:
        """The one shard beside the index of each pool where files are stored; else their number is not known."""
        return [f"{index.removesuffix('index.tsv')}shard-000000.tar" for index in indices if self.stored]

    def each_class(self, pattern: str, classes: Iterable[str] | None = None, **values: Any) -> list[str]:
        """A pattern for every class, in the order of the tables."""
        return [pattern.format(class_=class_, **values) for class_ in classes or self.classes]

    def of_split(self, wildcards: Any) -> list[str]:
        """The per-class tables of a split."""
        return self.each_class(self.split, split=wildcards.split)

    def packs(self, settings: Network, suffix: str, classes: Iterable[str] | None = None) -> list[str]:
        """A file of the pack of every class that a network of these settings reads."""
        return self.each_class(self.pack + suffix, classes, pack=pack_name(settings))


def pack_name(settings: Network) -> str:
    """Name of the pack that a network reads: its size and colour. Trainings themselves leave out what is grey."""
    return f"{image_px(settings)}px-{'grey' if settings.channels == 'grey' else 'rgb'}"
