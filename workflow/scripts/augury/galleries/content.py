"""What a gallery shows: sections of groups of pictures. Each kind of gallery makes one, and page.py writes it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from augury.splits.identity import specimen_key
from augury.tables.rows import ImageRow, SplitRow


@dataclass(frozen=True, slots=True)
class Picture:
    """One image with what is said of it."""

    source: Path | bytes  # a file, or the content of one
    path: str = ""  # as tables have it: what a correction names
    label: str = ""  # the class that it has; empty where it has none yet
    suggested: str = ""  # the class that is suggested in its place, or predicted
    specimen: str = ""
    sha256: str = ""
    lines: tuple[str, ...] = ()  # shown below it
    fixed: bool = False  # beside others for comparison: no correction names it


@dataclass(frozen=True, slots=True)
class Group:
    """Pictures that stand together, such as a pair of duplicates or the images of a specimen."""

    pictures: Sequence[Picture]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Groups under one heading."""

    title: str
    groups: Sequence[Group]
    about: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A small table above the images."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Gallery:
    """A whole page."""

    title: str
    about: str
    classes: Sequence[str]  # that an image may be given
    sections: Sequence[Section]
    # Of specimens with several images, all of them as (path, sha256): also those that are not shown. None where they
    # are not known: then nothing that renames a specimen is offered, which would leave the hidden ones behind.
    specimens: Mapping[str, Sequence[tuple[str, str]]] | None = None
    listing: Listing | None = None

    @property
    def pictures(self) -> list[Picture]:
        """All of them, in the order of the page."""
        return [picture for section in self.sections for group in section.groups for picture in group.pictures]


def specimens_of(rows: Iterable[ImageRow | SplitRow]) -> dict[str, list[tuple[str, str]]]:
    """The images of each specimen as a gallery holds them. rows: of all images of the study."""
    members: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        members[specimen_key(row.class_, row.specimen)].append((row.path, row.sha256))
    return dict(members)


MOST = 2000  # images on a page, which a browser shows at once


def limited(sections: Sequence[Section], most: int = MOST) -> list[Section]:
    """The sections with the first of their groups, so that no more than about `most` pictures are shown in all.

    Small sections stay whole. A section says how many of its pictures it shows.
    """
    sizes = [sum(len(group.pictures) for group in section.groups) for section in sections]
    left, shares = most, [0] * len(sections)
    for rank, number in enumerate(sorted(range(len(sections)), key=lambda each: sizes[each])):
        shares[number] = min(sizes[number], left // (len(sections) - rank))
        left -= shares[number]
    return [_cut(section, share, size) for section, share, size in zip(sections, shares, sizes, strict=True)]


def _cut(section: Section, share: int, size: int) -> Section:
    if share >= size:
        return section
    kept, count = [], 0
    for group in section.groups:
        if count and count + len(group.pictures) > share:
            break
        kept.append(group)
        count += len(group.pictures)
    words = f"The first {count} of {size} images."
    return Section(section.title, kept, f"{section.about} {words}".strip())
