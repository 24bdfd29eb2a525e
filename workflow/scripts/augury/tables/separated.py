"""Lines of text into cells: separators, quotes, and quoted cells that go on in the next line."""

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from augury.tables.texts import windows_1252

SEPARATORS = ("\t", ";", ",", "|")
SPACES = " "  # R's own default: any number of blanks, and names in quotes
_INVISIBLE = re.compile("[\ufeff\u200b\u200e\u200f\u2060]")
_BLANKS = re.compile("[\u00a0\u2007\u202f\u3000]")
# As R, pandas and databases write what is not known.
_MISSING = {"na", "n/a", "#n/a", "nan", "null", "none", "\\n", "-", "–", "—", "?"}
_MOST_LINES = 100  # of one quoted cell
_MOST_STRAY = 20  # quotes without an end, after which no more ends are looked for


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one line, or of several where a quoted cell holds line breaks."""

    line: int  # number of its first line in the file, from 1
    cells: list[str]
    stray: frozenset[int]  # cells that begin with a quote which does not close them; they are as they stand there
    quoted: bool  # whether its first cell stands in quotes


def clean(text: str) -> str:
    """A cell without blanks at its ends, in composed Unicode; non-breaking blanks become plain ones."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", _INVISIBLE.sub("", text))).strip()


def given(text: str) -> str:
    """A cell's words with single blanks between them; empty where it says that nothing is known, as in `NA` and `-`."""
    words = " ".join(text.split())
    return "" if words.casefold() in _MISSING else words


def as_text(name: str) -> str:
    """A file's name in composed Unicode; bytes that are no UTF-8 are taken for Windows-1252, as in tables."""
    if name.isascii():
        return name
    if any("\udc80" <= each <= "\udcff" for each in name):
        name = windows_1252(os.fsencode(name))
    return unicodedata.normalize("NFC", name)


def normal_name(text: str) -> str:
    """A column's name as names are compared: without capitals, and with one blank where there are several."""
    return " ".join(clean(text).split()).casefold()


def records(lines: Sequence[str], first: int, separator: str, width: int | None) -> Iterator[Record]:
    """The records from line `first` on (from 0), blank lines left out.

    A quoted cell may hold line breaks where the record has `width` cells then (any number for None), and none of its
    further lines would be a record by itself: so a quote that is not closed swallows nothing.
    """
    number, failed = first, 0
    while number < len(lines):
        if not lines[number].strip():
            number += 1
            continue
        cells, stray, quoted = split_line(lines[number], separator)
        used = 1
        if stray and failed < _MOST_STRAY:
            longer = _longer(lines, number, separator, width)
            failed += not longer
            if longer:
                cells, stray, used = longer[0], frozenset(), longer[1]
        yield Record(number + 1, [clean(cell) for cell in cells], stray, quoted)
        number += used


def split_line(line: str, separator: str) -> tuple[list[str], frozenset[int], bool]:
    """Cells of a line, the places of those with a stray quote, and whether the first is quoted.

    >>> split_line('a.jpg;"Calanus; cf.";12', ";")[0]
    ['a.jpg', 'Calanus; cf.', '12']
    """
    if '"' not in line:
        return (line.split() if separator == SPACES else line.split(separator)), frozenset(), False
    quoted, escaped, apart = _patterns(separator)
    cells: list[str] = []
    stray, position, first = set(), 0, False
    line = line.strip() if separator == SPACES else line
    while True:
        for pattern, quote in ((quoted, '""'), (escaped, '\\"')):
            if match := pattern.match(line, position):
                first, end = first or not cells, match.end()
                cells.append(match[1].replace(quote, '"'))
                break
        else:
            end = next(apart.finditer(line, position)).start()
            if line[position:end].lstrip().startswith('"'):
                stray.add(len(cells))
            cells.append(line[position:end])
        if end >= len(line):
            return cells, frozenset(stray), first
        position = end + 1
        while separator == SPACES and line[position : position + 1].isspace():
            position += 1


@cache
def _patterns(separator: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """A cell in quotes that are doubled within it, in quotes with a backslash there, as R has it; a cell's end."""
    apart = r"\s" if separator == SPACES else re.escape(separator)
    blank = "" if separator == SPACES else rf"(?:(?!{apart})[ \t\u00a0])*"
    inside = (r'[^"]|""', r'[^"]|(?<=\\)"')
    # A lookahead taken up again is never entered twice, like a possessive `*+`, which Python 3.11.2 matches wrongly.
    quoted, escaped = (re.compile(rf'{blank}"(?=((?:{each})*))\1"{blank}(?={apart}|\Z)') for each in inside)
    return quoted, escaped, re.compile(rf"{apart}|\Z")


def _longer(lines: Sequence[str], number: int, separator: str, width: int | None) -> tuple[list[str], int] | None:
    joined = lines[number]
    for last in range(number + 1, min(number + _MOST_LINES, len(lines))):
        if width is not None and width > 1 and len(split_line(lines[last], separator)[0]) >= width:
            return None
        joined += "\n" + lines[last]
        if '"' in lines[last]:
            cells, stray, _ = split_line(joined, separator)
            if not stray:
                return (cells, last + 1 - number) if width in (None, len(cells)) else None
    return None
