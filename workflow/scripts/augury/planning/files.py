"""Which files classifiers, tables, figures and the report read: the rules' input functions."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from augury.figures.registry import FIGURES
from augury.planning.generator_files import GeneratorFiles, generator_of
from augury.planning.paths import pack_name


class Files(GeneratorFiles):
    """The files of a study. Functions that take `wildcards` are input functions, or give the options of a script."""

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
        study = self.study
        scored = bool(study.config["generators"] and study.config["extractor"])
        snapshots = any(len(study.variants(name)) > 1 for name in study.config["generators"])
        needed = {
            "samples": bool(study.pools),
            "generator_scores": scored,
            "score_curves": scored and snapshots,
            "neighbours": scored,
        } | dict.fromkeys(("generator_losses", "ada", "truncations", "latent_walk"), bool(study.config["generators"]))
        left_out = {name for name, has_data in needed.items() if not has_data}
        return [f"{self.results}/figures/{name}.{FIGURES[name].suffix}" for name in FIGURES if name not in left_out]

    def figure_inputs(self, wildcards: Any) -> dict[str, list[str]]:
        """Files that a figure is drawn from, by the option of the script that takes them."""
        tables = f"{self.results}/tables"
        first = {"split": self.study.splits[0], "seed": self.study.config["generator_seeds"][0]}
        wanted = {
            "generator_scores": lambda: {
                "generators": [f"{tables}/generators.tsv"],
                "synthetic": [f"{tables}/synthetic.tsv"],
            },
            "score_curves": lambda: {"synthetic": [f"{tables}/synthetic.tsv"]},
            "ada": lambda: {"histories": self.generator_runs("history.tsv")},
            "truncations": lambda: {
                "sheets": self.generator_runs("truncations.png", **first),
                "descriptions": self.generator_runs("generator.json", **first),
            },
            "latent_walk": lambda: {"sheets": self.generator_runs("latent_walk.png", **first)},
            "neighbours": lambda: {
                "neighbours": self.scores("neighbours.tsv", **first),
                "sheets": self.scores("neighbours.png", **first),
            },
            "arms": lambda: {"classification": [f"{tables}/classification.tsv"]},
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
        return [f"{self.results}/report.html", *self.generator_runs("generator.json"), *self.scores("scores.tsv")]


def captions(folder: str = "workflow/report") -> list[str]:
    """Texts below figures and tables."""
    return sorted(str(path) for path in Path(folder).glob("*.rst") if path.stem != "workflow")
