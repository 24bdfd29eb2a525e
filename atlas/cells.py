"""The cells of the atlas: one set of images at one size of the training part, described by a config of its own."""

import dataclasses
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
STUDIES = ("recipe", "generators")  # of each cell: real images alone, and what takes minutes a draw, of fewer draws


@dataclasses.dataclass(frozen=True)
class Cell:
    """cells/SET-SIZE.yaml."""

    config: Path

    @property
    def name(self) -> str:
        """SET-SIZE."""
        return self.config.stem

    @property
    def set_(self) -> str:
        """Which images."""
        return self.name.rpartition("-")[0]

    @property
    def size(self) -> int:
        """Specimens per class that are trained on."""
        return int(self.name.rpartition("-")[2])

    @property
    def settings(self) -> dict[str, Any]:
        """What the config says."""
        return yaml.safe_load(self.config.read_text(encoding="utf-8"))

    @property
    def images(self) -> str:
        """The folder of its classes."""
        return str(self.settings["images"])

    @property
    def disjoint(self) -> bool:
        """Whether its training parts share no specimen."""
        return self.settings["split"].get("rotate") == "train"

    def dataset(self, study: str) -> str:
        """What a study of it is called; each has a folder of its own."""
        return f"atlas-{self.name}" if study == STUDIES[0] else f"atlas-{self.name}-{study}"

    def results(self, study: str) -> Path:
        """Where the workflow writes."""
        return Path("results", self.dataset(study))


def every_cell() -> list[Cell]:
    """All of them, the smallest training parts first."""
    return sorted(map(Cell, (HERE / "cells").glob("*.yaml")), key=lambda cell: (cell.size, cell.set_))
