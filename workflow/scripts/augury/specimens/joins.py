"""Rows of a user's table joined to the images that they name, by content or by path.

A path may be written with `\\`, `./` or `//`, from any folder on, in another Unicode form, in other capitals, and
without its extension; the longest end of it that fits images decides. A file's name that stands below a folder which no
image lies in counts where it is one image's alone. Whoever joins gives all files of the study, so that what fits one
image of a class and one of another is not taken for the first.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from augury.images.files import list_files
from augury.specimens.path_forms import folded_name, folded_text, normal_path, stem
from augury.tables.brought import BroughtRow

_MANY = 20  # files that a name fits, of which no one can be meant


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A row whose path fits several images."""

    row: BroughtRow
    files: tuple[str, ...]


class PathJoin:
    """A table's rows and the files that they name.

    rows have the cells `path`, `sha256` or both. roots: the folders below which all files of the study lie, of every
    class; paths may be relative to them. exclude: patterns of those that are left out, as list_files takes them. files:
    the files, where they are listed already. `ambiguous` holds the rows whose path fits several files as it stands.
    Raises UserError where a folder cannot be listed.
    """

    def __init__(
        self,
        rows: Sequence[BroughtRow],
        roots: Sequence[Path],
        exclude: Sequence[str] = (),
        files: Iterable[Path] | None = None,
    ) -> None:
        self.rows = rows
        self.by_hash: dict[str, list[BroughtRow]] = defaultdict(list)
        self._by_path = [(row, normal_path(row["path"])) for row in rows if row["path"]]
        self._roots, self._exclude, self._files = roots, exclude, files
        self._here = os.getcwd()
        for row in rows:
            if row["sha256"]:
                self.by_hash[row["sha256"].lower()].append(row)

    @property
    def by_file(self) -> dict[str, list[BroughtRow]]:
        """The rows that name a file by its path, by its absolute path."""
        return self._joined.by_file

    @property
    def ambiguous(self) -> list[Ambiguous]:
        """The rows whose path fits several files as it stands."""
        return self._joined.ambiguous

    @cached_property
    def _joined(self) -> "_Paths":
        files: Iterable[Path] = ()
        if self._by_path:
            files = list_files(self._roots, self._exclude) if self._files is None else self._files
        return _Paths(self._by_path, list(map(self._absolute, files)), self._normal_roots)

    @cached_property
    def _normal_roots(self) -> list[tuple[str, ...]]:
        return [normal_path(self._absolute(root)) for root in self._roots]

    @cached_property
    def _as_written(self) -> dict[tuple[str, ...], BroughtRow]:
        return {parts: row for row, parts in reversed(self._by_path)}

    def rows_of(self, path: str | Path, sha256: str = "") -> list[BroughtRow]:
        """All rows that name an image: first those that do it by content, then by its path below a root."""
        rows = [*self.by_hash.get(sha256, ()), *self.by_file.get(self._absolute(path), ())]
        return list({id(row): row for row in rows}.values())

    def find(self, path: str | Path, sha256: str = "") -> BroughtRow | None:
        """The first of these rows; None where there is none."""
        if sha256 in self.by_hash:
            return self.by_hash[sha256][0]
        # Other files are looked at only for a path that no row has as it is.
        row = self._as_written.get(_below(normal_path(self._absolute(path)), self._normal_roots))
        return row or next(iter(self.rows_of(path, sha256)), None)

    def _absolute(self, path: str | Path) -> str:
        # As os.path.abspath, which asks for the working folder anew each time.
        return os.path.normpath(os.path.join(self._here, path))


