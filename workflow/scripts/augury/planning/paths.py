"""Where everything lies. Patterns hold Snakemake's wildcards in braces."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from augury.classifiers.sizes import image_px
from augury.classifiers.sources import FOLDER
from augury.metrics.naming import INCEPTION
from augury.planning.study import Study
from augury.planning.weights import comes_by_rule, fetched_architectures, wanted_weights

TABLES = (
    "verdict",
    "differences",
    "classification",
    "models",
    "per_class",
    "by_seed",
    "generators",
    "generator_pairs",
    "synthetic",
    "runtime",
)
FEWEST_POINTS = 3  # of a learning curve, the baseline's own included


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
        ranks = ["ranks"] if study.config["taxonomy"] else []
        worth = ["worth"] if len(study.curve) + 1 >= FEWEST_POINTS else []
        self.tables = [f"{self.results}/tables/{name}.tsv" for name in [*TABLES, *ranks, *worth]]

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

    def rank_options(self) -> list[str]:
        """The taxonomy and the table of its ranks as options of the script, where there is one."""
        taxonomy = self.study.config["taxonomy"]
        return ["--taxonomy", taxonomy, "--ranks", f"{self.results}/tables/ranks.tsv"] if taxonomy else []

    def of_split(self, wildcards: Any) -> list[str]:
        """The per-class tables of a split."""
        return self.each_class(self.split, split=wildcards.split)


def pack_name(section: dict[str, Any]) -> str:
    """Name of the pack that a network reads: its size and colour."""
    return f"{image_px(section)}px-{section['channels']}"
