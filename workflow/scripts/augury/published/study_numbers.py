"""Finding the number of a study's tables that stands for one of a publication."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from augury.scores.naming import INCEPTION
from augury.tables.by_seed import SeedRow
from augury.tables.classification import ALL, ClassificationRow
from augury.tables.generators import END, GeneratorRow
from augury.tables.models import ModelRow
from augury.tables.per_class import PerClassRow
from augury.tables.published import COSTS, DISTANCES, PrintedCell
from augury.tables.table import NOT_RUN, Row, read_not_run, read_rows


class OwnNumber(NamedTuple):
    """Our number, or words that say why there is none; its 95% interval where a table has one."""

    value: float | str
    low: float | None = None
    high: float | None = None
    leaked: bool = False


class StudyNumbers:
    """The tables of a study. A table that it does not have counts as one without rows."""

    def __init__(self, folder: Path, extractors: Sequence[str]) -> None:
        """folder: the study's tables; extractors: the networks behind its distances."""
        self.extractors = extractors
        path = folder / "classification.tsv"
        self.overall = _rows(path, ClassificationRow)
        self.by_class = _rows(folder / "per_class.tsv", PerClassRow)
        self.by_seed = _rows(folder / "by_seed.tsv", SeedRow)
        self.models = _rows(folder / "models.tsv", ModelRow)
        self.generators = _rows(folder / "generators.tsv", GeneratorRow)
        lines = read_not_run(path) if path.exists() else []
        self.left_out: Mapping[str, str] = {line["classifier"]: line["accuracy"] for line in lines}
        parts = {row.part for row in self.overall}
        self.part = "test" if "test" in parts or not parts else "validation"

    def find(self, cell: PrintedCell) -> OwnNumber:
        """The study's number for one of the publication."""
        if not cell.measure:
            return _none("this study has no such number")
        if cell.measure in DISTANCES:
            return self._distance(cell)
        if cell.classifier in self.left_out:
            return OwnNumber(self.left_out[cell.classifier])
        if cell.measure in COSTS:
            return self._cost(cell)
        return self._share(cell)

    def _distance(self, cell: PrintedCell) -> OwnNumber:
        rows = [row for row in self.generators if row.when == END and row.generator == cell.generator]
        rows = [row for row in rows if (row.class_, row.extractor) == (cell.class_, INCEPTION)]
        if INCEPTION not in self.extractors:
            names = " and ".join(self.extractors)
            scored = f"scored in features of {names}, which give no" if names else "nothing scored, so no"
            return _none(f"{scored} {cell.measure.upper()}; set `extractor: {INCEPTION}`")
        if not rows:
            return _none(f"no generator {cell.generator} for {cell.class_} in this run")
        prefix = DISTANCES[cell.measure]
        value = rows[0].kid if prefix == "kid" else rows[0].frechet_distance
        low, high = (getattr(rows[0], f"{prefix}_{end}") for end in ("low", "high"))
        return _none("too few images to score") if value is None else OwnNumber(value, low, high, rows[0].leaked)

    def _cost(self, cell: PrintedCell) -> OwnNumber:
        rows = [row for row in self.models if (row.arm, row.classifier) == (cell.arm, cell.classifier)]
        value = getattr(rows[0], cell.measure) if rows else None
        return OwnNumber(float(value), leaked=rows[0].leaked) if isinstance(value, int | float) else self._absent(cell)

    def _share(self, cell: PrintedCell) -> OwnNumber:
        # Only the means over splits and seeds have intervals; hard labels and single seeds stand by seed alone.
        hard = cell.measure.endswith("_hard")
        rows: Sequence[SeedRow | PerClassRow | ClassificationRow]
        if cell.seed or hard:
            rows = [row for row in self.by_seed if row.seed == (cell.seed or ALL)]
        elif cell.class_:
            rows = [row for row in self.by_class if row.split == ALL and row.class_ == cell.class_]
        else:
            rows = [row for row in self.overall if row.split == ALL]
        of_run = [row for row in rows if (row.arm, row.classifier, row.part) == (cell.arm, cell.classifier, self.part)]
        value = getattr(of_run[0], cell.measure) if of_run else None
        if value is None:
            return self._absent(cell)
        low, high = (getattr(of_run[0], f"{cell.measure}_{end}", None) for end in ("low", "high"))
        return OwnNumber(value, low, high, of_run[0].leaked)

    def _absent(self, cell: PrintedCell) -> OwnNumber:
        known = [
            ("arm", cell.arm, {row.arm for row in self.overall}),
            ("classifier", cell.classifier, {row.classifier for row in self.overall}),
            ("seed", cell.seed, {row.seed for row in self.by_seed} | {""}),
            ("class", cell.class_, {row.class_ for row in self.by_class} | {""}),
        ]
        lacking = [f"no {kind} {name}" for kind, name, names in known if name not in names]
        return _none(f"{lacking[0] if lacking else 'no such number'} in this run")


def _rows(path: Path, kind: type[Row]) -> list[Row]:
    return read_rows(path, kind) if path.exists() else []


def _none(why: str) -> OwnNumber:
    return OwnNumber(NOT_RUN + why)
