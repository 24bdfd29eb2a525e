"""The history of a verdict: what was looked at when, which looks were planned, and whose runs the word is of.

A study may be judged, grow by further splits and be judged again. Looks that were planned before the first spend alpha
by a boundary; one that was not has nothing left to spend. Then the verdict of the last planned look stands, word by
word, as it is judged on the runs of that look alone, and what all runs say is reported beside it as exploratory.
"""

import dataclasses
import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from augury.command.errors import UserError
from augury.tables.looks import LookRow
from augury.tables.table import read_rows
from augury.tables.verdict import ALL, LEAK, VerdictRow
from augury.verdict.boundary import Stage
from augury.verdict.replicates import count
from augury.verdict.runs import Key, Pair

DIGITS = 12  # of a run's digest
EXPLORED = {"difference": "explored", "low": "explored_low", "high": "explored_high"}  # column of a row -> beside it


class Names(NamedTuple):
    """A comparison."""

    arm: str
    baseline: str
    classifier: str


@dataclass(frozen=True, slots=True)
class Plan:
    """How often a study is to be judged, and the splits that it has in the end; by default as many more each time."""

    looks: int = 1
    splits: int | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a comparison; its row lacks the word. judged: the look whose word it has; keys: the runs of it."""

    row: LookRow
    judged: LookRow
    keys: frozenset[Key]

    @property
    def stage(self) -> Stage:
        """What the boundary leaves."""
        # A table keeps nine digits of a third, and the same look must give the same numbers.
        looks = self.judged.looks
        return Stage(looks, round(self.judged.fraction * looks) / looks)

    @property
    def cells(self) -> dict[str, int]:
        """What verdict.tsv says of it."""
        row = self.row
        return {
            "look": self.judged.look, "looks": row.looks, "planned_splits": row.planned_splits, "series": row.series,
            "unplanned_runs": len(_runs(row)) - len(self.keys),
        }  # fmt: skip


def read_history(path: Path | None) -> list[LookRow]:
    """The rows of looks.tsv; none where there is no file. Raises UserError where it is damaged."""
    if path is None or not path.exists():
        return []
    try:
        return read_rows(path, LookRow)
    except UserError:
        raise UserError(
            f"{path} is not as it was written, or of another version; put back a copy of it, or remove it: looks are "
            "then counted anew, and the first of them is not the first"
        ) from None


class History:
    """The looks at comparisons: those of before, and this one.

    rows: of looks.tsv. alpha: what all looks at a comparison may spend together. today: the date of a new look.
    """

    def __init__(self, rows: Sequence[LookRow], plan: Plan, alpha: float, today: str) -> None:
        self.rows, self.plan, self.alpha, self.today = rows, plan, alpha, today
        self.looks: dict[Names, Look] = {}

    def look(self, names: Names, pairs: Sequence[Pair]) -> Look:
        """Which look at a comparison these runs are. Runs that were judged before are no new one."""
        before = [row for row in self.rows if (row.arm, row.baseline, row.classifier) == names]
        runs = {digest(pair): pair.key for pair in pairs}
        row = next((row for row in before if _runs(row) == runs.keys()), None) or self._new(names, before, runs, pairs)
        paid = row if row.planned else next(old for old in reversed(before) if old.series == row.series and old.planned)
        keys = frozenset(key for name, key in runs.items() if name in _runs(paid))
        self.looks[names] = Look(row, paid, keys)
        return self.looks[names]

    def _new(self, names: Names, before: Sequence[LookRow], runs: Mapping[str, Key], pairs: Sequence[Pair]) -> LookRow:
        chain = [row for row in before if row.series == before[-1].series]
        grown = bool(chain) and all(_runs(old) <= runs.keys() for old in chain)
        n_splits = len({key.split for key in runs.values()})
        looks = chain[0].looks if grown else self.plan.looks
        splits = chain[0].planned_splits if grown else self.plan.splits or n_splits * self.plan.looks
        # Rounded down, so that a look between two planned ones takes no more than the first of them.
        fraction = min(1.0, math.floor(n_splits * looks / splits + 1e-9) / looks)
        level = Stage(looks, fraction).level(self.alpha)
        planned = not grown or fraction > max(old.fraction for old in chain if old.planned)
        return LookRow(
            *names, series=chain[0].series if grown else before[-1].series + 1 if before else 1,
            look=len(chain) + 1 if grown else 1, date=self.today, n_splits=n_splits,
            n_seeds=len({key.seed for key in runs.values()}), n_specimens=count(pairs)[-1].total, looks=looks,
            planned_splits=splits, fraction=fraction, level=level if planned else 0.0, planned=planned, measure="",
            difference=None, word="", runs=" ".join(runs),
        )  # fmt: skip

    def written(self, rows: Iterable[VerdictRow], measure: str) -> list[LookRow]:
        """All of them, these with the word on `measure` over all classes. Leaks were not looked at."""
        words = {Names(row.arm, row.baseline, row.classifier): row for row in rows
                 if row.class_ == ALL and row.measure == measure and row.word != LEAK}  # fmt: skip
        made = list(self.rows)
        for names, look in self.looks.items():
            if (verdict := words.get(names)) is None:
                continue
            difference = verdict.difference if look.row.planned else verdict.explored
            row = dataclasses.replace(look.row, word=verdict.word, measure=measure, difference=difference)
            index = next((at for at, old in enumerate(made) if _same(old, row)), None)
            made = [*made, row] if index is None else [*made[:index], row, *made[index + 1 :]]
        return made


def beside(rows: Sequence[VerdictRow], everything: Iterable[VerdictRow]) -> list[VerdictRow]:
    """The rows with what all runs say beside them, where some of these were not planned."""
    known = {_row_key(row): row for row in everything}
    return [
        dataclasses.replace(row, **{name: getattr(known[_row_key(row)], old) for old, name in EXPLORED.items()})
        if row.unplanned_runs and _row_key(row) in known
        else row
        for row in rows
    ]


def digest(pair: Pair) -> str:
    """What tells one pair of runs from another: where they belong, their test images, labels and probabilities."""
    hashed = hashlib.sha256("\x1f".join(map(str, pair.key)).encode())
    for side in (pair.baseline, pair.arm):
        hashed.update("\x1f".join(side.sha256.tolist()).encode())
        hashed.update(side.labels.astype("<i8").tobytes())
        hashed.update(side.probabilities.astype("<f4").tobytes())
    return hashed.hexdigest()[:DIGITS]


def _runs(row: LookRow) -> set[str]:
    return set(row.runs.split())


def _same(one: LookRow, other: LookRow) -> bool:
    return (one.arm, one.baseline, one.classifier, one.series, one.look) == (
        other.arm, other.baseline, other.classifier, other.series, other.look,
    )  # fmt: skip


def _row_key(row: VerdictRow) -> tuple[str, ...]:
    return row.arm, row.baseline, row.classifier, row.class_, row.measure
