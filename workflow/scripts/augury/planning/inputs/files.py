"""Which files tables, figures and the report read: the rules' input functions."""

from pathlib import Path
from typing import Any

from augury.figures.registry import FIGURES
from augury.planning.arms import SERIES
from augury.planning.defaults import as_json
from augury.planning.inputs.classifiers import ClassifierFiles
from augury.planning.inputs.generators import generator_of
from augury.planning.inputs.paths import pack_name


class Files(ClassifierFiles):
    """The files of a study. Functions that take `wildcards` are input functions, or give the options of a script."""

    # Figures and the report

    def figures(self) -> list[str]:
        """The figures for which the study has data."""
        study = self.study
        judged, explained = bool(study.config["classifiers"]), bool(self.explanations("umap.tsv"))
        scored = bool(study.config["generators"] and study.config["extractor"])
        snapshots = any(len(study.variants(name)) > 1 for name in study.config["generators"])
        needed = {
            "differences": len(study.config["arms"]) > 1,
            "worth": f"{self.results}/tables/worth.tsv" in self.tables,
            "ratio_sweep": any(SERIES.match(name) and arm["generator"] for name, arm in study.config["arms"].items()),
            "samples": bool(study.pools),
            "compared": bool(self.pools("index.tsv", first=True, searched=True)),
            "fitness_curves": bool(self.searches("history.tsv")),
            "generator_scores": scored,
            "score_curves": scored and snapshots,
            "neighbours": scored,
            "grad_cam": explained,
            "umap": explained,
        } | dict.fromkeys(("arms", "confusion", "roc", "calibration", "learning_curves", "confused_pairs"), judged)
        needed |= dict.fromkeys(
            ("generator_losses", "ada", "truncations", "latent_walk"), bool(study.trained_generators)
        )
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
            "ada": lambda: {"histories": self.generator_runs("history.tsv", trained=True)},
            "truncations": lambda: {
                "sheets": self.generator_runs("truncations.png", trained=True, **first),
                "descriptions": self.generator_runs("generator.json", trained=True, **first),
            },
            "latent_walk": lambda: {"sheets": self.generator_runs("latent_walk.png", trained=True, **first)},
            "neighbours": lambda: {
                "neighbours": self.scores("neighbours.tsv", **first),
                "sheets": self.scores("neighbours.png", **first),
            },
            "differences": lambda: {
                "verdict": [f"{tables}/verdict.tsv"],
                "differences": [f"{tables}/differences.tsv"],
            },
            "worth": lambda: {"worth": [f"{tables}/worth.tsv"]},
            "ratio_sweep": lambda: {"verdict": [f"{tables}/verdict.tsv"]},
            "arms": lambda: {"classification": [f"{tables}/classification.tsv"]},
            "confusion": lambda: {"predictions": self.classifier_runs("predictions.tsv")},
            "roc": lambda: {"predictions": self.classifier_runs("predictions.tsv")},
            "calibration": lambda: {"predictions": self.classifier_runs("predictions.tsv")},
            "learning_curves": lambda: {"histories": self.classifier_runs("history.tsv", ensembles=False)},
            "generator_losses": lambda: {"histories": self.generator_runs("history.tsv", trained=True)},
            "fitness_curves": lambda: {"histories": self.searches("history.tsv")},
            "compared": lambda: {
                "sheets": self.pools("compared.png", first=True, searched=True),
                "descriptions": self.pools("selection.json", first=True, searched=True),
            },
            "samples": self._sample_inputs,
            "confused_pairs": self._pair_inputs,
            "grad_cam": lambda: {
                "sheets": self.explanations("grad_cam.png"),
                "explanations": self.explanations("grad_cam.tsv"),
            },
            "umap": lambda: {"maps": self.explanations("umap.tsv")},
        }
        return wanted[wildcards.figure]()

    def figure_options(self, wildcards: Any) -> list[str]:
        """Those files as options of the script."""
        inputs = self.figure_inputs(wildcards)
        return [word for name, paths in inputs.items() for word in (f"--{name}", *paths)]

    # The publication beside which a study is laid

    def compared_tables(self) -> list[str]:
        """Tables in which our numbers are looked up."""
        names = ("classification", "per_class", "by_seed", "models", "generators")
        return [path for path in self.tables if Path(path).stem in names]

    def published_table(self) -> list[str]:
        """The publication's numbers; none where no publication is named."""
        table = self.study.config["published"]["table"]
        return [table] if table else []

    def published_options(self) -> list[str]:
        """What differs from it, and how ours were made, as options of the script."""
        config = self.study.config
        extractor = ["--extractor", config["extractor"]] if config["extractor"] else []
        shrunken = ["--shrunken"] if config["shrunken"] else []
        return ["--differs", as_json(config["published"]["differs"]), *extractor, *shrunken]

    def caption(self, figure: str) -> str:
        """The text below a figure, for Snakemake's own report."""
        return Path(f"workflow/report/{figure}.rst").read_text(encoding="utf-8")

    def _sample_inputs(self) -> dict[str, list[str]]:
        """The first split's pools of the first generator seed, and the real images that they imitate."""
        study = self.study
        split = study.splits[0]
        pack = pack_name(study.config["generators"][generator_of(study.pools[0][0])])
        return {
            "pools": self.pools("index.tsv", first=True),
            "packs": self.each_class(f"{self.pack}.npy", pack=pack),
            "splits": self.each_class(self.split, split=split),
        }

    def _pair_inputs(self) -> dict[str, list[str]]:
        """What all trained classifiers said, and the images as the first of them saw them."""
        pack = pack_name(next(iter(self.study.config["classifiers"].values())))
        return {
            "predictions": self.classifier_runs("predictions.tsv", ensembles=False),
            "packs": self.each_class(f"{self.pack}.npy", pack=pack),
        }

    def targets(self) -> list[str]:
        """What a plain `snakemake` makes: the report, and the generators that no arm uses."""
        return [f"{self.results}/report.html", *self.generator_runs("generator.json"), *self.scores("scores.tsv")]


def captions(folder: str = "workflow/report") -> list[str]:
    """Texts below figures and tables."""
    return sorted(str(path) for path in Path(folder).glob("*.rst") if path.stem != "workflow")
