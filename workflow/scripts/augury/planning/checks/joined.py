"""What the tables of specimens and of parts make of a study's images: mistakes, and what is worth telling."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from augury.images.files import shown
from augury.planning.folders.contents import Contents
from augury.specimens.joins import PathJoin
from augury.splits.brought import part_named
from augury.study.config import Config
from augury.tables.brought import BroughtRow, BroughtTable, counted
from augury.tables.published import published_table
from augury.tables.rows import PARTS
from augury.tables.taxonomy import taxonomy_table

_REMEDY = "write paths from the folder `images` on, CLASS/NAME, or give sha256"


def join_problems(contents: Contents) -> tuple[list[str], list[str]]:
    """Mistakes of the tables that name images, one sentence each, and what they leave open, likewise."""
    tables = []
    if contents.parts_table:
        rest = f"are divided into {' and '.join(_free_parts(contents))}"
        tables.append(_Table(contents, contents.parts_table, contents.parts_join, "part", part_named, rest))
    naming = contents.naming
    if naming.table:
        rest = "are named by `specimens.regex`" if naming.pattern else "are specimens of their own, with their copies"
        tables.append(_Table(contents, naming.table, naming.join, "specimen", str, rest))
    notes = [note for table in _other_tables(contents.config) for note in table.notes]
    if not tables or not any(contents.images.values()):
        return [], notes
    mistakes = [sentence for each in tables for sentence in each.mistakes()]
    return mistakes, [sentence for each in tables for sentence in each.notes()] + notes


def _free_parts(contents: Contents) -> list[str]:
    """The parts that images without a row of the table are divided into."""
    split, brought = contents.config.split, contents.brought_parts
    return [part for part in PARTS if part == "train" or (part not in brought and getattr(split, part) != 0)]


def _other_tables(config: Config) -> list[BroughtTable]:
    """Tables that name no image, whose reading may be worth a word all the same."""
    known = ((config.taxonomy, taxonomy_table), (config.published.table, published_table))
    return [read(path) for path, read in known if path]


class _Table:
    """The images of a study and the rows that name them. rest: what becomes of the images that no row names."""

    def __init__(
        self,
        contents: Contents,
        table: BroughtTable,
        join: PathJoin,
        column: str,
        value: Callable[[str], str | None],
        rest: str,
    ) -> None:
        self.table, self.join, self.root = table, join, Path(contents.config.images)
        self.column, self.value, self.rest = column, value, rest
        self.rows = {
            class_: [(path, sha256, join.rows_of(path, sha256)) for _, path, sha256 in images]
            for class_, images in contents.images.items()
        }

    def mistakes(self) -> list[str]:
        """Why the table cannot be used, one sentence each."""
        every = [image for images in self.rows.values() for image in images]
        where, sentences = self.table.where, []
        if self.join.ambiguous:
            first = self.join.ambiguous[0]
            files = " and ".join(f"`{self._below(file)}`" for file in first.files[:2])
            sentences.append(
                f"{where}, line {first.row.line}: `{first.row['path']}` fits {files}; write the folder too"
            )
        elif not any(rows for _, _, rows in every):
            row, path = self.table.rows[0], every[0][0]
            sentences.append(
                f"{where} names no image: its first line, line {row.line}, says `{_key(row)}`, the first image is "
                f"`{self._below(path)}`; {_REMEDY}"
            )
        for images in self.rows.values():
            sentences += self._contradictions(images)
        return sentences[:1]

    def _contradictions(self, images: Sequence[tuple[Path, str, list[BroughtRow]]]) -> list[str]:
        given: dict[str, tuple[Path, BroughtRow]] = {}
        for path, sha256, rows in images:
            for row in rows:
                first_path, first = given.setdefault(sha256, (path, row))
                if self.value(first[self.column]) != self.value(row[self.column]):
                    one, other = sorted((each.line, each[self.column]) for each in (first, row))
                    copy = "" if first_path == path else f", of which `{self._below(first_path)}` is a copy,"
                    return [
                        f"{self.table.where}: lines {one[0]} and {other[0]} give `{self._below(path)}`{copy} the "
                        f"{self.column}s {one[1]} and {other[1]}; keep one of them"
                    ]
        return []

    def notes(self) -> list[str]:
        """What the table leaves open."""
        every = [image for images in self.rows.values() for image in images]
        unnamed = [path for path, _, rows in every if not rows]
        idle, sentences = self._idle(every), list(self.table.notes)
        bare = [row for row in self.table.rows if not row[self.column]]
        if bare:
            sentences.append(
                f"{self.table.where}: {counted(bare, 'gives', 'give')} no {self.column}, the first: line {bare[0].line}"
            )
        other = [row for _, sha256, rows in every for row in rows if row["sha256"] and row["sha256"].lower() != sha256]
        if other:
            sentences.append(
                f"{self.table.where}: {counted(other, 'has', 'have')} another sha256 than the image that the path "
                f"names, the first: line {other[0].line}, `{_key(other[0])}`"
            )
        if unnamed or idle:
            sentence = f"{self.table.where} names {len(every) - len(unnamed)} of {len(every)} images"
            if unnamed:
                sentence += f"; the others {self.rest}, the first: `{self._below(unnamed[0])}`"
            if idle:
                sentence += (
                    f"; {counted(idle, 'names', 'name')} none, the first: line {idle[0].line}, `{_key(idle[0])}`"
                )
            sentences.append(sentence)
        return sentences

    def _idle(self, every: Sequence[tuple[Path, str, list[BroughtRow]]]) -> list[BroughtRow]:
        """Rows that name nothing: no image of the study, nor a file of a class that it leaves out."""
        used = {id(row) for _, _, rows in every for row in rows}
        used |= {id(row) for rows in self.join.by_file.values() for row in rows}
        return [row for row in self.table.rows if row[self.column] and id(row) not in used]

    def _below(self, path: str | Path) -> str:
        return shown(os.path.relpath(path, self.root))


def _key(row: BroughtRow) -> str:
    return row["path"] or row["sha256"][:16] or "no path"
