"""Which files tables, figures and the report read: the rules' input functions."""

import os
from pathlib import Path
from typing import Any

from augury.figures.catalogue import FIGURES, figure_caption
from augury.planning.inputs.classifiers import ClassifierFiles
from augury.planning.inputs.generators import generator_of
from augury.planning.inputs.paths import pack_name
from augury.settings.reading import as_json
from augury.tables.catalogue import table_caption


class Files(ClassifierFiles):
    """The files of a study. Functions that take `wildcards` are input functions, or give the options of a script."""

    # Figures and the report

    def figures(self) -> list[str]:
        """The figures for which the study has data."""
        made = [(name, figure) for name, figure in FIGURES.items() if figure.is_made(self)]
        return [f"{self.results}/figures/{name}.{figure.suffix}" for name, figure in made]

    def figure_inputs(self, wildcards: Any) -> dict[str, list[str]]:
        """Files that a figure is drawn from, by the parameter of its drawing that takes them."""
        return FIGURES[wildcards.figure].files(self)

    def figure_options(self, wildcards: Any) -> list[str]:
        """Those files as options of the script."""
        inputs = self.figure_inputs(wildcards)
        return [word for name, paths in inputs.items() for word in ("--input", name, *paths)]

    @property
    def first_generators(self) -> dict[str, Any]:
        """The first split and seed of generators."""
        return {"split": self.study.splits[0], "seed": self.study.config["generator_seeds"][0]}

    def judged_packs(self) -> list[str]:
        """The real images of each class as the first classifier sees them; none where there is none."""
        classifiers = self.study.config["classifiers"].values()
        return [path for first in [*classifiers][:1] for path in self._packs_of(first)]

    def imitated_packs(self) -> list[str]:
        """The real images of each class as the generator of the first pool sees them; none where there is none."""
        generators = self.study.config["generators"]
        return [path for pool, _ in self.study.pools[:1] for path in self._packs_of(generators[generator_of(pool)])]

    def _packs_of(self, section: dict[str, Any]) -> list[str]:
        return self.each_class(f"{self.pack}.npy", pack=pack_name(section))

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
        return figure_caption(figure).read_text(encoding="utf-8")

    def captions(self) -> list[str]:
        """Texts below figures and tables."""
        of_sections = sorted(path for path in Path("workflow/report").glob("*.rst") if path.stem != "workflow")
        of_tables = [table_caption(Path(path).stem) for path in self.tables]
        of_figures = [figure_caption(Path(path).stem) for path in self.figures()]
        return [os.path.relpath(path) for path in (*of_sections, *of_tables, *of_figures)]

    def targets(self) -> list[str]:
        """What a plain `snakemake` makes: the report, and the generators that no arm uses."""
        return [f"{self.results}/report.html", *self.generator_runs("generator.json"), *self.scores("scores.tsv")]
