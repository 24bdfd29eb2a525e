"""The column by which a table shows whether a line was changed, lost or moved since augury wrote it.

A line's `check` is the CRC-32 of all lines up to it as 8 hex digits; the last line's is the complement, so that a lost
end shows. A table without lines has it in the column's name, `check:` and the digits. A table without the column is not
checked: an older version's, another tool's, or one that was changed on purpose.
"""

import os
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from augury.command.errors import UserError

COLUMN = "check"
_ALL = 0xFFFFFFFF


class Changed(UserError):
    """A table is not as it was written."""


def with_checks(header: Sequence[str], lines: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
    """The header and the lines of a table, with the column; one line ahead is read, to know the last."""
    rest = iter(lines)
    line = next(rest, None)
    if line is None:
        yield [*header, f"{COLUMN}:{_crc(header, 0) ^ _ALL:08x}"]
        return
    yield [*header, COLUMN]
    total = _crc(header, 0)
    while line is not None:
        following = next(rest, None)
        total = _crc(line, total)
        yield [*line, f"{total ^ _ALL if following is None else total:08x}"]
        line = following


def without_checks(path: str | Path, lines: Iterator[list[str]]) -> Iterator[list[str]]:
    """Header and lines as they were read from `path`, all of one width, without the column, compared with it.

    Raises Changed, naming the line, after the lines before it were given.
    """
    header = next(lines)
    if header[-1:] != [COLUMN]:
        carried = _digits_in(header[-1]) if header else None
        if carried is None:
            yield header
            yield from lines
            return
        if carried != f"{_crc(header[:-1], 0) ^ _ALL:08x}" or next(lines, None) is not None:
            raise Changed(_problem(path, 1))
        yield header[:-1]
        return
    yield header[:-1]
    total, number, line = _crc(header[:-1], 0), 2, next(lines, None)
    while line is not None:
        following, carried = next(lines, None), line.pop()
        total = _sum("\t".join(line), total)
        wanted = total ^ _ALL if following is None else total
        if carried != f"{wanted:08x}":
            raise Changed(_problem(path, number, lost=following is None and carried == f"{total:08x}"))
        yield line
        line, number = following, number + 1
    if number == 2:
        raise Changed(_problem(path, 2, lost=True))


def last_check(path: Path) -> str | None:
    """The check of a table's last line, which is another in every table; None where it has none. Raises OSError."""
    with open(path, "rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - 12))
        end = re.search(rb"[\t:]\"?([0-9a-f]{8})\"?\n\Z", file.read())
    return end and end[1].decode()


def _digits_in(name: str) -> str | None:
    # What a column's name says of a table without lines; "" where it said so before a letter of it changed.
    for known, rest in ((COLUMN, 0), (f"{COLUMN}:", 8)):
        differences = sum(one != other for one, other in zip(name, known, strict=False))
        if len(name) == len(known) + rest and differences <= 1:
            return name[len(known) :] if differences == 0 else ""
    return "" if f"{COLUMN}:" in name else None


def _problem(path: str | Path, number: int, lost: bool = False) -> str:
    what = f"{path} has lost lines at its end" if lost else f"{path}, line {number}: not as it was written"
    return (
        f"{what} (column `{COLUMN}`); remove the file and run again, or take that column out where a change was meant"
    )


def _crc(cells: Sequence[object], total: int) -> int:
    return _sum("\t".join(map(str, cells)), total)


def _sum(text: str, total: int) -> int:
    return zlib.crc32(f"{text}\n".encode("utf-8", "surrogateescape"), total)
