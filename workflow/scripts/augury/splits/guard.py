"""The guard: no test specimen, nor its twin, is trained on."""

from collections.abc import Iterable, Sequence

from augury.command import script
from augury.command.errors import UserError
from augury.splits.identity import specimen_key
from augury.tables.rows import SplitRow

_NAMED = 5  # images that a message lists


def tested_rows(specimens: Iterable[str]) -> list[SplitRow]:
    """Rows of a test part that is known by its specimens' names alone, as that of classes whose tables are not read."""
    return [SplitRow("", "", "", specimen, "test") for specimen in specimens]


def check_parts(train: Sequence[SplitRow], test: Sequence[SplitRow], guard: str, what: str) -> list[str]:
    """Compare the images that `what` trains on with the test part of its split: by content, by path and by specimen.

    Near-duplicates of a class are one specimen (duplicates.search), so a twin of a test image is found by that. A
    specimen with a name is compared across classes, anything else within them.

    guard `enforce` raises UserError that names the images; `record` lets the run go on and returns the leaked sha256s,
    which every result of the run must carry.
    """
    # Within a class: equal images of two classes are a conflict, and no classifier is measured on one.
    contents = {(row.class_, row.sha256) for row in test}
    specimens = {specimen_key(row.class_, row.specimen) for row in test}
    # A file that was saved anew since another study saw it has other content and still shows the same.
    paths = {(row.class_, row.path) for row in test if row.path}
    leaked = [
        row
        for row in train
        if (row.class_, row.sha256) in contents
        or (row.class_, row.path) in paths
        or specimen_key(row.class_, row.specimen) in specimens
    ]
    if not leaked:
        return []
    named = ", ".join(row.path for row in leaked[:_NAMED]) + (" ..." if len(leaked) > _NAMED else "")
    if guard == "enforce":
        raise UserError(
            f"{what} would train on {len(leaked)} images of specimens in its test part ({named}); split by specimen "
            f"(`split.unit: specimen`), or set `guard: record` to reproduce a study that did this"
        )
    script.tell(f"leak recorded: {what} trains on {len(leaked)} images of specimens in its test part ({named})")
    return [row.sha256 for row in leaked]
