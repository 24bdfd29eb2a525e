"""Tables that a user brings, from whatever program: one reader for specimens, parts, ranks, labels and printed numbers.

The separator is a tab, semicolon, comma or bar, or blanks as R writes them, whichever gives the columns asked for.
Blank lines are passed over, and lines that begin with #; the header may be preceded by a title. Names of columns are
compared without capitals and blanks at their ends. Where a line has two meanings, a UserError names it.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from pathlib import Path

from augury.command.errors import UserError
from augury.tables.separated import SEPARATORS, SPACES, Record, clean, normal_name, records, split_line
from augury.tables.texts import read_lines

Names = tuple[str, ...]
_SEP_LINE = re.compile(r'"?sep=(.)"?\s*$', re.IGNORECASE)  # how Excel learns the separator
_TYPES = {"[t]", "[f]", ""}  # the line below the header in which EcoTaxa says text or number
_SHOWN = 60  # characters of a line that a message repeats


class NoHeader(UserError):
    """No line of the file is a header with the columns that are needed."""


@dataclass(frozen=True, slots=True)
class BroughtRow:
    """A row: the number of its line in the file, and its cells by the normal names of their columns."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


@dataclass(frozen=True, slots=True)
class BroughtTable:
    """A table as it was read."""

    path: Path
    key: str  # the config's key or the option that names it; empty for none
    header: tuple[str, ...]  # normal names of the columns
    names: tuple[str, ...]  # the same as they are written
    rows: tuple[BroughtRow, ...]
    notes: tuple[str, ...]  # sentences worth telling: how it was read where that was not plain

    @property
    def where(self) -> str:
        """What messages call the table."""
        return _where(self.path, self.key)

    def mistake(self, row: BroughtRow, sentence: str) -> UserError:
        """The error of one of its lines."""
        return UserError(f"{self.where}, line {row.line}: {sentence}")


def counted(rows: Sequence[BroughtRow], one: str, several: str) -> str:
    """The number of lines with a verb, as in `1 line names` and `3 lines name`."""
    return f"1 line {one}" if len(rows) == 1 else f"{len(rows)} lines {several}"


def every_column(name: str) -> bool:
    """For `more` of read_brought, where every column is used."""
    return bool(name)


def read_brought(
    path: str | Path,
    needs: Sequence[str] = (),
    one_of: Sequence[str] = (),
    key: str = "",
    more: Callable[[str], bool] = lambda name: False,
) -> BroughtTable:
    """Read a user's table.

    needs: columns that it must have. one_of: columns of which it must have one, such as path and sha256. key: the
    config's key that names it, for messages. more: whether a column is used beside these, by its normal name; columns
    that nobody uses may be there twice, and hold stray quotes. A line that is too short for a needed column is refused;
    an empty cell is for the caller to judge. Raises UserError where the file cannot be read as such a table.
    """
    try:
        status = os.stat(path)
    except OSError:
        status = None
    stamp = (status.st_mtime_ns, status.st_size, status.st_ino) if status else None
    return _read(Path(path), tuple(needs), tuple(one_of), key, more, stamp)


def _where(path: Path, key: str) -> str:
    return f"`{key}` {os.fsencode(path).decode('utf-8', 'backslashreplace')}" if key else str(path)


@lru_cache(maxsize=16)
def _read(
    path: Path, needs: Names, one_of: Names, key: str, more: Callable[[str], bool], stamp: tuple[int, ...] | None
) -> BroughtTable:
    where = _where(path, key)
    lines, note = read_lines(path, where)
    first, separator, start = _find_header(lines, needs, one_of, where)
    if start:  # a header that begins with #
        lines[first] = lines[first].lstrip()[1:]
    header, *_ = records(lines, first, separator, None)
    names = header.cells
    lines_read = list(records(lines, first + _height(header), separator, len(names)))
    kept = [record for record in lines_read if any(record.cells) and not _is_remark(record)]
    if kept and set(kept[0].cells) <= _TYPES:
        kept.pop(0)
    notes = [note] if note else []
    passed = [record for record in lines_read if _is_remark(record) and len(record.cells) >= len(names) > 1]
    if passed:
        subject = f"{len(passed)} lines that begin with # are" if len(passed) > 1 else "1 line that begins with # is"
        notes.append(f"{where}: {subject} passed over, the first: line {passed[0].line}")
    if _has_row_names(kept, len(names), separator):
        kept = [Record(record.line, record.cells[1:], frozenset(n - 1 for n in record.stray), False) for record in kept]
    if not kept:
        raise UserError(f"{where} has a header and no line below it; fill it in")
    normal = tuple(map(normal_name, names))
    used = {name for name in normal if name and (name in needs or name in one_of or more(name))}
    _check_names(normal, names, used, where)
    rows = tuple(_row(record, normal, used, needs, one_of, where) for record in kept)
    return BroughtTable(path, key, normal, tuple(names), rows, tuple(notes))


