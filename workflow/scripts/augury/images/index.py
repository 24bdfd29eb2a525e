"""The index of a class: which of its files are images, what they are, and which show one specimen."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from augury.command import script
from augury.command.progress import Progress
from augury.duplicates.fingerprint_store import FingerprintStore
from augury.duplicates.fingerprints import FINGERPRINT_BYTES, fingerprint
from augury.duplicates.search import APART, duplicate_rows, find_pairs
from augury.images.decoding.decode import Unreadable, decode, read_content
from augury.images.files import content_sha256, shown
from augury.images.headers import Header, header_of
from augury.images.readings import Reading, Readings, header_row, reading_of
from augury.images.sources import Source, source_of
from augury.images.workers import in_order
from augury.specimens.grouping import UNCLEAR, expanded_links, specimen_ids
from augury.specimens.naming import Naming, folders_above
from augury.splits.identity import named_apart
from augury.study.images import Decoding, Indexing
from augury.tables.rows import DuplicateRow, HeaderRow, ImageRow, QuarantineRow

ByHash = dict[str, tuple[ImageRow, int, HeaderRow]]  # by sha256; the number is that of the fingerprint in the store
Copies = list[tuple[str, Path]]


@dataclass(slots=True)
class ClassIndex:
    """The index of a class, with what was left out."""

    rows: list[ImageRow] = field(default_factory=list)  # sorted by sha256, each once
    quarantine: list[QuarantineRow] = field(default_factory=list)  # sorted by path
    duplicates: list[DuplicateRow] = field(default_factory=list)
    fingerprints: np.ndarray = field(default_factory=lambda: np.empty((0, FINGERPRINT_BYTES), np.uint8))  # as rows
    headers: list[HeaderRow] = field(default_factory=list)  # as rows


def index_class(
    source: Source | list[Path],
    class_: str,
    settings: Indexing,
    threads: int = 1,
    scratch: Path | None = None,
    roots: list[Path] | None = None,
) -> ClassIndex:
    """Read every file of the source (or below plain folders) and tell images from what cannot be used.

    Of files with the same bytes the first path is indexed and the others are duplicates of relation `exact`. Memory
    holds one table row per image, and at most a few decoded images per thread; fingerprints lie in files without a name
    in the folder `scratch` (default: the system's for temporary files), 8 kB per image. roots: the folders with all
    images of the study, which a table of specimens may name (default: those above `folders`). Raises UserError for a
    missing folder and for settings that cannot be used.
    """
    source = source_of(source)
    roots = roots or folders_above(source.folders)
    naming = Naming(settings.specimens.regex, settings.specimens.table, roots, source.exclude)
    files = source.files()
    by_hash: ByHash = {}
    names: dict[str, set[str]] = {}
    index, fingerprints, readings = ClassIndex(), FingerprintStore(scratch), Readings()
    copies: Copies = []
    progress = Progress(f"reading the images of {class_}", len(files), "files")
    looked_at = in_order(lambda path: _look(path, settings), files, threads, progress)
    for path, (sha256, seen) in zip(files, looked_at, strict=True):
        if isinstance(seen, str):
            index.quarantine.append(QuarantineRow(str(path), class_, seen))
            readings.leave_out(path, seen)
            continue
        name = naming.name(path, source.class_folder(path), sha256)
        if name:
            names.setdefault(sha256, set()).add(name)
        if sha256 in by_hash:
            copies.append((sha256, path))
        else:
            reading, vector, header = seen
            readings.add(path, reading)
            size = reading.width, reading.height
            row = header_row(sha256, header, reading)
            by_hash[sha256] = (
                ImageRow(sha256, str(path), class_, "", *size, reading.mode),
                fingerprints.add(vector),
                row,
            )
    readings.tell(class_)
    if naming.says_something:
        print(f"{class_}: {sum(sha256 in names for sha256 in by_hash)} of {len(by_hash)} images have a specimen's name")
    _fill(index, by_hash, fingerprints, copies, names, settings.specimens.near_duplicates, threads)
    return index


def _look(path: Path, decoding: Decoding) -> tuple[str, str | tuple[Reading, np.ndarray, Header]]:
    """The content's sha256 and (what was read, fingerprint, header), or why the file cannot be used; no pixels."""
    try:
        content = read_content(path, decoding)
        sha256 = content_sha256(content)
        picture = decode(content, decoding)
        return sha256, (reading_of(picture), fingerprint(picture), header_of(content))
    except Unreadable as error:
        return "", str(error)


def _fill(
    index: ClassIndex,
    by_hash: ByHash,
    fingerprints: FingerprintStore,
    copies: Copies,
    names: dict[str, set[str]],
    near_duplicates: bool,
    threads: int,
) -> None:
    order = sorted(by_hash)
    plain = [by_hash[sha256][0] for sha256 in order]
    index.fingerprints = fingerprints.ordered(by_hash[sha256][1] for sha256 in order)
    pairs = find_pairs(index.fingerprints, near=near_duplicates, workers=threads)
    links = [(order[pair.one], order[pair.other]) for pair in pairs]
    equal = [link for link, pair in zip(links, pairs, strict=True) if pair.relation == "exact"]
    specimens = specimen_ids(order, names, [*links, *expanded_links(equal, names)])
    rows = [replace(row, specimen=specimens.get(row.sha256, "")) for row in plain]
    index.rows = [row for row in rows if row.specimen]
    if len(index.rows) < len(rows):
        index.quarantine += [QuarantineRow(row.path, row.class_, UNCLEAR) for row in rows if not row.specimen]
        index.quarantine.sort(key=lambda row: row.path)
        index.fingerprints = fingerprints.ordered(by_hash[row.sha256][1] for row in index.rows)
    index.headers = [by_hash[row.sha256][2] for row in index.rows]
    alike = [*_same_bytes(by_hash, copies), *duplicate_rows(rows, pairs)]
    index.duplicates = sorted(alike, key=lambda row: (row.sha256_a, row.sha256_b, row.path_b))
    _tell_apart(index, names)


def _tell_apart(index: ClassIndex, names: dict[str, set[str]]) -> None:
    """What looks alike or is equal, where names say that it shows two specimens."""
    apart = sum(row.relation == APART for row in index.duplicates)
    if apart:
        script.tell(
            f"{apart} pairs of images look alike, but names say that they show two specimens: they are kept apart, and "
            f"duplicates.tsv lists them as '{APART}'"
        )
    called = {row.sha256: row.specimen for row in index.rows}
    equal = [
        row
        for row in index.duplicates
        if (row.sha256_a == row.sha256_b and len(names.get(row.sha256_a, ())) > 1)
        or (row.relation == "exact" and named_apart(called.get(row.sha256_a, ""), called.get(row.sha256_b, "")))
    ]
    if equal:
        first = f"{shown(equal[0].path_a)} and {shown(equal[0].path_b)}"
        script.tell(
            f"warning: {len(equal)} pairs of equal images have names of two specimens, the first: {first}; names are "
            "believed, so that one may be trained on where the other is tested: mend the names, or remove one of each"
        )


def _same_bytes(by_hash: ByHash, copies: Copies) -> Iterator[DuplicateRow]:
    for sha256, path in copies:
        row = by_hash[sha256][0]
        yield DuplicateRow(
            sha256, row.path, row.class_, sha256, str(path), row.class_, "exact", "identity", 1.0, conflict=False
        )
