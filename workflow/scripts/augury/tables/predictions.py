"""predictions.tsv of a classifier: what it said about every validation and test image.

Columns: sha256, path, specimen, part, class, predicted, then `p:NAME` for each class, in class order.
A specimen `g:NAME` is the same in all classes (splits.identity); any other name counts within its class.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from augury.command.errors import UserError
from augury.tables.brought import every_column, read_brought
from augury.tables.checked import Changed
from augury.tables.placing import parse_path
from augury.tables.table import read_cells, write_cells

COLUMNS = ("sha256", "path", "specimen", "part", "class", "predicted")
PREFIX = "p:"  # of a probability's column
SUM_TOLERANCE = 1e-3  # how far a row's probabilities may be from 1


class Run(NamedTuple):
    """One trained classifier: where it stands among splits, arms, classifiers and seeds."""

    split: str
    arm: str
    classifier: str
    seed: int


@dataclass(frozen=True, slots=True)
class Predictions:
    """Images, true classes and class probabilities of one classifier; N images, K classes."""

    sha256: np.ndarray  # (N,) str
    path: np.ndarray  # (N,) str
    specimen: np.ndarray  # (N,) str
    part: np.ndarray  # (N,) str: validation or test
    labels: np.ndarray  # (N,) int64, indices of `classes`
    probabilities: np.ndarray  # (N, K) float64, rows sum to 1
    classes: tuple[str, ...]

    @property
    def predicted(self) -> np.ndarray:
        """(N,) int64: the most probable class, the first of equals."""
        return self.probabilities.argmax(axis=1)

    def of(self, part: str) -> "Predictions":
        """The rows of one part; there may be none."""
        return self.rows(self.part == part)

    def rows(self, which: np.ndarray) -> "Predictions":
        """Those of a mask (N,) or of numbers, in their order."""
        names = ("sha256", "path", "specimen", "part", "labels", "probabilities")
        return replace(self, **{name: getattr(self, name)[which] for name in names})


def run_of(path: str | Path) -> Run:
    """The run that a file `.../{split}/classifiers/{arm}/{classifier}/seed{seed}/FILE` is of, else UserError."""
    return Run(**parse_path(path, "{split}/classifiers/{arm}/{classifier}/seed{seed}"))


def write_predictions(
    path: str | Path,
    sha256: Sequence[str] | np.ndarray,
    paths: Sequence[str] | np.ndarray,
    specimens: Sequence[str] | np.ndarray,
    parts: Sequence[str] | np.ndarray,
    labels: Sequence[int] | np.ndarray,
    classes: Sequence[str],
    probabilities: np.ndarray,  # (N, K)
) -> None:
    """Write the table atomically. Raises ValueError where the arguments do not fit each other."""
    probabilities = np.asarray(probabilities, dtype=np.float64)
    lengths = {len(sha256), len(paths), len(specimens), len(parts), len(labels), len(probabilities)}
    if len(lengths) != 1 or probabilities.ndim != 2 or probabilities.shape[1] != len(classes):
        raise ValueError(
            f"columns of {sorted(lengths)} rows, probabilities {probabilities.shape}, {len(classes)} classes"
        )
    wrong = _first_wrong(probabilities)
    if wrong is not None:
        raise ValueError(f"the probabilities of {paths[wrong]} are no distribution: {probabilities[wrong]}")
    rows = zip(
        sha256, paths, specimens, parts, labels, probabilities.argmax(axis=1), map(np.ndarray.tolist, probabilities),
        strict=True,
    )  # fmt: skip
    write_cells(
        path,
        [*COLUMNS, *(PREFIX + name for name in classes)],
        ([a, b, c, d, classes[label], classes[predicted], *values] for a, b, c, d, label, predicted, values in rows),
    )


def read_predictions(path: str | Path) -> Predictions:
    """Read and check the table.

    Raises UserError, naming file and line, where a column is missing, a class is unknown, or a row's probabilities are
    not numbers, not finite, negative, or do not sum to 1 within 0.001.
    """
    header, lines, numbers = _read(path)
    classes = tuple(name[len(PREFIX) :] for name in header if name.startswith(PREFIX))
    missing = [name for name in COLUMNS if name not in header]
    if missing or not classes:
        raise UserError(
            f"{path} has no column {', '.join(missing) or PREFIX + 'CLASS'}; predictions come from train_classifier"
        )
    indices = [header.index(name) for name in COLUMNS]
    sha256, paths, specimens, parts, truth, predicted = (
        np.array([line[index] for line in lines], dtype=str) for index in indices
    )
    specimens = np.where(specimens == "", sha256, specimens)  # by hand: an image of no specimen is one by itself
    columns = [header.index(PREFIX + name) for name in classes]
    probabilities = _probabilities(path, lines, numbers, columns)
    labels = _codes(path, truth, numbers, classes)
    predictions = Predictions(sha256, paths, specimens, parts, labels, probabilities, classes)
    _check_predicted(path, _codes(path, predicted, numbers, classes), numbers, probabilities)
    return predictions


def _read(path: str | Path) -> tuple[list[str], list[list[str]], Sequence[int]]:
    """Header, lines and their numbers: of our own form, or of any that other programs write."""
    try:
        header, lines = read_cells(path)
        if set(COLUMNS) <= set(header):
            return header, lines, range(2, len(lines) + 2)
    except Changed:
        raise
    except UserError:
        pass  # the reader of brought tables says what is wrong with it
    table = read_brought(path, COLUMNS, (), "", every_column)
    header = [key if key in COLUMNS else name for key, name in zip(table.header, table.names, strict=True)]
    short = next((row for row in table.rows if len(row.cells) < len(set(table.header))), None)
    if short:
        raise table.mistake(short, f"{len(short.cells)} cells under {len(header)} columns; write the file anew")
    lines = [[row[key] for key in table.header] for row in table.rows]
    return header, lines, [row.line for row in table.rows]


def _probabilities(path: str | Path, lines: list[list[str]], numbers: Sequence[int], columns: list[int]) -> np.ndarray:
    values = np.empty((len(lines), len(columns)), dtype=np.float64)
    for row, line in enumerate(lines):
        try:
            values[row] = [float(line[column].replace(",", ".")) for column in columns]
        except ValueError as error:
            raise UserError(f"{path}, line {numbers[row]}: {error}; a probability is a number") from None
    wrong = _first_wrong(values)
    if wrong is not None:
        raise UserError(
            f"{path}, line {numbers[wrong]}: the probabilities sum to {values[wrong].sum():.6g} and the least is "
            f"{values[wrong].min():.6g}, but they must be finite, not negative and sum to 1; "
            "train the classifier again or remove the file"
        )
    return values


def _first_wrong(probabilities: np.ndarray) -> int | None:
    with np.errstate(invalid="ignore"):
        good = np.isfinite(probabilities).all(axis=1) & (probabilities >= 0).all(axis=1)
        good &= np.abs(probabilities.sum(axis=1) - 1) <= SUM_TOLERANCE
    return None if good.all() else int(np.argmin(good))


def _codes(path: str | Path, names: np.ndarray, numbers: Sequence[int], classes: tuple[str, ...]) -> np.ndarray:
    code_of = {name: number for number, name in enumerate(classes)}
    unknown = [(number, name) for number, name in zip(numbers, names.tolist(), strict=True) if name not in code_of]
    if unknown:
        raise UserError(
            f"{path}, line {unknown[0][0]}: class '{unknown[0][1]}' has no column {PREFIX}{unknown[0][1]}; "
            "write the file anew"
        )
    return np.array([code_of[name] for name in names.tolist()], dtype=np.int64)


def _check_predicted(
    path: str | Path, predicted: np.ndarray, numbers: Sequence[int], probabilities: np.ndarray
) -> None:
    # Nine digits in the file may tie what was not tied, so any class as probable as the most probable one will do.
    if not len(predicted):
        return
    short = probabilities[np.arange(len(predicted)), predicted] < probabilities.max(axis=1) - 1e-6
    if short.any():
        raise UserError(
            f"{path}, line {numbers[int(np.argmax(short))]}: the class under 'predicted' is not the most probable one; "
            "write the file anew"
        )
