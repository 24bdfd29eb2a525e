"""Galleries of a study's images: duplicates and conflicts, what was left out, what is in which part."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from augury.command.errors import UserError
from augury.galleries.content import Gallery, Group, Picture, Section, specimens_of
from augury.splits.identity import is_named
from augury.tables.grouping import grouped
from augury.tables.rows import PARTS, DuplicateRow, ImageRow, QuarantineRow, SplitRow
from augury.tables.table import read_rows

_APART = "apart"  # the relation of what looks alike but is named as two specimens


def duplicates(results: Path) -> Gallery:
    """Images that show the same thing, side by side: first those whose labels differ."""
    rows = read_rows(results / "images" / "duplicates.tsv", DuplicateRow)
    images = read_rows(results / "images" / "manifest.tsv", ImageRow)
    specimen_of = {(row.class_, row.sha256): row.specimen for row in images}
    kinds = {
        "Conflicts: one label of each must be wrong": [row for row in rows if row.conflict],
        "Look alike, but names say that they are two specimens": [row for row in rows if row.relation == _APART],
        "Of one specimen": [row for row in rows if not row.conflict and row.relation != _APART],
    }
    abouts = ("Of these neither is used for validation or testing. Give one another class, or exclude it.", "", "")
    sections = [
        Section(title, [_alike(each, specimen_of) for each in _connected(pairs)], about)
        for (title, pairs), about in zip(kinds.items(), abouts, strict=True)
        if pairs
    ]
    about = f"{len(rows)} pairs of images look alike; {len(kinds[next(iter(kinds))])} of them have two labels."
    if not rows:
        about = f"No two images of {results.name} look alike: nothing is to be corrected here."
    return Gallery(f"Duplicates of {results.name}", about, _classes(images), sections, specimens_of(images))


def _alike(pairs: Sequence[DuplicateRow], specimen_of: dict[tuple[str, str], str]) -> Group:
    pictures: dict[str, Picture] = {}
    for row in pairs:
        for sha256, path, class_ in ((row.sha256_a, row.path_a, row.class_a), (row.sha256_b, row.path_b, row.class_b)):
            specimen = specimen_of.get((class_, sha256), "")
            pictures[path] = Picture(Path(path), path, class_, specimen=specimen, sha256=sha256, lines=(_name(path),))
    first = pairs[0]
    title = f"{first.relation}, {first.transform}, similarity {first.similarity:.2f}"
    return Group(list(pictures.values()), title if len(pairs) == 1 else f"{len(pictures)} images, such as {title}")


def _connected(pairs: Sequence[DuplicateRow]) -> list[list[DuplicateRow]]:
    """Pairs that share an image, together, in the order of the first of each."""
    group_of: dict[str, int] = {}
    groups: dict[int, list[DuplicateRow]] = {}
    for number, row in enumerate(pairs):
        met = sorted({group_of[path] for path in (row.path_a, row.path_b) if path in group_of}) or [number]
        joined = [each for old in met for each in groups.pop(old, [])] + [row]
        groups[met[0]] = joined
        group_of |= {path: met[0] for each in joined for path in (each.path_a, each.path_b)}
    return [groups[number] for number in sorted(groups)]


def quarantine(results: Path) -> Gallery:
    """Files that were left out, by their reasons."""
    rows = read_rows(results / "images" / "quarantine.tsv", QuarantineRow)
    images = read_rows(results / "images" / "manifest.tsv", ImageRow)
    sections = []
    for reason, those in sorted(grouped(rows, lambda row: row.reason.partition(":")[0].partition(";")[0]).items()):
        pictures = [Picture(Path(row.path), row.path, row.class_, lines=(row.reason, _name(row.path))) for row in those]
        sections.append(Section(reason.capitalize(), [Group([each]) for each in pictures]))
    about = f"{len(rows)} files of {results.name} were left out. What is excluded is listed here no more."
    if not rows:
        about = f"No file of {results.name} was left out. What the study excludes is not listed here."
    return Gallery(f"Quarantine of {results.name}", about, _classes(images), sections, specimens_of(images))


def splits(results: Path, split: str = "") -> Gallery:
    """What is in which part of a split (default: the first), the images of a specimen together."""
    tables = {path.stem: path for path in sorted((results / "splits").glob("*.tsv"))}
    if not tables:
        raise UserError(f"{results / 'splits'} holds no split; run `snakemake --until merge_split`")
    split = split or next(iter(tables))
    if split not in tables:
        raise UserError(f"--split is {split}; {results} has {', '.join(tables)}")
    rows = read_rows(tables[split], SplitRow)
    by_part = grouped(rows, lambda row: (row.class_, PARTS.index(row.part)))
    sections = [Section(f"{class_}: {PARTS[part]}", _of_specimens(by_part[class_, part])) for class_, part in
                sorted(by_part)]  # fmt: skip
    others = f" Other splits: {', '.join(name for name in tables if name != split)}." if len(tables) > 1 else ""
    about = f"{len(rows)} images; those of a specimen stand together, in one part.{others}"
    return Gallery(f"{split} of {results.name}", about, _classes(rows), sections, specimens_of(rows))


def _of_specimens(rows: Sequence[SplitRow]) -> list[Group]:
    groups = []
    for specimen, those in grouped(rows, lambda row: row.specimen).items():
        pictures = [
            Picture(
                Path(row.path), row.path, row.class_, specimen=specimen, sha256=row.sha256, lines=(_name(row.path),)
            )
            for row in those
        ]
        groups.append(Group(pictures, specimen.partition(":")[2] if is_named(specimen) else ""))
    return groups


def _classes(rows: Iterable[ImageRow | SplitRow]) -> list[str]:
    return sorted({row.class_ for row in rows})


def _name(path: str) -> str:
    return path.rpartition("/")[2]
