"""A finished study, as its results folder tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from augury.command.errors import UserError
from augury.settings.families import family, family_of, is_family
from augury.tables.classification import ALL, ClassificationRow
from augury.tables.description import read_description
from augury.tables.table import read_rows
from augury.tables.verdict import VerdictRow

CONFIG = "config.json"
UNKNOWN = "unknown"
NEEDED = ("report.html", CONFIG, "tables/methods.md", "tables/references.bib", "images/manifest.tsv")


@dataclass(frozen=True, slots=True)
class Run:
    """A training: its folder, and what the JSON in it says."""

    folder: Path
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finished:
    """What is read of it. licence: of all that is passed on, as its user says; of the images, `config.licence`."""

    folder: Path
    config: Mapping[str, Any]
    classifiers: Sequence[Run]
    generators: Sequence[Run]
    pools: Sequence[Path]  # SPLIT/synthetic/GENERATOR/SELECTION/seedN
    rows: Sequence[ClassificationRow]  # means over splits and seeds
    judged: Sequence[VerdictRow]
    licence: str = UNKNOWN
    authors: Sequence[str] = ()  # of what is passed on

    @property
    def name(self) -> str:
        """The study's."""
        return str(self.config.get("dataset") or self.folder.name)

    @property
    def image_licence(self) -> str:
        """That of the images, or that it is unknown."""
        return str(self.config.get("licence") or UNKNOWN)

    @property
    def source(self) -> str:
        """Where the images come from."""
        return str(self.config.get("source") or "not stated in the study's config")

    def holds_real_images(self, generator: str) -> bool:
        """Whether a generator's images are real ones, or another tool's, and none that it was trained to draw."""
        entry = (self.config.get("generators") or {}).get(generator.partition("@")[0].partition("~")[0]) or {}
        name = family_of("generators", entry)
        if not is_family("generators", name):
            return True
        declared = family("generators", name)
        return declared.is_control or not declared.trained


def read_finished(folder: Path, licence: str = "", authors: Sequence[str] = ()) -> Finished:
    """Read results/NAME. Raises UserError where the study has not been run to its end, or a file is damaged."""
    for name in NEEDED:
        if not (folder / name).exists():
            raise UserError(f"{folder / name} is missing; run the study to its end (snakemake), then export it")
    config = read_description(folder / CONFIG)
    table, verdict = folder / "tables/classification.tsv", folder / "tables/verdict.tsv"
    rows = read_rows(table, ClassificationRow) if table.exists() else []
    pools = {path.parent.parent for path in folder.glob("*/synthetic/*/*/seed*/*/index.tsv")}
    return Finished(
        folder=folder,
        config=config,
        classifiers=_runs(folder, "*/classifiers/*/*/seed*/classifier.json"),
        generators=_runs(folder, "*/generators/*/seed*/*/generator.json"),
        pools=sorted(pools),
        rows=[row for row in rows if (row.split, row.seed) == (ALL, ALL)],
        judged=read_rows(verdict, VerdictRow) if verdict.exists() else [],
        licence=licence or UNKNOWN,
        authors=authors,
    )


def _runs(folder: Path, pattern: str) -> list[Run]:
    return [Run(path.parent, read_description(path)) for path in sorted(folder.glob(pattern))]
