"""Tables as the page shows them: the main columns, a value and its interval in one cell."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from augury.report import sensitivity, synthetic_tables, values, verdict, worth
from augury.report.cells import MOST_ROWS, Body, Cell, View, body, number, text
from augury.tables.by_seed import SeedRow
from augury.tables.catalogue import TABLES
from augury.tables.classification import ALL, ClassificationRow
from augury.tables.columns import described
from augury.tables.confusions import ConfusionRow
from augury.tables.copies import CopyRow
from augury.tables.coverage import CoverageRow
from augury.tables.models import MEASURES, ModelRow
from augury.tables.per_class import PerClassRow
from augury.tables.ranks import RankRow
from augury.tables.runtime import RuntimeRow
from augury.tables.table import read_dicts, read_not_run, read_rows

Cells = dict[str, Callable[[Any], Cell]]
_METRICS = ("accuracy", "precision", "recall", "f1", "auroc", "ap")
_HEADS = {"f1": "F1", "auroc": "AUROC", "ap": "AP", "auroc_hard": "AUROC, hard", "ap_hard": "AP, hard"}
_SHARED: Cells = {  # columns that several tables have
    "arm": lambda row: text(row.arm + " (leaked)" * row.leaked),
    "class": lambda row: text(row.class_),
    "classifier": lambda row: text(row.classifier),
    "part": lambda row: text(row.part),
    "seed": lambda row: text(row.seed),
    "runs": lambda row: number(row.n_runs),
    "images": lambda row: number(row.n_images),
    "specimens": lambda row: number(row.n_specimens),
}


def view(path: Path) -> View:
    """The view of a table by its file's name; one that has no form of its own is shown as it is."""
    name, declared = path.stem, TABLES.get(path.stem)
    made = _FORMS.get(name, _plain)(path)
    shown = made.shown
    if len(made.rows) > MOST_ROWS:
        shown = f"{shown} The first {MOST_ROWS} of {len(made.rows)} rows are shown.".strip()
    title = declared.title if declared else name.replace("_", " ").capitalize()
    columns = described(declared.row) if declared else {}
    return View(made.header, made.rows[:MOST_ROWS], shown, made.keys, name, title, path.name, columns)


def _classification(path: Path) -> Body:
    cells = _shared("arm", "classifier", "part") | _measures(*_METRICS) | _shared("runs", "images", "specimens")
    rows = [row for row in read_rows(path, ClassificationRow) if row.split == ALL]
    shown = "Means over splits and seeds are shown; the file has every run, and standard deviations over runs."
    made = body(cells, sorted(rows, key=lambda row: row.part != "test"), shown, keys=3)
    absent = [
        [text(row["arm"]), text(row["classifier"]), text(row["part"]), *(text(row[name]) for name in _METRICS)]
        + [number(0)] * 3
        for row in read_not_run(path)
    ]
    return Body(made.header, [*made.rows, *absent], shown, made.keys)


def _per_class(path: Path) -> Body:
    cells = _shared("class", "arm", "classifier") | _measures(*_METRICS[1:])
    cells |= {"images": lambda row: number(row.support)} | _shared("specimens")
    rows = [row for row in read_rows(path, PerClassRow) if row.split == ALL]
    part = "test" if any(row.part == "test" for row in rows) else "validation"
    shown = f"Means over splits and seeds on {part} images are shown; the file has every run."
    return body(cells, [row for row in rows if row.part == part], shown, keys=3)


def _confusions(path: Path) -> Body:
    cells = {
        "class": lambda row: text(row.class_),
        "taken for": lambda row: text(row.predicted),
        **_shared("arm", "classifier"),
        "share": lambda row: number(row.share, values.percent),
        "wrong answers": lambda row: number(row.wrong),
        "of": lambda row: number(row.answers),
        **_shared("images", "specimens"),
    }
    rows = sorted(read_rows(path, ConfusionRow), key=lambda row: -row.wrong)
    return body(cells, rows, keys=4)


def _coverage(path: Path) -> Body:
    cells = _shared("class", "arm", "classifier") | _measures("coverage")
    cells |= {
        "stated": lambda row: number(row.stated, values.percent),
        "classes in a set": lambda row: number(row.set_size, values.distance),
        "of one class": lambda row: number(row.single, values.percent),
        "answered": lambda row: number(row.answered, values.share),
        "error of these": partial(_measure, "error"),
        "stated error": lambda row: number(row.stated_error, values.percent),
        "validation specimens": lambda row: number(row.n_validation, values.distance),
    }
    return body(cells | _shared("runs", "images", "specimens"), read_rows(path, CoverageRow), keys=3)


