"""Gallery of synthetic images, each beside the training image that looks the likest, and beside its parent."""

import tarfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from augury.command.errors import UserError
from augury.galleries.content import MOST, Gallery, Group, Picture, Section, specimens_of
from augury.galleries.likeness import nearest
from augury.galleries.thumbnails import small
from augury.tables.rows import SplitRow, SyntheticRow
from augury.tables.table import read_rows
from augury.tables.verdict import ALL

SEEN = "training.tsv"  # what a generator was trained on, and what those saw that it began with
_IMAGES = 3  # in a group, at most


def synthetic(results: Path, split: str = "", threads: int = 1) -> Gallery:
    """The pools of a split (default: the first that has any), of the first seed of each generator and selection."""
    found = sorted(results.glob(f"{split or '*'}/synthetic/*/*/seed*/*/index.tsv"))
    if not found:
        raise UserError(f"{results} holds no pool of synthetic images{f' of {split}' if split else ''}")
    split = split or found[0].relative_to(results).parts[0]
    pools = _first_seeds([path for path in found if path.relative_to(results).parts[0] == split])
    share = max(1, MOST // (_IMAGES * len(pools)))
    training = _Training(results / "splits" / f"{split}.tsv", results / split / "generators", threads)
    sections = [training.section(path, share) for path in pools]
    about = (
        f"Synthetic images of {split}, each beside the training image whose pixels are the likest (of all that its "
        "generator was trained on or began with; r: their correlation, upright, turned or mirrored) and, where it was "
        "begun with one, beside its parent. Look for copies, for what no specimen has, and for what is drawn "
        "again and again."
    )
    classes = sorted({row.class_ for row in training.rows})
    return Gallery(f"Synthetic images of {results.name}", about, classes, sections, training.specimens)


def _first_seeds(paths: Iterable[Path]) -> list[Path]:
    """Of each generator, selection and class the pool of the lowest seed."""
    first: dict[tuple[str, ...], Path] = {}
    for path in sorted(paths, key=lambda each: int(each.parts[-3].removeprefix("seed"))):
        first.setdefault((*path.parts[-5:-3], path.parts[-2]), path)
    return [first[key] for key in sorted(first)]


class _Training:
    """The images of a split, and those that generators saw. generators: the folder of the split's trainings."""

    def __init__(self, table: Path, generators: Path, threads: int) -> None:
        every = read_rows(table, SplitRow)
        self.rows = [row for row in every if row.part == "train"]
        self.specimens = specimens_of(every)
        self.generators, self.threads = generators, threads
        self._likened: dict[Path | str, tuple[list[SplitRow], np.ndarray]] = {}
        self._by_hash = {row.sha256: row for row in every}

    def section(self, index: Path, most: int) -> Section:
        """A pool's first images."""
        rows = read_rows(index, SyntheticRow)
        shown = rows[:most]
        contents = list(_contents(index, shown))
        class_, generator, selection = index.parts[-2], index.parts[-5], index.parts[-4]
        seen, images = self._seen(shown[0].generator if shown else generator, class_)
        places, values = nearest(small(contents, self.threads), images, 1)
        groups = []
        for row, content, place, value in zip(shown, contents, places[:, 0], values[:, 0], strict=True):
            pictures = [Picture(content, label=f"synthetic {row.name}", fixed=True)]
            pictures.append(self._real(seen[place], f"nearest, r {value:.2f}"))
            parent = self._by_hash.get(row.parent)
            if parent:
                noise = f", noise {row.sigma:g}" if row.sigma is not None else ""
                pictures.append(self._real(parent, f"parent{noise}; specimen {parent.specimen.removeprefix('g:')}"))
            groups.append(Group(pictures))
        about = f"The first {len(shown)} of {len(rows)} images of the pool." if len(shown) < len(rows) else ""
        chosen = "" if selection == "random" else f", {selection}"
        return Section(f"{class_}: {generator}{chosen}", groups, about)

    def _seen(self, generator: str, class_: str) -> tuple[list[SplitRow], np.ndarray]:
        """What a generator of that class, or of all, was trained on: rows, and what they are likened by.

        Where no training says it, the training images of the class.
        """
        tables = [
            path for of in (class_, ALL) for path in sorted(self.generators.glob(f"{generator}/seed*/{of}/{SEEN}"))
        ]
        key = tables[0] if tables else class_
        if key not in self._likened:
            own = [row for row in self.rows if row.class_ == class_]
            rows = read_rows(tables[0], SplitRow) if tables else own
            self._likened[key] = rows, small([Path(row.path) for row in rows], self.threads)
        return self._likened[key]

    def _real(self, row: SplitRow, words: str) -> Picture:
        # What is not the study's, as a pool's image is, cannot be corrected there.
        own = row.sha256 in self._by_hash
        specimen = row.specimen if own else ""
        return Picture(Path(row.path), row.path, row.class_, "", specimen, row.sha256, (words,), fixed=not own)


def _contents(index: Path, rows: Sequence[SyntheticRow]) -> Iterable[bytes]:
    """The PNG of each row, as its shard holds it."""
    for shard in dict.fromkeys(row.shard for row in rows):
        try:
            with tarfile.open(index.parent / shard) as tar:
                for row in (each for each in rows if each.shard == shard):
                    member = tar.extractfile(f"{row.name}.png")
                    if member is None:
                        raise KeyError(f"{row.name}.png is no file")
                    yield member.read()
        except (OSError, KeyError, tarfile.TarError) as error:
            raise UserError(
                f"{index.parent / shard} does not hold what {index} says ({error}); draw it again"
            ) from None
