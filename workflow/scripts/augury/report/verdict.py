"""The verdict on the page: a sentence a classifier, and the tables of comparisons."""

from collections.abc import Sequence
from pathlib import Path

from augury.report import values
from augury.report.cells import Cell, View, number, text
from augury.tables.columns import described
from augury.tables.table import read_rows
from augury.tables.verdict import (
    ALL,
    EQUIVALENT,
    HELPS,
    HURTS,
    LEAK,
    UNDERPOWERED,
    WORDS,
    DifferenceRow,
    VerdictRow,
)

MEASURES = {"accuracy": "accuracy", "f1": "F1", "auroc": "AUROC"}


def answers(rows: Sequence[VerdictRow]) -> list[str]:
    """A sentence a classifier on the accuracy of every arm; none where nothing was compared."""
    told = [row for row in rows if row.class_ == ALL and row.measure == "accuracy"]
    made = []
    for classifier in dict.fromkeys(row.classifier for row in told):
        held = [row for row in told if row.classifier == classifier]
        groups = [[row for row in held if row.word == word] for word in WORDS]
        # What cannot be told is told once where several arms share it.
        clauses = [clause for group in groups for clause in _clauses(group)]
        sentence = "; ".join(clauses)
        made.append(f"W{sentence[1:]}." if sentence.startswith("whether") else f"{sentence}.")
    return made


def _clauses(rows: Sequence[VerdictRow]) -> list[str]:
    known = [row.difference for row in rows if row.difference is not None]
    shared = len(rows) > 2 and rows[0].word == UNDERPOWERED and len(known) == len(rows)
    if not shared:
        return [_cautious(row) for row in rows]
    size = _size_of(rows[0])
    hardest = max(rows, key=lambda row: (row.specimens_needed or 0, row.splits_needed or 0))
    arms, name = values.listed([row.arm for row in rows]), rows[0].classifier or "the classifier"
    clause = (
        f"whether {arms} help {name} cannot be told "
        f"({UNDERPOWERED}): accuracy from {_points(min(known))} to {_points(max(known))} points, none resolved; "
        f"{_remedy(hardest, size)}"
    )
    cautions = [row.caution for row in rows if row.caution]
    return [clause + (f" ({'; '.join(dict.fromkeys(cautions))})" if cautions else "")]


def verdict(path: Path) -> View:
    """A row a comparison: over all classes first, then by class."""
    rows = read_rows(path, VerdictRow)
    several = len({row.classifier for row in rows}) > 1
    cells = {
        "compared": lambda row: text(f"{row.arm} against {row.baseline}"),
        **({"classifier": lambda row: text(row.classifier)} if several else {}),
        "class": lambda row: text("all classes" if row.class_ == ALL else row.class_),
        "measure": lambda row: text(_measure(row)),
        "verdict": lambda row: text(row.word),
        "difference, points": lambda row: number(row.difference, _points, row.low, row.high),
        "p": lambda row: number(row.p_holm, values.p_value),
        "p, equivalent": lambda row: number(row.p_equivalence_holm, values.p_value),
        "would be seen, points": lambda row: number(row.detectable, _size),
        "family": lambda row: text(row.family),
        "on these images, points": lambda row: number(
            None if row.here_low is None else row.difference, _points, row.here_low, row.here_high
        ),
        "P(hurts)": lambda row: number(row.chance_hurts, values.share),
        "P(within the margin)": lambda row: number(row.chance_within, values.share),
        "P(helps)": lambda row: number(row.chance_helps, values.share),
        "specimens needed": lambda row: number(row.specimens_needed),
        "splits needed": lambda row: number(row.splits_needed),
        "splits": lambda row: number(row.n_splits),
        "runs": lambda row: number(row.n_runs),
        "specimens": lambda row: number(row.n_specimens),
        "decided by": lambda row: text(row.decided_by),
        **({"caution": lambda row: text(row.caution)} if any(row.caution for row in rows) else {}),
    }
    lines = [[make(row) for make in cells.values()] for row in rows]
    shown = "p values are corrected by Holm; the file has them uncorrected too, and further tests." if rows else ""
    return View("verdict", "Does it help?", path.name, list(cells), lines, shown, described(VerdictRow))


def differences(path: Path) -> View:
    """A row a pair of runs."""
    cells = {
        "compared": lambda row: text(f"{row.arm} against {row.baseline}" + (" (leaked)" if row.leaked else "")),
        "classifier": lambda row: text(row.classifier),
        "split": lambda row: text(row.split),
        "seed": lambda row: number(row.seed, str),
        "accuracy, points": lambda row: number(row.accuracy, _points),
        "F1, points": lambda row: number(row.f1, _points),
        "AUROC, points": lambda row: number(row.auroc, _points),
        "the arm alone right": lambda row: number(row.arm_only),
        "the baseline alone": lambda row: number(row.baseline_only),
        "p, McNemar": lambda row: number(row.mcnemar_p, values.p_value),
        "specimens": lambda row: number(row.n_specimens),
    }
    lines: list[list[Cell]] = [[make(row) for make in cells.values()] for row in read_rows(path, DifferenceRow)]
    title = "Every run against its baseline"
    return View("differences", title, path.name, list(cells), lines, "", described(DifferenceRow))


def _cautious(row: VerdictRow) -> str:
    return f"{_told(row)} ({row.caution})" if row.caution else _told(row)


def _told(row: VerdictRow) -> str:
    name = f"{row.classifier or 'the classifier'}"
    if row.word == LEAK:
        return f"{row.arm} with {name} is not judged, as a training may have seen its test images"
    if row.difference is None:
        return f"{row.arm} with {name} is not judged, as accuracy has no value there"
    seen = f"accuracy {_points(row.difference, row.low, row.high)}"
    seen += f", p = {values.p_value(row.p_holm)}" if row.p_holm is not None and row.p_holm >= 0.001 else ", p < 0.001"
    if row.word in (HELPS, HURTS):
        return f"{row.arm} {row.word} {name}: {seen}"
    if row.word == EQUIVALENT:
        return f"{row.arm} and {row.baseline} are equivalent for {name}, within {_margin(row)}: {seen}"
    return f"whether {row.arm} helps {name} cannot be told ({UNDERPOWERED}): {seen}; {_remedy(row, _size_of(row))}"


def _margin(row: VerdictRow) -> str:
    return f"{100 * row.margin:g} {'point' if row.margin == 0.01 else 'points'}"


def _size_of(row: VerdictRow) -> str:
    return f"{100 * row.worthwhile:g} points"


def _remedy(row: VerdictRow, size: str) -> str:
    needed = []
    if row.specimens_needed is not None:
        needed.append(f"about {row.specimens_needed:,} test specimens instead of {row.n_specimens:,}")
    if row.splits_needed is not None:
        needed.append(f"{row.splits_needed:,} splits instead of {row.n_splits}")
    if needed:
        return f"a difference of {size} would need {' or '.join(needed)}"
    return f"for a difference of {size} no number of test specimens would do, as the trainings differ by more"


def _measure(row: VerdictRow) -> str:
    if row.class_ != ALL and row.measure == "accuracy":
        return "recall"
    return MEASURES.get(row.measure, row.measure.replace("_", " "))


def _points(value: float | None, low: float | None = None, high: float | None = None) -> str:
    """Hundredths with their sign: +2.1 points [+0.3, +3.9] in a sentence's form."""
    if value is None:
        return "–"
    told = f"{100 * value:+.1f}"
    return told if low is None or high is None else f"{told} points [{100 * low:+.1f}, {100 * high:+.1f}]"


def _size(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}"
