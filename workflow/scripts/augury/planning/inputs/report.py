"""What figures and the report read, and what a plain `snakemake` makes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from augury.code.closure import SCRIPTS
from augury.command.words import NEXT
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

    def drawings(self) -> tuple[str, ...]:
        """The modules that draw them."""
        return tuple(f"augury.figures.{Path(path).stem}.draw" for path in self.figures())

    def drawn_from(self, wildcards: Any) -> list[str]:
        """Files that figures are drawn from, each once, and those that lie beside them."""
        taken = list(self._taken().values())
        beside = [pack.removesuffix(".npy") + ".tsv" for files in taken for pack in files.get("packs", [])]
        shards = self.plan.paths.shards(pool for files in taken for pool in files.get("pools", []))
        return list(
            dict.fromkeys([path for files in taken for each in files.values() for path in each] + beside + shards)
        )

    def figure_options(self, wildcards: Any, input: Any, output: Any) -> list[str]:
        """Each figure with its files as options of the script, in one process; not compared, see parameters.py."""
        here = dict(zip(self.drawn_from(wildcards), input.files, strict=True))  # where the job finds them
        taken, made = self._taken(), []
        for figure, path in zip(self.figures(), output.figures, strict=True):
            name = Path(figure).stem
            made += [NEXT, "--figure", name]
            for key, files in taken[name].items():
                made += ["--input", key, *(here[file] for file in files)]
            made += ["--output", path]
        return words(made)

    def _taken(self) -> dict[str, dict[str, list[str]]]:
        return {name: FIGURES[name].files(self.plan) for name in (Path(path).stem for path in self.figures())}

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
