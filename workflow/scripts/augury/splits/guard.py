"""The guard: no test specimen, nor its twin, is trained on."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from augury.command import script
from augury.command.errors import UserError
from augury.splits.identity import specimen_key
from augury.tables.rows import SplitRow, SyntheticRow

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
    leaked = _tested(train, test)
    if not leaked:
        return []
    named = _named([row.path for row in leaked])
    if guard == "enforce":
        raise UserError(
            f"{what} would train on {len(leaked)} images of specimens in its test part ({named}); split by specimen "
            f"(`split.unit: specimen`), or set `guard: record` to reproduce a study that did this"
        )
    script.tell(f"leak recorded: {what} trains on {len(leaked)} images of specimens in its test part ({named})")
    return [row.sha256 for row in leaked]


def check_parents(
    pools: Mapping[Path, Sequence[SyntheticRow]],
    known: Iterable[SplitRow],
    test: Sequence[SplitRow],
    guard: str,
    what: str,
) -> list[str]:
    """Compare the images that synthetic ones begin with with the test part, by what the pools say of themselves.

    pools: by its index, the rows that `what` trains on. known: the split's rows of all classes, which say what specimen
    a parent shows, whatever the pool calls it. A parent that is no image of the split cannot be compared, and counts as
    a leak. guard `enforce` raises UserError that names the pool; `record` returns the pools that leak.
    """
    begun = {index: {row.parent: row for row in rows if row.parent} for index, rows in pools.items()}
    images: dict[str, list[SplitRow]] = {}
    for row in known if any(begun.values()) else ():
        images.setdefault(row.sha256, []).append(row)
    leaked = []
    for index, parents in begun.items():
        foreign = [f"{parent[:12]}, which is no image of the split" for parent in parents if parent not in images]
        called = {
            parent: SplitRow(parent, images[parent][0].path, row.class_, row.parent_specimen, "train")
            for parent, row in parents.items()
            if parent in images
        }
        shown = {row.sha256: row.path for row in _tested([*called.values(), *_all(images, called)], test)}
        if not foreign and not shown:
            continue
        leaked.append(str(index))
        begins = f"on images of {index} that begin with images of its test part, or with unknown ones"
        named = _named([*shown.values(), *foreign])
        if guard == "enforce":
            raise UserError(
                f"{what} would train {begins} ({named}); remove {index}, so that it is drawn again, or set "
                "`guard: record` to go on with a study that is not judged"
            )
        script.tell(f"leak recorded: {what} trains {begins} ({named})")
    return leaked


def _all(images: Mapping[str, Sequence[SplitRow]], parents: Iterable[str]) -> list[SplitRow]:
    return [row for parent in parents for row in images[parent]]


def _tested(rows: Sequence[SplitRow], test: Sequence[SplitRow]) -> list[SplitRow]:
    """Those of the rows that show what a test part shows."""
    # Within a class: equal images of two classes are a conflict, and no classifier is measured on one.
    contents = {(row.class_, row.sha256) for row in test}
    specimens = {specimen_key(row.class_, row.specimen) for row in test}
    # A file that was saved anew since another study saw it has other content and still shows the same.
    paths = {(row.class_, row.path) for row in test if row.path}
    return [
        row
        for row in rows
        if (row.class_, row.sha256) in contents
        or (row.class_, row.path) in paths
        or specimen_key(row.class_, row.specimen) in specimens
    ]


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (" ..." if len(names) > _NAMED else "")
