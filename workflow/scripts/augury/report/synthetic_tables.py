"""The tables of synthetic images as the page shows them: each snapshot, each generator, each pair of generators."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from augury.report import values
from augury.report.cells import MOST_ROWS, Body, Cell, body, number, text
from augury.scores.catalogue import SCORES
from augury.scores.declaration import Column
from augury.scores.generators import at_end
from augury.scores.judges import extractors_of
from augury.scores.naming import metric_names
from augury.tables.generator_pairs import PairRow
from augury.tables.generators import END, GeneratorRow
from augury.tables.synthetic import ScoreRow
from augury.tables.table import read_rows

HUNDRED = 100  # publications give the kernel distance times 100


def synthetic(path: Path) -> Body:
    """One row per trained generator, snapshot and truncation."""
    rows = read_rows(path, ScoreRow)
    names = dict(zip(("frechet", "kernel"), _brief(rows), strict=True))
    scores = {each.head.format(**names): each for score in SCORES.values() for each in score.columns if each.head}
    cells: dict[str, Callable[[ScoreRow], Cell]] = {
        "generator": lambda row: text(row.generator + (" (leaked)" if row.leaked else "")),
        "class": lambda row: text(row.class_),
        "snapshot": lambda row: text(_when(row)),
        "split": lambda row: text(row.split),
        "seed": lambda row: number(row.seed, str),
        **{head: partial(_score, column) for head, column in scores.items()},
        "real": lambda row: number(row.n_real),
        "synthetic": lambda row: number(row.n_synthetic),
        "start": lambda row: text(row.start),
        "selection": lambda row: text(row.selection),
        "extractor": lambda row: text(row.extractor + (" (circular)" if row.circular else "")),
    }
    kept = rows if len(rows) <= MOST_ROWS else at_end(rows)
    shown = "“~0.7” is a truncation, and “best” the snapshot that the reference part chose."
    if any(row.best and not row.agreed for row in rows):
        shown += " “Best?”: the networks disagree, and it has the smallest mean rank over them."
    if len(kept) < len(rows):
        shown = f"The ends of trainings, without truncation, are shown; the file has all {len(rows)} rows."
    better = {way: [head for head, each in scores.items() if each.better == way] for way in ("more", "less")}
    ways = [f"{way} is better: {', '.join(heads)}." for way, heads in better.items() if heads]
    return body(cells, kept, " ".join([shown, *map(values.sentence, ways)]), keys=5)


def generators(path: Path) -> Body:
    """One row per class, two columns per generator: both distances at the end of the training."""
    rows = [row for row in read_rows(path, GeneratorRow) if row.when == END]
    frechet, kernel = _brief(rows)
    names = list(dict.fromkeys(row.generator for row in rows))
    row_of = {(row.class_, row.generator, row.extractor): row for row in rows}
    several = len(extractors_of(rows)) > 1
    header = ["class", *(["extractor"] if several else [])]
    for name in names:
        leaked = " (leaked)" if any(row.leaked for row in rows if row.generator == name) else ""
        header += [f"{name}{leaked}: {frechet}", f"{name}{leaked}: {kernel} × 100"]
    header.append("real images")
    lines = []
    for class_, extractor in dict.fromkeys((row.class_, row.extractor) for row in rows):
        of_class = [row for row in rows if row.class_ == class_]
        low, high = min(row.n_real_low for row in of_class), max(row.n_real_high for row in of_class)
        real = number(low) if low == high else Cell(f"{values.grouped(low)} to {values.grouped(high)}", low, True)
        cells = [cell for name in names for cell in _distances(row_of.get((class_, name, extractor)))]
        lines.append([text(class_), *([text(extractor)] if several else []), *cells, real])
    return Body(header, lines, (_trainings(rows) + _named(rows) + _stamped(rows)).strip(), 1 + several)


def generator_pairs(path: Path) -> Body:
    """One row per class and pair of generators: how far apart they are, and whether that is resolved."""
    rows = read_rows(path, PairRow)
    frechet, kernel = _brief(rows)
    cells: dict[str, Callable[[PairRow], Cell]] = {
        "compared": lambda row: text(
            f"{row.generator_b} against {row.generator_a}" + (" (leaked)" if row.leaked else "")
        ),
        "class": lambda row: text(row.class_),
        "extractor": lambda row: text(row.extractor + (" (circular)" if row.circular else "")),
        f"{frechet}, difference": lambda row: number(
            row.frechet_difference, values.distance, row.frechet_low, row.frechet_high
        ),
        f"p, {frechet}": lambda row: number(row.frechet_p_holm, values.p_value),
        f"{frechet} is": lambda row: text(row.frechet_word),
        f"{kernel} × 100, difference": lambda row: hundredfold(row.kid_difference, row.kid_low, row.kid_high),
        f"p, {kernel}": lambda row: number(row.kid_p_holm, values.p_value),
        f"{kernel} is": lambda row: text(row.kid_word),
        "pairs": lambda row: number(max(row.frechet_pairs, row.kid_pairs)),
    }
    corrected = (
        "p values are corrected by Holm over the rows of a network; the file has them uncorrected too." if rows else ""
    )
    return body(cells, rows, corrected + _named(rows), keys=3)


def names_of(rows: Sequence[ScoreRow | GeneratorRow | PairRow]) -> tuple[str, str]:
    """What the two distances are called in these rows' features; in words where extractors are mixed."""
    extractors = extractors_of(rows)
    return metric_names(extractors[0]) if len(extractors) == 1 else ("Frechet distance", "kernel distance")


