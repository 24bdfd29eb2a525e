"""Look at the images of all classes, as their indices and fingerprints have them, before anything is trained."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from augury.command.errors import UserError
from augury.duplicates.fingerprints import thumbnails
from augury.images.manifest import INDEX, read_fingerprints
from augury.images.readings import Readings
from augury.inspection import messages, names
from augury.inspection.readings import read_of, reading_warnings
from augury.inspection.shortcuts import Labelled, properties, shortcuts
from augury.inspection.views import FEWEST, RUN, chosen, likeness
from augury.splits.identity import is_named, specimen_key
from augury.tables.inspection import ShortcutRow, ViewsRow, WarningRow
from augury.tables.rows import HeaderRow, ImageRow, SplitRow
from augury.tables.table import each_row, read_rows

MOST_PROBED = 2000  # images of a class whose files' properties are compared, and of all classes 20 times as many
HEADERS = "headers.tsv"
TRAIN, TEST = "train", "test"


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was noticed, and what was measured."""

    warnings: list[WarningRow]
    views: list[ViewsRow]
    shortcuts: list[ShortcutRow]


@dataclass(frozen=True, slots=True)
class _Class:
    name: str
    fingerprints: Path
    images: int
    specimens: Counter  # specimen -> images
    below: list[str]  # paths below the class folder
    probed: list[ImageRow]
    headers: list[HeaderRow]  # of those
    read: Readings  # of all
    numbers: np.ndarray  # of the images that are compared
    compared: list[ImageRow]


def inspect(folders: Sequence[Path], splits: Iterable[Path]) -> Inspection:
    """Everything that is worth telling. folders: one per class, with index.tsv, headers.tsv and fingerprints.npy;
    splits: SPLIT/CLASS.tsv.

    Memory holds the names of all images, and thumbnails of one class. Raises UserError for tables that cannot be read.
    """
    most = min(MOST_PROBED, max(RUN, 20 * MOST_PROBED // len(folders)))
    classes = [_read(folder, most) for folder in sorted(folders, key=lambda folder: folder.name)]
    wanted = {row.sha256 for each in classes for row in each.compared}
    parts = _parts(splits, wanted)
    views = [_views(each, parts) for each in classes]
    # A few images may share a property by chance.
    enough = [each for each in classes if each.images >= FEWEST]
    probed = [row for each in enough for row in each.probed]
    known = properties(probed, [header for each in enough for header in each.headers])
    images = _labelled(probed)
    rows = shortcuts(known, images) if len(images.classes) > 1 else []
    warnings = messages.view_warnings(views) + messages.shortcut_warnings(rows)
    if not any(is_named(specimen) for each in classes for specimen in each.specimens):
        files = {each.name: each.below for each in classes}
        warnings = messages.name_warnings(names.suggest(files), names.repeated(files), views) + warnings
    warnings += reading_warnings({each.name: each.read for each in classes})
    return Inspection(warnings, views, rows)


def _read(folder: Path, most: int) -> _Class:
    rows = read_rows(folder / INDEX, ImageRow)
    paths = [row.path for row in rows]
    numbers = chosen(paths)
    probed = chosen(paths, most)
    headers = read_rows(folder / HEADERS, HeaderRow)
    if [header.sha256 for header in headers] != [row.sha256 for row in rows]:
        raise UserError(f"{folder / HEADERS} and {INDEX} name other images; run index_class again")
    below = [path.rpartition(f"/{folder.name}/")[2] for path in paths]
    return _Class(
        folder.name, folder / "fingerprints.npy", len(rows), Counter(row.specimen for row in rows), below,
        [rows[number] for number in probed], [headers[number] for number in probed],
        read_of(headers),
        numbers, [rows[number] for number in numbers],
    )  # fmt: skip


def _parts(tables: Iterable[Path], wanted: set[str]) -> list[dict[str, str]]:
    """The part of each wanted image, by split."""
    splits: dict[Path, dict[str, str]] = defaultdict(dict)
    for path in tables:
        splits[path.parent].update({row.sha256: row.part for row in each_row(path, SplitRow) if row.sha256 in wanted})
    return list(splits.values())


def _views(class_: _Class, parts: Sequence[dict[str, str]]) -> ViewsRow:
    seen = likeness(
        thumbnails(read_fingerprints(class_.fingerprints)[class_.numbers]), [row.specimen for row in class_.compared]
    )
    tested = []
    for split in parts:
        part = np.array([split.get(row.sha256, "") for row in class_.compared])
        tested.append(seen.score(part == TEST, part == TRAIN))
    known = [score for score in tested if score is not None]
    # Images of a name that has no other image are not kept together by it.
    grouped = sum(count for specimen, count in class_.specimens.items() if is_named(specimen) and count > 1)
    linked = [count for specimen, count in class_.specimens.items() if count > 1 and not is_named(specimen)]
    images = max(class_.images, 1)
    return ViewsRow(
        class_.name, class_.images, len(class_.specimens), grouped / images, sum(linked) / images,
        max(linked, default=1), len(class_.compared), seen.score(), seen.share(),
        sum(known) / len(known) if known else None,
    )  # fmt: skip


def _labelled(rows: Sequence[ImageRow]) -> Labelled:
    classes = sorted({row.class_ for row in rows})
    specimens: dict[str, int] = {}
    numbers = [specimens.setdefault(specimen_key(row.class_, row.specimen), len(specimens)) for row in rows]
    return Labelled(np.array([classes.index(row.class_) for row in rows]), np.array(numbers), classes)
