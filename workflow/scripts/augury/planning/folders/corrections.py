"""Which files of a study are corrected: those of another class, those that are left out, those whose specimen is named.

A row names a file by its path, as a table of labels does; where it gives the content's sha256 too, that decides, so
that a file which was moved or renamed keeps its correction, and one that was replaced loses it. Of several tables the
last one that says something counts.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from augury.images.digests import HashCache
from augury.images.files import list_files
from augury.specimens.joins import PathJoin
from augury.tables.brought import BroughtRow, BroughtTable
from augury.tables.corrections import VALUES, read_corrections


@dataclass(frozen=True, slots=True)
class Corrected:
    """What the tables say of one file; an empty text where they say nothing."""

    class_: str
    excluded: bool
    specimen: str


@dataclass(slots=True)
class Named:
    """A row with the files that it names."""

    table: BroughtTable
    row: BroughtRow
    files: list[Path]  # more than one where files of one content lie in several places
    stale: Sequence[Path] = ()  # files of its path, whatever they hold

    def meant(self, hashes: Mapping[Path, str]) -> list[Path]:
        """Those of its files that hold what was looked at."""
        return [path for path in self.files if hashes.get(path) == self.row["sha256"].lower()]


class Corrections:
    """The tables of the key `corrections`, joined to the files below `root`.

    Raises UserError, when asked for anything, where a table cannot be read or contradicts itself.
    """

    def __init__(self, paths: Sequence[str], root: Path, exclude: Sequence[str], hashes: Path) -> None:
        self.paths, self.root, self.exclude, self._hashes = paths, root, exclude, hashes
        self.ambiguous: list[tuple[BroughtTable, BroughtRow, tuple[str, ...]]] = []

    def __bool__(self) -> bool:
        return bool(self.paths)

    @cached_property
    def tables(self) -> list[BroughtTable]:
        """As they are read."""
        return read_corrections(self.paths)

    @cached_property
    def files(self) -> list[Path]:
        """Every file below the root."""
        return list_files([self.root], self.exclude) if os.path.isdir(self.root) else []

    @cached_property
    def joined(self) -> list[Named]:
        """Each row with the files that it names; none where there is no such file, or its content is another now."""
        by_path = {os.path.abspath(path): path for path in self.files}
        joined = []
        for table in self.tables:
            plain = [BroughtRow(row.line, {"path": row["path"]}) for row in table.rows]
            join = PathJoin(plain, [self.root], files=self.files)
            at: dict[int, list[Path]] = {row.line: [] for row in plain}
            for file, rows in join.by_file.items():
                for row in rows:
                    at[row.line].append(by_path[file])
            self.ambiguous += [(table, each.row, each.files) for each in join.ambiguous]
            joined += [Named(table, row, at[row.line]) for row in table.rows]
        cache = HashCache(self._hashes)
        hashes = dict(cache.named({path for each in joined if each.row["sha256"] for path in each.files}))
        lost = [each for each in joined if each.row["sha256"] and not each.meant(hashes)]
        if lost:  # the content lies elsewhere now, or nowhere
            hashes = dict(cache.named(self.files))
        cache.save()
        holding: dict[str, list[Path]] = {}
        for path, sha256 in hashes.items():
            holding.setdefault(sha256, []).append(path)
        for each in joined:
            sha256 = each.row["sha256"].lower()
            if sha256:
                each.files, each.stale = each.meant(hashes) or holding.get(sha256, []), each.files
        return joined

    @cached_property
    def by_file(self) -> dict[Path, Corrected]:
        """What is said of each file that a row names."""
        cells: dict[Path, dict[str, str]] = {}
        for each in self.joined:
            for path in each.files:
                cells.setdefault(path, {}).update({name: each.row[name] for name in VALUES if each.row[name]})
        return {
            path: Corrected(each.get("class", ""), bool(each.get("exclude")), each.get("specimen", ""))
            for path, each in cells.items()
        }

    def of(self, found: Mapping[str, Iterable[Path]]) -> dict[str, list[Path]]:
        """The classes whose files change, with their files then. found: the files of each class without corrections."""
        class_of = {path: name for name, paths in found.items() for path in paths}
        changed: dict[str, set[Path]] = {}
        for path, said in self.by_file.items():
            before = class_of.get(path, "")
            after = "" if said.excluded else said.class_ or before
            for name in {before, after} & found.keys() if before != after else ():
                changed.setdefault(name, set(found[name]))
                (set.add if name == after else set.discard)(changed[name], path)
        return {name: sorted(paths, key=os.fsencode) for name, paths in changed.items()}

    @cached_property
    def specimens(self) -> dict[Path, str]:
        """The specimen that a file shows, where that is said."""
        return {path: said.specimen for path, said in self.by_file.items() if said.specimen}
