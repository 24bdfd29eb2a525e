"""What figures and the report read, and what a plain `snakemake` makes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from augury.code.closure import SCRIPTS
from augury.figures.catalogue import FIGURES, figure_caption
from augury.planning.inputs.plan import Plan
from augury.planning.inputs.words import words
from augury.settings.reading import as_json
from augury.splits.plan import FINAL
from augury.tables.catalogue import table_caption

OF_SECTIONS = SCRIPTS.parent / "report"


@dataclass(frozen=True, eq=False)
class Report:
    """Functions that take `wildcards` are input functions, or give the options of a script."""

    plan: Plan

    def figures(self) -> list[str]:
        """The figures for which the study has data."""
        made = [(name, figure) for name, figure in FIGURES.items() if figure.is_made(self.plan)]
        return [f"{self.plan.paths.results}/figures/{name}.{figure.suffix}" for name, figure in made]

    def figure_inputs(self, wildcards: Any) -> dict[str, list[str]]:
        """Files that a figure is drawn from, by the parameter that takes them, and those that lie beside them."""
        files = FIGURES[wildcards.figure].files(self.plan)
        rows = [pack.removesuffix(".npy") + ".tsv" for pack in files.get("packs", [])]
        return files | {"shards": self.plan.paths.shards(files.get("pools", [])), "rows": rows}

    def figure_options(self, wildcards: Any, input: Any) -> list[str]:
        """Those files as options of the script; not compared, see parameters.py."""
        names = FIGURES[wildcards.figure].inputs
        return words(word for name in names for word in ("--input", name, *getattr(input, name)))

    # The publication beside which a study is laid

    def compared_tables(self) -> list[str]:
        """Tables in which our numbers are looked up."""
        names = ("classification", "per_class", "by_seed", "models", "generators")
        return [path for path in self.plan.tables if Path(path).stem in names]

    def published_table(self) -> list[str]:
        """The publication's numbers; none where no publication is named."""
        table = self.plan.study.config.published.table
        return [table] if table else []

    def published_options(self) -> list[str]:
        """What differs from it, and how ours were made, as options of the script."""
        config = self.plan.study.config
        extractor = ["--extractor", *config.extractors] if config.extractors else []
        smoke_test = ["--smoke-test"] if config.smoke_test else []
        return ["--deviations", as_json(config.published.deviations), *extractor, *smoke_test]

    def caption(self, wildcards: Any) -> str:
        """The text below a figure, for Snakemake's own report."""
        return figure_caption(wildcards.figure).read_text(encoding="utf-8")

    def texts(self) -> list[Path]:
        """The page's template, and the texts below its sections, tables and figures."""
        of_sections = sorted(path for path in OF_SECTIONS.iterdir() if path.is_file() and path.stem != "workflow")
        of_tables = [table_caption(Path(path).stem) for path in self.plan.tables]
        return [*of_sections, *of_tables, *(figure_caption(Path(path).stem) for path in self.figures())]

    def targets(self) -> list[str]:
        """What a plain `snakemake` makes: the report, generators that no arm uses, and what is handed over."""
        return [
            f"{self.plan.paths.results}/report.html",
            *self.plan.generators.runs("generator.json"),
            *self.plan.scores.files("scores.tsv"),
            *([f"{self.plan.paths.results}/{FINAL}/card.md"] if self.plan.study.config.final else []),
        ]