def _below(parts: tuple[str, ...], roots: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return next((parts[len(root) :] for root in roots if parts[: len(root)] == root), parts)


class _Paths:
    """All files by their whole path, by their name, and by their folders; and the rows given to them."""

    def __init__(
        self, rows: Sequence[tuple[BroughtRow, tuple[str, ...]]], files: list[str], roots: Sequence[tuple[str, ...]]
    ) -> None:
        self.files, self.roots = files, roots
        self.by_file: dict[str, list[BroughtRow]] = defaultdict(list)
        self.ambiguous: list[Ambiguous] = []
        self.parts = [normal_path(file) for file in files]
        self.whole: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for number, parts in enumerate(self.parts):
            self.whole[_below(parts, roots)].append(number)
        self._join(rows)

    def _join(self, rows: Sequence[tuple[BroughtRow, tuple[str, ...]]]) -> None:
        rest = []
        for row, parts in rows:
            numbers = self.whole.get(parts, ())
            rest += [] if numbers else [(row, parts)]
            for number in numbers:
                self._give(number, row)
        if rest:
            self._sort()
        loose: dict[str, list[tuple[BroughtRow, list[int]]]] = defaultdict(list)
        for row, parts in sorted(rest, key=lambda each: -len(each[1])):
            fitting, length = self._fitting(parts)
            if length > 1 or len(parts) == 1:
                self._settle(row, fitting, length)
            elif fitting:
                loose[folded_text(parts[-2])].append((row, fitting))
        self._settle_loose(list(loose.values()))

    def _settle(self, row: BroughtRow, fitting: list[int], length: int) -> None:
        if length == 1 and len({self.parts[number][-2:-1] for number in fitting}) == 1:
            fitting = [number for number in fitting if not self._is_taken(number)] or fitting  # a longer path says more
        if len({(self.parts[number][:-1], stem(self.parts[number][-1])) for number in fitting}) > 1:
            self.ambiguous.append(Ambiguous(row, tuple(self.files[number] for number in fitting)))
            return
        for number in fitting:
            self._give(number, row)

    def _settle_loose(self, groups: list[list[tuple[BroughtRow, list[int]]]]) -> None:
        """Rows whose folder no image lies in: names tell images of such a folder apart where each is one image's."""
        wanted = Counter(
            number for group in groups for number in {number for _, fitting in group for number in fitting}
        )
        for group in groups:
            if all(len(fitting) == 1 and wanted[fitting[0]] == 1 for _, fitting in group):
                free = [not self._is_taken(fitting[0]) for _, fitting in group]
                for row, fitting in group if all(free) else ():
                    self._give(fitting[0], row)

    def _give(self, number: int, row: BroughtRow) -> None:
        self.by_file[self.files[number]].append(row)

    def _is_taken(self, number: int) -> bool:
        return self.files[number] in self.by_file

    def _sort(self) -> None:
        self.by_name: dict[str, list[int]] = defaultdict(list)
        self.by_folder: dict[str, list[int]] = defaultdict(list)  # FOLDER/NAME, of every folder that a file lies in
        self.folders: set[str] = set()
        self.folded: set[str] = set()
        for number, parts in enumerate(self.parts):
            below = _below(parts, self.roots)[:-1]
            above = set(map(folded_text, below))
            for name in {folded_name(parts[-1]), stem(parts[-1]), stem(parts[-1]).removesuffix(".ome")}:
                self.by_name[name].append(number)
                for folder in above:
                    self.by_folder[f"{folder}/{name}"].append(number)
            self.folders.update(below)
            self.folded |= above

    def _fitting(self, parts: tuple[str, ...]) -> tuple[list[int], int]:
        """Places of the files that the longest end of a path fits, and how many components fit.

        A file does not fit where the path names a folder of the study in which it does not lie. Of many two are enough.
        """
        if not parts:
            return [], 0
        name, exact = folded_name(parts[-1]), set(parts[:-1]) & self.folders
        folded = set(map(folded_text, parts[:-1])) & self.folded
        candidates = [self.by_folder.get(f"{folder}/{name}", []) for folder in folded] or [self.by_name.get(name, [])]
        numbers = min(candidates, key=len)
        if len(numbers) > _MANY:
            return numbers[:2], min(len(parts), 2) if folded else 1
        numbers = [number for number in numbers if self._lies_in(number, exact, folded)]
        lengths = [self._common(parts, self.parts[number]) for number in numbers]
        most = max(lengths, default=0)
        longest = [number for number, length in zip(numbers, lengths, strict=True) if length == most]
        return self._exact(parts[-most:], longest), most

    def _lies_in(self, number: int, exact: set[str], folded: set[str]) -> bool:
        above = self.parts[number][:-1]
        return exact <= set(above) and folded <= set(map(folded_text, above))

    def _common(self, parts: tuple[str, ...], file: tuple[str, ...]) -> int:
        length = 1
        for one, other in zip(reversed(parts[:-1]), reversed(file[:-1]), strict=False):
            if folded_text(one) != folded_text(other):
                break
            length += 1
        return length

    def _exact(self, end: tuple[str, ...], numbers: list[int]) -> list[int]:
        """Those that fit as they are, else those in other capitals, else those whose extension alone is left out."""
        tests: tuple[Callable[[tuple[str, ...]], bool], ...] = (
            lambda file: file[-len(end) :] == end,
            lambda file: file[-1] == end[-1],
            lambda file: folded_name(file[-1]) == folded_name(end[-1]),
            lambda file: (*file[-len(end) : -1], os.path.splitext(file[-1])[0]) == end,
        )
        for test in tests if len(numbers) > 1 else ():
            matching = [number for number in numbers if test(self.parts[number])]
            if matching:
                return matching
        return numbers