def hundredfold(value: float | None, *interval: float | None) -> Cell:
    """A kernel distance times 100, as it is printed, with its interval."""
    scaled = [None if each is None else HUNDRED * each for each in (value, *interval)]
    return number(scaled[0], values.distance, *scaled[1:])


def _brief(rows: Sequence[ScoreRow | GeneratorRow | PairRow]) -> tuple[str, str]:
    # A column's head is narrow: the extractor is named below the table, or in a column of its own.
    frechet, kernel = names_of(rows)
    return frechet.partition(" (")[0], kernel.partition(" (")[0]


def _trainings(rows: Sequence[GeneratorRow]) -> str:
    if not rows:
        return ""
    counts = sorted({row.n_runs for row in rows})
    if counts == [1]:
        return "One training has no interval here; the table of every training has one, over its images."
    number = str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    return (
        f"Means over {number} trainings, at their end, are shown; the file has standard deviations, further scores "
        "and those of the best snapshots."
    )


def _distances(row: GeneratorRow | None) -> list[Cell]:
    if row is None:
        return [number(None, values.distance)] * 2
    return [
        number(row.frechet_distance, values.distance, row.frechet_low, row.frechet_high),
        hundredfold(row.kid, row.kid_low, row.kid_high),
    ]


def _named(rows: Sequence[GeneratorRow | PairRow]) -> str:
    extractors = extractors_of(rows)
    return f" Features are those of {values.listed(extractors)}." if extractors else ""


def _stamped(rows: Sequence[GeneratorRow]) -> str:
    stamped = [f"{row.generator} by {row.extractor}" for row in rows if row.circular]
    if not stamped:
        return ""
    named = values.listed(list(dict.fromkeys(stamped)))
    return f" Circular, and no ranking: {named}, through which the images were made or chosen."


def _when(row: ScoreRow) -> str:
    snapshot = "end" if row.snapshot is None else str(row.snapshot)
    truncated = "" if row.truncation == 1 else f"~{row.truncation:g}"
    return snapshot + truncated + ((", best" if row.agreed else ", best?") if row.best else "")


def _score(column: Column, row: ScoreRow) -> Cell:
    value, *ends = (getattr(row, name, None) for name in (column.name, *column.limits))
    if column.form == "hundredfold":
        return hundredfold(value, *ends)
    return number(value, values.share if column.form == "share" else values.distance, *ends)
