"""A publication's numbers, one per line as they are printed, and tables/published.tsv: each beside ours."""

import dataclasses
from fractions import Fraction
from pathlib import Path

from augury.command.errors import UserError
from augury.tables.brought import BroughtTable, every_column, read_brought
from augury.tables.columns import column
from augury.tables.declaration import Table
from augury.tables.numbers import EITHER, decimal_separator, plain_number

SHARES = ("accuracy", "precision", "recall", "f1", "auroc", "ap", "auroc_hard", "ap_hard")
DISTANCES = {"fid": "frechet", "kid": "kid"}  # measure -> what columns of tables/generators.tsv begin with
COSTS = ("parameters", "size_mb")
_NEEDED = ("table", "row", "column", "value", "measure")
_MORE = ("scale", "n", "arm", "classifier", "class", "seed", "generator", "note")


@dataclasses.dataclass(frozen=True, slots=True)
class PrintedCell:
    """One number of a publication, and which of ours it is to be compared with; texts are empty where not given."""

    table: str
    row: str
    column: str
    value: str  # as printed, in one form: 0.93, 98.58%, 27.80
    measure: str  # of SHARES, DISTANCES or COSTS; empty where this study has no such number, and `note` says why
    scale: str  # what the printed number is multiplied by, such as 0.01 where it is given times 100
    n: str  # test images of the class, or of the seed
    arm: str
    classifier: str
    class_: str  # empty for all classes
    seed: str  # empty for the mean over seeds
    generator: str
    note: str

    @property
    def number(self) -> float:
        """The number in the measure's own unit: a share between 0 and 1, a distance, weights, MB."""
        return float(self._exact)

    @property
    def half(self) -> float:
        """Half of its last digit: what rounding may have hidden."""
        digits = len(self._plain.partition(".")[2])
        return float(self._factor / (2 * 10**digits))

    @property
    def _plain(self) -> str:
        return self.value.rstrip("%").strip()

    @property
    def _factor(self) -> Fraction:
        percent = Fraction(1, 100) if self.value.endswith("%") else Fraction(1)
        return percent * Fraction(self.scale or "1")

    @property
    def _exact(self) -> Fraction:
        return Fraction(self._plain) * self._factor


@dataclasses.dataclass(frozen=True, slots=True)
class PublishedRow:
    """One number of the publication beside ours."""

    table: str = column("the publication's table")
    row: str = column("its row, as printed")
    column_: str = column("its column, as printed")
    measure: str = column("what is compared")
    arm: str = column("the arm that is ours")
    classifier: str = column("the classifier that is ours")
    generator: str = column("the generator that is ours")
    class_: str = column("the class; empty for all classes")
    seed: str = column("the seed; empty for the mean over seeds")
    printed: str = column("the publication's number as printed")
    published: float = column("the same in the unit of ours")
    ours: float | str | None = column("our number, or why there is none")
    ours_low: float | None = column("lower end of its 95% interval; empty where our tables have none")
    ours_high: float | None = column("upper end of that interval")
    difference: float | None = column("ours minus the publication's; empty for a smoke test")
    holds: str = column(
        "whether our interval holds the publication's number, rounding allowed for, or why that is open"
    )
    leaked: bool = column("true where our training saw images that it was judged on, as a publication's flaw asks for")
    note: str = column("a remark on this number")
    deviations: str = column("what this study does otherwise than the publication, and why")


TABLE = Table(
    order=130,
    title="Comparison with the publication",
    row=PublishedRow,
    made=lambda study: bool(study.config.published.table),
    apart=True,
)


def read_published(path: str | Path) -> list[PrintedCell]:
    """The numbers of a table with the columns of PrintedCell; lines that begin with # are remarks.

    Raises UserError for a missing column, an unknown measure, and a value or scale that is no number.
    """
    table = published_table(path)
    unknown = [name for name, key in zip(table.names, table.header, strict=True) if key not in (*_NEEDED, *_MORE, "")]
    if unknown:
        raise UserError(
            f"{table.where} has the unknown column {unknown[0]}; it takes {', '.join(_NEEDED)}, and any of "
            f"{', '.join(_MORE)}"
        )
    decimal = decimal_separator(row["value"] for row in table.rows)
    cells = []
    for row in table.rows:
        fields = {name: row[name] for name in (*_NEEDED, *_MORE)}
        try:
            fields["value"] = plain_number(row["value"], EITHER if row["measure"] in SHARES else decimal)
            fields["scale"] = row["scale"] and plain_number(row["scale"], EITHER)
        except ValueError as error:
            raise table.mistake(row, f"{error}; mend that line") from None
        cell = PrintedCell(class_=fields.pop("class"), **fields)
        _check(cell, f"{table.where}, line {row.line}")
        cells.append(cell)
    return cells


def published_table(path: str | Path) -> BroughtTable:
    """The table as it was read. Raises UserError where it is none."""
    return read_brought(path, _NEEDED, (), "published.table", every_column)


def _check(cell: PrintedCell, where: str) -> None:
    known = (*SHARES, *DISTANCES, *COSTS)
    if cell.measure and cell.measure not in known:
        raise UserError(f"{where}: '{cell.measure}' is no measure; write one of {', '.join(known)}, or leave it empty")
    if not cell.measure and not cell.note:
        raise UserError(f"{where}: a number without a `measure` needs a `note` that says why there is none of ours")
    try:
        number = cell.number
    except (ValueError, ZeroDivisionError):
        raise UserError(f"{where}: '{cell.value}' times '{cell.scale or 1}' is no number; mend that line") from None
    if cell.measure in SHARES and not 0 <= number <= 1:
        raise UserError(f"{where}: '{cell.value}' is no share; write 0.93 or 93%")
