"""An audit: every table of a file is checked by itself, and its findings come with one sentence."""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from augury.published.audit.arms import of_arms
from augury.published.audit.classes import of_classes
from augury.published.audit.hypotheses import Known
from augury.published.audit.printed import Line
from augury.tables.audit import CONDITIONAL, IMPOSSIBLE, POSSIBLE, FindingRow
from augury.tables.grouping import grouped

_ASSUMED = Known()
_ROUNDED = {"nearest": "to the nearest", "half-up": "half up", "half-even": "half to even", "truncated": "down"}


def audit(
    lines: Sequence[Line], size: int | None = None, baseline: str = "", known: Known = _ASSUMED
) -> list[FindingRow]:
    """Everything that can be said: of classes and their overall row, then of arms over seeds.

    size: test images of each class, or of each seed, where the table does not say. baseline: the arm that others are
    compared with; by default the first.
    """
    lines = [dataclasses.replace(line, n=size) if line.n is None else line for line in lines]
    findings = []
    for name, table in _tables([line for line in lines if line.class_]):
        findings += [dataclasses.replace(row, group=name) for row in of_classes(table, known)]
    for name, table in _tables([line for line in lines if line.arm and not line.class_]):
        findings += [dataclasses.replace(row, group=name) for row in of_arms(table, baseline, known)]
    return findings


def _tables(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """The lines of each table, and its name where there are several; a list of classes that begins anew is another."""
    tables = []
    for name, group in grouped(lines, lambda line: line.group).items():
        parts = _parts(group)
        tables += [(name if len(parts) == 1 else f"{name} {n}".strip(), part) for n, part in enumerate(parts, 1)]
    return tables if len(tables) > 1 else [("", group) for _, group in tables]


def _parts(lines: list[Line]) -> list[list[Line]]:
    starts = [index for index, line in enumerate(lines) if line.class_ and line.class_ == lines[0].class_]
    parts = [lines[start:end] for start, end in pairwise((*starts, None))]
    alike = len({tuple(line.class_ for line in part) for part in parts}) == 1
    return parts if alike else [lines]


def sentence(rows: Sequence[FindingRow], known: Known) -> str:
    """What an audit found, first of all."""
    impossible = [row for row in rows if row.word == IMPOSSIBLE]
    conditional = Counter(row.assumption for row in rows if row.word == CONDITIONAL)
    checked = len(impossible) + sum(conditional.values()) + sum(row.word == POSSIBLE for row in rows)
    if impossible:
        given = ["they are of one run on the n images given"] * known.single_run
        given += [f"they are rounded {_ROUNDED[rule]}" for rule in [known.rounding] if rule]
        condition = f" if {' and '.join(given)}" if given else ", whatever was counted, averaged or rounded"
        return f"{len(impossible)} of {checked} checks find numbers that are impossible{condition}."
    if not conditional:
        return f"Nothing speaks against this table ({checked} checks)."
    (assumption, number), *_ = conditional.most_common(1)
    some = sum(conditional.values())
    return (
        f"Nothing here is impossible; {some} of {checked} checks do not fit under an assumption, {number} of them if "
        f"{assumption}."
    )
