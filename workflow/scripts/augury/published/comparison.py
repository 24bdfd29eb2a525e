"""Each number of a publication beside ours: the difference, and whether our interval holds it."""

from collections.abc import Iterable, Mapping

from augury.published.study_numbers import OwnNumber, StudyNumbers
from augury.tables.published import PrintedCell, PublishedRow

YES, NO, NO_INTERVAL, NOT_RUN = "yes", "no", "no interval", "not run"
SMOKE_TEST = "not comparable: a smoke test"


def compare(
    cells: Iterable[PrintedCell], ours: StudyNumbers, deviations: Mapping[str, str], smoke_test: bool
) -> list[PublishedRow]:
    """One row per number, in the publication's order.

    deviations: what this study does otherwise, by the name of a printed table, `all` for every other. smoke_test:
    whether the run is too small for its numbers to mean anything; then nothing is compared, and `holds` says so.
    """
    return [_row(cell, ours.find(cell), deviations, smoke_test) for cell in cells]


def _row(cell: PrintedCell, own: OwnNumber, deviations: Mapping[str, str], smoke_test: bool) -> PublishedRow:
    compared = isinstance(own.value, float) and not smoke_test
    names = ("table", "row", "measure", "arm", "classifier", "generator", "class_", "seed", "note")
    return PublishedRow(
        **{name: getattr(cell, name) for name in names},
        column_=cell.column,
        printed=cell.value,
        published=cell.number,
        ours=own.value,
        ours_low=own.low,
        ours_high=own.high,
        difference=own.value - cell.number if compared and not isinstance(own.value, str) else None,
        holds=_holds(cell, own, smoke_test),
        leaked=own.leaked,
        deviations=deviations.get(cell.table, deviations.get("all", "")),
    )


def _holds(cell: PrintedCell, own: OwnNumber, smoke_test: bool) -> str:
    if not isinstance(own.value, float):
        return NOT_RUN
    if smoke_test:
        return SMOKE_TEST
    if own.low is None or own.high is None:
        return NO_INTERVAL
    return YES if own.low <= cell.number + cell.half and cell.number - cell.half <= own.high else NO
