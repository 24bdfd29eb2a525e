"""The head of the page: what is broken, what to use, helps or hurts, is ruled out, would see more; further looks.

In the order in which a person needs it, and never only that nothing can be concluded.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from augury.report import best, broken, gains, units
from augury.report.diagnostics import Diagnosis
from augury.settings.reading import checked
from augury.study.statistics import Statistics
from augury.tables.classification import ClassificationRow
from augury.tables.grouping import grouped
from augury.tables.runtime import RuntimeRow
from augury.tables.verdict import ALL, SECONDARY, VerdictRow, kind
from augury.verdict import looks

BROKEN, USE, HELPS, RULED_OUT, MORE = "Broken", "To use", "Helps or hurts", "Ruled out", "To see more"
LOOKS = "Looking again"
MOST = 3  # sentences of a kind in the lead; the rest is in the list below it
MOST_LISTED = 12
SINGLE = 2  # arms of one classifier and measure that are reported one by one in the lead


class Line(NamedTuple):
    """A paragraph of the head."""

    label: str
    sentences: Sequence[str]


class Head(NamedTuple):
    """The head of the page: few paragraphs, and a list of what else was found."""

    lead: Sequence[Line]
    more: Sequence[str]


def head(
    rows: Sequence[ClassificationRow],
    judged: Sequence[VerdictRow],
    diagnoses: Sequence[Diagnosis],
    n_classes: int,
    settings: Mapping[str, Any],
    runtime: Sequence[RuntimeRow] = (),
) -> Head:
    """What the tables say. rows: of classification.tsv. settings: the config."""
    statistics = checked(settings.get("statistics"), Statistics)
    level, power = f"{1 - statistics.alpha:.0%}", statistics.power
    levels = broken.means(rows)
    grave, lesser = broken.generators(diagnoses, settings.get("arms") or {})
    guessing = broken.at_chance(levels, n_classes)
    trouble = grave + broken.classifiers(levels, n_classes) + broken.leaks(judged)
    first, listed = (trouble, lesser) if trouble else (lesser, [])
    seen, by_class = gains.resolved(judged), gains.resolved(judged, by_class=True)
    settled = (seen or by_class) + gains.equivalent(gains.primary(judged))
    rest = settled[MOST:] + (by_class if seen else [])
    if not seen and judged:
        settled = [_nothing(judged), *settled]
    open_ = gains.unresolved(gains.primary(judged))
    believed = [row for row in levels if row.classifier not in guessing]
    lead = [
        Line(BROKEN, first),
        Line(USE, [*best.best(believed, judged), *best.beside_the_baseline(believed, judged)]),
        Line(HELPS, settled[: MOST + (not seen)]),
        Line(RULED_OUT, _ruled_out(open_, level)),
        Line(MORE, _more(open_, power, _seconds(runtime))),
        Line(LOOKS, looks.sentences(judged)),
    ]
    more = listed + _cut(rest) + _listed(judged, open_, level)
    return Head([line for line in lead if line.sentences], more)


def settling(judged: Sequence[VerdictRow], runtime: Sequence[RuntimeRow] = ()) -> list[str]:
    """What would see the target difference, a sentence for each primary measure that is open; for the first screen.

    Arms whose gain is already known to be smaller ask for nothing.
    """
    open_ = _worth_seeing(gains.unresolved(gains.primary(judged)))
    groups = grouped(open_, lambda row: row.measure)
    return [
        gains.would_see(gains.hardest(group), _seconds(runtime), f" in {units.title(group[0])}" * (len(groups) > 1))
        for group in groups.values()
    ]


def _nothing(judged: Sequence[VerdictRow]) -> str:
    tested = [row for row in judged if row.p is not None]
    return "No arm is seen to help or to hurt, in any measure over all classes." if tested else "No arm is judged."


def _grouped(rows: Sequence[VerdictRow]) -> list[list[VerdictRow]]:
    return list(grouped(rows, lambda row: (row.classifier, row.class_, row.measure)).values())


def _ruled_out(rows: Sequence[VerdictRow], level: str) -> list[str]:
    return [
        sentence
        for group in _grouped(rows)
        for sentence in ([gains.ruled_out(row, level) for row in group] if len(group) <= SINGLE
                         else [gains.ruled_out_by_all(group, level)])
    ][:MOST]  # fmt: skip


def _more(rows: Sequence[VerdictRow], power: float, seconds: float | None) -> list[str]:
    groups = grouped(_worth_seeing(rows), lambda row: row.measure)
    sentences = []
    for group in groups.values():  # a gain of one measure says nothing of another's
        of = f" in {units.title(group[0])}" * (len(groups) > 1)
        sentences += [gains.could_have_seen(group, power, of), gains.would_see(gains.hardest(group), seconds, of)]
    return [sentence for sentence in sentences if sentence]


def _worth_seeing(rows: Sequence[VerdictRow]) -> list[VerdictRow]:
    return [row for row in rows if row.p is not None and not gains.is_missed(row)]


def _seconds(runtime: Sequence[RuntimeRow]) -> float | None:
    """What the trainings of a split took, mean over splits."""
    splits = {row.split for row in runtime}
    return sum(row.seconds or 0 for row in runtime) / len(splits) if splits else None


def _listed(judged: Sequence[VerdictRow], open_: Sequence[VerdictRow], level: str) -> list[str]:
    """What is not in the lead: arms one by one, other classifiers, chances, and what the numbers rest on."""
    groups = _grouped(open_)
    sentences = [gains.ruled_out(row, level) for group in groups if len(group) > SINGLE for row in group]
    sentences += [gains.chances(group) for group in _grouped(gains.primary(judged))]
    others = [
        row for row in gains.unresolved(judged)
        if row.class_ == ALL and row.measure == "accuracy" and kind(row) == SECONDARY and row not in open_
    ]  # fmt: skip
    sentences += [
        f"Secondary: {gains.ruled_out(group[0], level) if len(group) == 1 else gains.ruled_out_by_all(group, level)}"
        for group in _grouped(others)
    ]
    sentences = [sentence for sentence in sentences if sentence]
    designs = "`python workflow/scripts/plan_study.py` lists what other designs would see, and what they cost."
    notes = [*gains.luck(gains.primary(judged)), gains.multiplicity(judged), designs if open_ else ""]
    return _cut(sentences) + [note for note in notes if note]


def _cut(sentences: Sequence[str]) -> list[str]:
    more = len(sentences) - MOST_LISTED
    return [
        *sentences[:MOST_LISTED],
        *([f"{more} more {'stands' if more == 1 else 'stand'} in the table of verdicts."] if more > 0 else []),
    ]