def _models(path: Path) -> Body:
    cells = (
        _shared("classifier", "arm")
        | _measures(*MEASURES[:1])
        | {
            "network": lambda row: text(row.architecture),
            "ECA": lambda row: text(row.eca.replace("_", " ")),
            "began with": lambda row: text("random weights" if row.pretrained == "no" else row.pretrained),
            "parameters": lambda row: _or_words(row.parameters, values.grouped),
            "MB": lambda row: _or_words(row.size_mb, values.distance),
            "epochs": lambda row: _or_words(row.epochs, values.grouped),
            "time": lambda row: _or_words(row.seconds, values.duration),
            "images per second": lambda row: _or_words(row.images_per_second, values.distance),
        }
    )
    cells |= _measures(*MEASURES[1:])
    rows = read_rows(path, ModelRow)
    parts = [row.part for row in rows if row.part]
    shown = f"Means over splits and seeds on {parts[0]} images are shown." if parts else ""
    return body(cells, rows, shown, keys=2)


def _by_seed(path: Path) -> Body:
    measured = _measures(*_METRICS, "auroc_hard", "ap_hard")
    cells = _shared("arm", "classifier", "seed") | measured | _shared("runs")
    rows = read_rows(path, SeedRow)
    part = "test" if any(row.part == "test" for row in rows) else "validation"
    shown = f"Means over splits on {part} images are shown; `all` is the mean over seeds too."
    return body(cells, [row for row in rows if row.part == part], shown, keys=3)


def _ranks(path: Path) -> Body:
    cells = _shared("arm", "classifier", "part") | {"rank": lambda row: text(row.rank)} | _measures("accuracy")
    cells |= {
        "errors": lambda row: number(row.n_errors),
        "distance": lambda row: number(row.distance, values.distance, row.distance_low, row.distance_high),
        "taxa": lambda row: number(row.n_taxa),
    }
    return body(cells | _shared("runs", "images", "specimens"), read_rows(path, RankRow), keys=4)


def _copies(path: Path) -> Body:
    cells = {"generator": lambda row: text(row.generator + " (leaked)" * row.leaked)} | {
        "selection": lambda row: text(row.selection),
        "class": lambda row: text(row.class_),
        "sigma": lambda row: number(row.sigma, values.distance),
        "copies": lambda row: number(row.copied, values.share, row.copied_low, row.copied_high),
        **_shared("images", "specimens", "runs"),
    }
    return body(cells, read_rows(path, CopyRow), keys=4)


def _runtime(path: Path) -> Body:
    cells = {
        "name": lambda row: text(row.name),
        "kind": lambda row: text(row.kind),
        "arm or class": lambda row: text(row.arm or row.class_),
        "split": lambda row: text(row.split),
        "seed": lambda row: number(row.seed, str),
        "time": lambda row: number(row.seconds, values.duration),
        "images per second": lambda row: number(row.images_per_second, values.distance),
        "device": lambda row: text(row.device),
        "threads": lambda row: number(row.threads),
        "precision": lambda row: text(row.precision),
        "weights": lambda row: number(row.parameters),
    }
    return body(cells, read_rows(path, RuntimeRow), keys=5)


def _plain(path: Path) -> Body:
    rows = read_dicts(path)
    header = list(rows[0]) if rows else []
    lines = [[_guess(row[name]) for name in header] for row in rows]
    return Body([name.replace("_", " ") for name in header], lines)


def _shared(*heads: str) -> Cells:
    return {head: _SHARED[head] for head in heads}


def _measures(*names: str) -> Cells:
    return {_HEADS.get(name, name): partial(_measure, name) for name in names}


def _measure(name: str, row: Any) -> Cell:
    ends = (getattr(row, f"{name}_{end}", None) for end in ("low", "high"))
    return _or_words(getattr(row, name), values.share, *ends)


def _or_words(value: float | str | None, write: Callable, *more: float | None) -> Cell:
    """A number's cell, or the words that stand in place of the number."""
    return text(value) if isinstance(value, str) else number(value, write, *more)


def _guess(cell: str) -> Cell:
    try:
        value = float(cell)
    except ValueError:
        return Cell(cell)
    return Cell(cell if "." not in cell else f"{value:.4g}", value, True)


_FORMS = {
    "verdict": verdict.verdict,
    "differences": verdict.differences,
    "sensitivity": sensitivity.sensitivity,
    "worth": worth.worth,
    "classification": _classification,
    "models": _models,
    "per_class": _per_class,
    "confusions": _confusions,
    "coverage": _coverage,
    "by_seed": _by_seed,
    "ranks": _ranks,
    "copies": _copies,
    "generators": synthetic_tables.generators,
    "generator_pairs": synthetic_tables.generator_pairs,
    "synthetic": synthetic_tables.synthetic,
    "runtime": _runtime,
}
