"""The answer in plain sentences, for the first screen: what helps, what hurts, what is ruled out, what is best."""

from collections.abc import Sequence

from augury.report import best, gains, matrix, units
from augury.report.values import count, listed
from augury.tables.classification import ClassificationRow
from augury.tables.grouping import grouped
from augury.tables.verdict import ALL, CONTROLS, EQUIVALENT, HELPS, HURTS, SECONDARY, VerdictRow, kind

SINGLE = 3  # comparisons of one word that are named one by one
MOST = 2  # sentences on what is ruled out
UNTRIED = "No classifier was trained, so whether such images help one is not known."
GUESSING = "No classifier is better than chance here."
_MANY = {HELPS: "help", HURTS: "hurt", EQUIVALENT: "show no difference"}
_FAMILIES = {SECONDARY: ", secondary", CONTROLS: ", a control"}


def sentences(levels: Sequence[ClassificationRow], judged: Sequence[VerdictRow], level: str) -> list[str]:
    """The answer. levels: means that may be believed; level: of intervals, in words, as in 95%."""
    return [*effects(judged, level), *best.best(levels, judged)[:1], *best.beside_the_baseline(levels, judged)]


def effects(judged: Sequence[VerdictRow], level: str) -> list[str]:
    """What the arms do: what is resolved, then what is ruled out of the primary comparisons that are open."""
    if not judged:
        return []
    shown = matrix.compared(judged)
    by_word = grouped(shown, lambda row: row.word)
    clauses = [_clause(by_word[word], len(shown)) for word in (HELPS, HURTS, EQUIVALENT) if word in by_word]
    if HELPS not in by_word and HURTS not in by_word:
        clauses = [_elsewhere(judged, shown), *clauses]
    made = [f"{'; '.join(clauses)}."]
    primary = gains.primary(judged)
    open_ = grouped(gains.unresolved(primary), lambda row: (row.classifier, row.measure))
    for (classifier, measure), group in list(open_.items())[:MOST]:
        others = sum((row.classifier, row.measure) == (classifier, measure) for row in primary) > len(group)
        made += _ruled_out(group, level, others)
    return made


def _clause(rows: Sequence[VerdictRow], total: int) -> str:
    """dcgan helps probe (accuracy +4.0 points) and cnn (accuracy +3.1 points, secondary)."""
    if len(rows) > SINGLE:
        most = max(rows, key=lambda row: abs(row.difference or 0.0))
        words = f"{len(rows)} of {total} comparisons {_MANY[most.word]}"
        return words if most.word == EQUIVALENT else f"{words}, most of all {most.arm} with {_name(most)} {_seen(most)}"
    verbs = {HELPS: "helps", HURTS: "hurts", EQUIVALENT: "makes no difference to"}
    by_arm = grouped(rows, lambda row: row.arm)
    return listed([f"{arm} {verbs[group[0].word]} {listed([f'{_name(row)} {_seen(row)}' for row in group])}"
                   for arm, group in by_arm.items()])  # fmt: skip


def _elsewhere(judged: Sequence[VerdictRow], shown: Sequence[VerdictRow]) -> str:
    """That nothing is resolved where the study looks first, and the first thing that is resolved in another measure."""
    if not any(row.p is not None for row in judged):
        return "No arm is judged"
    others = [row for row in judged if row.word in (HELPS, HURTS) and row.class_ == ALL]
    if not others:
        return "No arm is seen to help or to hurt"
    titles, first = listed(list(dict.fromkeys(map(units.title, shown)))), others[0]
    more = f", and {len(others) - 1} more in other measures" if len(others) > 1 else ""
    seen = f"{first.arm} {first.word} {_name(first)} {_seen(first)}"
    return f"In {titles} no arm is seen to help or to hurt, but {seen}{more}"


def _ruled_out(rows: Sequence[VerdictRow], level: str, others: bool) -> list[str]:
    """With probe, dcgan gains at most 2.1 and loses at most 11.6 points of accuracy (95%).

    rows: of one classifier and measure. others: whether arms beside these are settled.
    """
    known = [row for row in rows if None not in (row.difference, row.low, row.high, row.baseline_value)]
    if not known:
        return []
    first, single = known[0], len(known) == 1
    arms = first.arm if single else f"none of {'the other ' if others else ''}{count(len(known), 'arm')}"
    verbs, joint = (("gains at most", "loses at most"), " and ") if single else (("gains", "loses"), " or ")
    ends = [f"{verb} {'' if single else 'more than '}{units.number(first, max(end, 0.0))}"
            for verb, end in zip(verbs, gains.bounds(known), strict=True) if end is not None]  # fmt: skip
    by = f"With {first.classifier}, " if first.classifier else ""
    if not ends:
        return [f"{by}nothing is ruled out for {first.arm if single else count(len(known), 'arm')}."]
    measured = f"points of {units.title(first)}" if units.unit(first) else f"in {units.title(first)}"
    gain = gains.bounds(known)[0]
    target = units.size(first, first.target_difference, "g")
    missed = f", so that a gain of {target} is ruled out" if gain is not None and gain < first.target_difference else ""
    return [f"{by}{arms} {joint.join(ends)} {measured} ({level}){missed}."]


def _name(row: VerdictRow) -> str:
    return row.classifier or "the classifier"


def _seen(row: VerdictRow) -> str:
    """(accuracy +4.0 points, secondary); of equivalent arms (accuracy within 1 point)."""
    family = _FAMILIES.get(kind(row), "")
    if row.word == EQUIVALENT:
        return f"({units.title(row)} within {units.size(row, row.margin, 'g')}{family})"
    return f"({units.title(row)} {units.change(row, row.difference or 0.0)}{units.unit(row)}{family})"