def _height(header: Record) -> int:
    return 1 + sum(cell.count("\n") for cell in header.cells)


def _is_remark(record: Record) -> bool:
    return record.cells[0].startswith("#") and not record.quoted


def _find_header(lines: Sequence[str], needs: Names, one_of: Names, where: str) -> tuple[int, str, bool]:
    """The header's place, the separator, and whether the header begins with #."""
    shown = None
    remark: tuple[int, str] | None = None
    fixed: tuple[str, ...] = ()
    for number, line in enumerate(lines):
        match = _SEP_LINE.match(line) if shown is None else None
        if match:
            fixed = (match[1],)
        if match or not line.strip():
            continue
        below = line.lstrip("\ufeff ").removeprefix('"')
        separator = _separator(below[1:] if below.startswith("#") else line, needs, one_of, fixed)
        if below.startswith("#"):
            remark = (number, separator) if separator and needs else remark
            continue
        if separator:
            return number, separator, False
        if remark:
            return *remark, True
        shown = number if shown is None else shown
        if len(split_line(line, _likely(line))[0]) > 1:
            break
    cells = split_line(lines[shown or 0], _likely(lines[shown or 0]))[0]
    names = set(map(normal_name, cells))
    lacking = [name for name in needs if name not in names] + (
        [" or ".join(one_of)] if one_of and not names & set(one_of) else []
    )
    line = f"line {(shown or 0) + 1}, has {', '.join(f'`{clean(cell)[:_SHOWN]}`' for cell in cells[:8])}"
    if names & {*needs, *one_of}:
        raise NoHeader(f"{where} has no column {' and '.join(lacking)}; its header, {line}")
    raise NoHeader(f"{where} needs the columns {' and '.join(lacking)}; its first line, {line}")


def _separator(line: str, needs: Names, one_of: Names, fixed: Names) -> str | None:
    best: tuple[int, str] | None = None
    for separator in fixed or SEPARATORS:
        names = [normal_name(cell) for cell in split_line(line, separator)[0]]
        if all(map(names.__contains__, needs)) and (not one_of or any(map(names.__contains__, one_of))):
            best = max(best or (0, ""), (len(names), separator), key=lambda each: each[0])
    if best is None and needs and not fixed:
        names = [normal_name(cell) for cell in split_line(line, SPACES)[0]]
        if all(map(names.__contains__, needs)) and (not one_of or any(map(names.__contains__, one_of))):
            return SPACES
    return best[1] if best else None


def _likely(line: str) -> str:
    return max(SEPARATORS, key=line.count)


def _has_row_names(kept: Sequence[Record], width: int, separator: str) -> bool:
    """Whether each row begins with a name that the header has no cell for, as R writes them."""
    if not kept or any(len(record.cells) != width + 1 for record in kept) or not any(each.cells[-1] for each in kept):
        return False
    if all(record.quoted for record in kept):
        return True
    first = [record.cells[0] for record in kept]
    # With commas, 0,95 may be a decimal number instead.
    return separator != "," and any(all(a == str(b) for a, b in zip(first, count(n), strict=False)) for n in (0, 1))


def _check_names(normal: Sequence[str], names: Sequence[str], used: set[str], where: str) -> None:
    twice = [name for name, times in Counter(normal).items() if times > 1 and name in used]
    if twice:
        written = ", ".join(f"`{name}`" for name, each in zip(names, normal, strict=True) if each == twice[0])
        raise UserError(f"{where} has the column {twice[0]} twice ({written}); keep one of them")


def _row(record: Record, normal: Names, used: set[str], needs: Names, one_of: Names, where: str) -> BroughtRow:
    cells = record.cells
    if len(cells) > len(normal):
        if any(cells[len(normal) :]):
            raise UserError(
                f"{where}, line {record.line} has {len(cells)} cells under {len(normal)} columns: {_shown(cells)}; put "
                "a cell that holds the separator in quotes"
            )
        cells = cells[: len(normal)]
    for column in sorted(record.stray):
        if column < len(normal) and normal[column] in used:
            raise UserError(
                f"{where}, line {record.line}: the cell `{cells[column][:_SHOWN]}` begins with a quote that does not "
                "close it; remove the quote, or close it"
            )
    row = dict(reversed(list(zip(normal, cells, strict=False))))
    lacking = [name for name in needs if name not in row]
    if lacking or (one_of and not any(name in row for name in one_of)):
        raise UserError(
            f"{where}, line {record.line} has {len(cells)} of {len(normal)} cells: {_shown(cells)}; it gives no "
            f"{(lacking or list(one_of))[0]}"
        )
    return BroughtRow(record.line, row)


def _shown(cells: Sequence[str]) -> str:
    return ", ".join(f"`{cell[:_SHOWN]}`" for cell in cells[:8])
