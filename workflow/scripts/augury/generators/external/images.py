"""Reading another tool's images of a class, and the check that none of them shows a test image."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from augury.command import script
from augury.command.errors import UserError
from augury.command.progress import Progress
from augury.duplicates.fingerprints import fingerprint
from augury.duplicates.search import find_pairs
from augury.generators.external.family import ExternalSettings
from augury.generators.importing import Collected, Sources, given
from augury.images.decoding.decode import Unreadable, decode, read_content
from augury.images.files import content_sha256, list_files, shown
from augury.images.fit import fit_image
from augury.images.manifest import read_class
from augury.images.workers import in_order
from augury.tables.rows import QuarantineRow, SplitRow
from augury.tables.table import read_rows

_NAMED = 5  # files that a message lists


def collect(sources: Sources, settings: ExternalSettings) -> Collected:
    """All usable images of the class's folder, in the order of their hashes: the first n are n at random.

    Raises UserError where there is none, or, with guard `enforce`, where one shows a test image of any class: the same
    pixels, mirrored, turned, cropped or recompressed.
    """
    prepared = sources.preparation
    decoding = prepared.model_copy(update={"min_size_px": 1})
    files = list_files([given(sources.folder)])

    def look(path: Path) -> str | tuple[str, np.ndarray, np.ndarray]:
        try:
            content = read_content(path, decoding)
            picture = decode(content, decoding)
        except Unreadable as error:
            return str(error)
        fitted = fit_image(picture.image, settings.size_px, settings.channels, prepared)
        return content_sha256(content), fitted, fingerprint(picture)

    progress = Progress(f"reading the images of {sources.what} for {sources.class_}", len(files), "files")
    read = dict(zip(files, in_order(look, files, sources.threads, progress), strict=True))
    unusable = [QuarantineRow(str(path), sources.class_, seen) for path, seen in read.items() if isinstance(seen, str)]
    for row in unusable:
        script.tell(f"left out: {shown(row.path)}: {row.reason}")
    usable = sorted((seen[0], path) for path, seen in read.items() if not isinstance(seen, str))
    if not usable:
        raise UserError(f"{sources.folder} has no image that can be used; put images of {sources.class_} there")
    paths = [path for _, path in usable]
    leaked = _check_twins(sources, paths, np.stack([read[path][2] for path in paths]))
    if settings.trained_on == "all":
        leaked = sorted(row.sha256 for row in _test_images(sources)[0])
    record = {"trained_on": settings.trained_on, "folder": str(sources.folder)}
    return Collected(np.stack([read[path][1] for path in paths]), [], leaked, unusable, record)


def _check_twins(sources: Sources, paths: Sequence[Path], fingerprints: np.ndarray) -> list[str]:
    rows, tested = _test_images(sources)
    if not rows:
        return []
    groups = np.repeat([0, 1], [len(paths), len(rows)])
    pairs = find_pairs(np.concatenate([fingerprints, tested]), groups)
    twins = {pair.one: rows[pair.other - len(paths)] for pair in pairs}
    if not twins:
        return []
    named = ", ".join(f"{shown(paths[index])} (of {shown(row.path)})" for index, row in list(twins.items())[:_NAMED])
    named += " ..." if len(twins) > _NAMED else ""
    if sources.guard == "enforce":
        raise UserError(
            f"{sources.what} has {len(twins)} images of {sources.class_} that show images of the test part ({named}); "
            "take them out of its folder, or set `guard: record` to go on with a study that is not judged"
        )
    script.tell(f"leak recorded: {sources.what} shows {len(twins)} images of the test part ({named})")
    return sorted({row.sha256 for row in twins.values()})


def _test_images(sources: Sources) -> tuple[list[SplitRow], np.ndarray | None]:
    # The test part's rows of all classes, and the fingerprint of each.
    rows, fingerprints = [], []
    for folder, split in zip(sources.class_folders, sources.splits, strict=True):
        indexed = read_class(folder)
        index_of = {row.sha256: index for index, row in enumerate(indexed.rows)}
        of_test = [row for row in read_rows(split, SplitRow) if row.part == "test" and row.sha256 in index_of]
        rows += of_test
        fingerprints.append(indexed.fingerprints[[index_of[row.sha256] for row in of_test]])
    return rows, np.concatenate(fingerprints) if rows else None
