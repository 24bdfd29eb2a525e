"""The matrix of arms by classifiers on the first screen: a shape, a word, the difference and its interval."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from augury.report import gains, units, values
from augury.tables.classification import ClassificationRow
from augury.tables.measures import MEASURES
from augury.tables.verdict import (
    ALL,
    EQUIVALENT,
    HELPS,
    HURTS,
    LEAK,
    PRIMARY,
    UNDERPOWERED,
    VerdictRow,
    kind,
)

MARKS = {HELPS: "▲", HURTS: "▼", EQUIVALENT: "■", UNDERPOWERED: "○", LEAK: "✕"}  # as in the figure of differences
STYLES = {HELPS: "helps", HURTS: "hurts", EQUIVALENT: "equivalent", UNDERPOWERED: "open", LEAK: "leak"}
MOST = 6  # rows before the others are folded away
WIDE = 4  # columns up to which classifiers stand side by side


class Told(NamedTuple):
    """A cell: what the arm does to the classifier. The baseline's cells have no word, and say how good it is."""

    mark: str = ""
    word: str = ""
    style: str = ""
    value: str = "–"
    interval: str = ""
    primary: bool = False


class Line(NamedTuple):
    """A row: an arm (or, where these are fewer, a classifier)."""

    name: str
    note: str
    cells: Sequence[Told]


@dataclass(frozen=True, slots=True)
class Matrix:
    """One measure. `lines` are shown, `more` is folded away."""

    measure: str
    better: str  # more or less
    unit: str
    baseline: str
    corner: str
    header: Sequence[str]
    lines: Sequence[Line]
    more: Sequence[Line] = ()
    legend: Sequence[tuple[str, str, str, str]] = field(default=())  # mark, style, word, meaning

    @property
    def secondary(self) -> bool:
        """Whether some of the comparisons are primary and some are not."""
        kinds = {cell.primary for line in (*self.lines, *self.more) for cell in line.cells if cell.word}
        return len(kinds) > 1


def compared(judged: Sequence[VerdictRow]) -> list[VerdictRow]:
    """Comparisons over all classes in the measures that the study looks at first."""
    measures = {row.measure for row in gains.primary(judged)} or {"accuracy"}
    return [row for row in judged if row.class_ == ALL and row.measure in measures]


def matrices(judged: Sequence[VerdictRow], levels: Sequence[ClassificationRow]) -> list[Matrix]:
    """One for each primary measure. levels: means of classification.tsv that may be believed."""
    rows = compared(judged)
    return [
        _matrix([row for row in rows if row.measure == name], levels)
        for name in dict.fromkeys(row.measure for row in rows)
    ]


def _matrix(rows: Sequence[VerdictRow], levels: Sequence[ClassificationRow]) -> Matrix:
    arms, classifiers = (list(dict.fromkeys(getattr(row, name) for row in rows)) for name in ("arm", "classifier"))
    cells = {(row.arm, row.classifier): _cell(row) for row in rows}
    baselines = list(dict.fromkeys(row.baseline for row in rows))
    against = {row.arm: f"against {row.baseline}" for row in rows if row.baseline != baselines[0]}
    measure = rows[0].measure
    lines = [Line(baselines[0], "baseline", [_level(rows, levels, name) for name in classifiers])]
    lines += [Line(arm, against.get(arm, ""), [cells.get((arm, name), Told()) for name in classifiers]) for arm in arms]
    corner, header = "arm", classifiers
    if len(classifiers) > WIDE and len(lines) <= WIDE + 1:
        corner, header = "classifier", [line.name for line in lines]
        lines = [Line(name, "", [line.cells[index] for line in lines]) for index, name in enumerate(classifiers)]
    shown = _first(lines, len(lines) > MOST + 2)
    return Matrix(
        units.title(rows[0]),
        "more" if MEASURES[measure].sign > 0 else "less",
        units.unit(rows[0]).strip(),
        baselines[0],
        corner,
        header,
        shown,
        [line for line in lines if line not in shown],
        _legend(rows),
    )


def _first(lines: Sequence[Line], cut: bool) -> list[Line]:
    """The rows that are not folded away: the first, then those with a resolved cell, in the order of the study."""
    if not cut:
        return list(lines)
    rank = {HELPS: 0, HURTS: 0, EQUIVALENT: 1}
    order = sorted(lines[1:], key=lambda line: min(rank.get(cell.word, 2) for cell in line.cells))
    return [lines[0], *(line for line in lines[1:] if line in order[:MOST])]


def _cell(row: VerdictRow) -> Told:
    primary = kind(row) == PRIMARY
    if row.word == LEAK or row.difference is None:
        return Told(MARKS.get(row.word, ""), row.word, STYLES.get(row.word, ""), "–", "", primary)
    interval = (
        "" if row.low is None or row.high is None else f"[{units.change(row, row.low)}, {units.change(row, row.high)}]"
    )
    value = units.change(row, row.difference)
    return Told(MARKS[row.word], row.word, STYLES[row.word], value, interval, primary)


def _level(rows: Sequence[VerdictRow], levels: Sequence[ClassificationRow], classifier: str) -> Told:
    """How good the baseline is with a classifier."""
    first = next(row for row in rows if row.classifier == classifier)
    for row in levels:
        if (row.arm, row.classifier) == (first.baseline, classifier):
            value, low, high = (getattr(row, f"{first.measure}{end}", None) for end in ("", "_low", "_high"))
            if value is not None and low is not None and high is not None:
                write = values.percent if first.measure in units.IN_POINTS else values.share
                return Told(value=write(value), interval=f"[{write(low)}, {write(high)}]")
    return Told(value="–" if first.baseline_value is None else units.level(first))


def _legend(rows: Sequence[VerdictRow]) -> list[tuple[str, str, str, str]]:
    margin = units.size(rows[0], rows[0].margin, "g")
    meanings = {
        HELPS: "better, beyond chance",
        HURTS: "worse, beyond chance",
        EQUIVALENT: f"the difference is surely below {margin}",
        UNDERPOWERED: "neither is shown; the interval says what is left",
        LEAK: "a training may have seen test images",
    }
    words = {row.word for row in rows}
    return [(MARKS[word], STYLES[word], word, meaning) for word, meaning in meanings.items() if word in words]
