"""What a reader learns of the looks at a study: which this is, and what another would cost."""

import math
from collections.abc import Sequence
from operator import attrgetter

from augury.report import units
from augury.tables.grouping import grouped
from augury.tables.verdict import ALL, LEAK, PRIMARY, UNDERPOWERED, VerdictRow
from augury.verdict.boundary import Stage


def sentences(rows: Sequence[VerdictRow]) -> list[str]:
    """Sentences on the looks at the primary comparisons, for the head of a report; none where one look was clear."""
    asked = [row for row in rows if row.class_ == ALL and row.family == PRIMARY and row.looks and row.word != LEAK]
    beyond = [row for row in asked if row.unplanned_runs]
    inside = [row for row in asked if not row.unplanned_runs]
    lines = []
    if beyond:
        explored = [f"{_name(row)} {_explored(row)}" for row in beyond if row.explored is not None]
        lines.append(
            "Runs were added after the last look that was planned. They cannot change a word, as no error is left to "
            f"spend: words, p values and intervals are of {_splits(beyond)}. Of all runs the "
            f"differences are {'; '.join(explored)}, as if nobody had looked before."
        )
    for (look, looks, planned), group in sorted(grouped(inside, attrgetter("look", "looks", "planned_splits")).items()):
        if looks > 1:
            lines.append(
                f"{_whose(group, asked)} look {look} of {looks} that were planned. {_next(group, looks, planned)}"
            )
    if any(row.looks == 1 and row.word == UNDERPOWERED and row.splits_needed for row in inside):
        lines.append(
            "More splits would be a further look, and this one has spent all of the error that is allowed: what they "
            "showed would decide nothing. A study that is to grow sets `statistics.looks` before its first verdict; "
            f"with 4, the last look is at {100 * Stage(4).level(0.05):.1f}% in place of 5%."
        )
    for series, group in sorted(grouped(asked, attrgetter("series")).items()):
        if series > 1:
            times = "once" if series == 2 else f"{series - 1} times"
            lines.append(
                f"{_whose(group, asked)} not the first: {times} before, other runs (other images, settings or seeds) "
                "were judged. No level allows for that; tables/looks.tsv has them."
            )
    return lines


def _next(rows: Sequence[VerdictRow], looks: int, planned: int) -> str:
    if all(row.word != UNDERPOWERED for row in rows):
        return "The answer is clear, so no further look is needed."
    splits = max(row.n_splits for row in rows)
    done = math.floor(splits * looks / planned + 1e-9)
    if done >= looks:
        return "It was the last: further splits can change no word."
    return (
        f"The next may come with {math.ceil(planned * (done + 1) / looks)} splits (`split.repeats`), and what is "
        "trained stays; first looks see large differences alone, and the last has almost all of the error to spend."
    )


def _whose(rows: Sequence[VerdictRow], everything: Sequence[VerdictRow]) -> str:
    if len(rows) == len(everything):
        return "This verdict is"
    return f"The verdict on {', '.join(dict.fromkeys(map(_name, rows)))} is"


def _splits(rows: Sequence[VerdictRow]) -> str:
    number = max(row.n_splits for row in rows)
    return f"the runs that were there then, of {number} split{'s' * (number > 1)}"


def _name(row: VerdictRow) -> str:
    return f"{row.arm}{f' with {row.classifier}' * bool(row.classifier)}"


def _explored(row: VerdictRow) -> str:
    return f"{units.interval(row, row.explored, row.explored_low, row.explored_high)} in {units.title(row)}"
