"""The lines of a text file that a user brings, whatever program wrote it."""

import re
from pathlib import Path

from augury.command.errors import UserError

# How files begin that are no tables of text, and what they are.
_KINDS = (
    (b"PK\x03\x04", "a spreadsheet or a zip archive"),
    (b"PK\x05\x06", "a zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ", "compressed with xz"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "a Feather file"),
    (b"SQLite format", "a database"),
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a text of a word processor"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"II*\x00", "an image"),
    (b"MM\x00*", "an image"),
    (b"\x89HDF", "an HDF5 file"),
    (b"RDX", "an R data file"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x93NUMPY", "a NumPy array"),
)
_ZIPPED = ((b"opendocument.spreadsheet", "an OpenDocument spreadsheet"), (b"[Content_Types].xml", "an Excel file"))
_MARKUP = re.compile(rb"\s*<(!doctype html|html|\?xml)", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_SAVE = "save it as CSV or TSV"
_HEAD_BYTES, _MOST_BYTES = 4096, 1 << 30


def read_lines(path: str | Path, where: str) -> tuple[list[str], str]:
    """The lines without their ends (CRLF, LF or CR), and a sentence where the encoding had to be guessed, else "".

    UTF-8 with or without its mark, UTF-16 and UTF-32 are read; a line that is no UTF-8 is taken for Windows-1252, of
    which Latin-1 is a part. where: what a message calls the file. Raises UserError for a file that is missing, empty, a
    folder, or no text.
    """
    content = _content(Path(path), where)
    encoding = _encoding(content)
    try:
        text, note = content.decode(encoding), ""
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise UserError(
                f"{where} begins as {encoding} and cannot be read as it ({error.reason}); {_SAVE}"
            ) from None
        text, note = _by_line(content, where)
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\x1a").lstrip("\ufeff")
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if _CONTROLS.search(line):
            raise UserError(f"{where}, line {number}: there are bytes that no text has; {_SAVE}")
    if not text.strip():
        raise UserError(f"{where} is empty; a table begins with its header")
    return lines, note


def _content(path: Path, where: str) -> bytes:
    if path.is_dir():
        raise UserError(f"{where} is a folder; name the table in it")
    try:
        with open(path, "rb") as file:
            start = file.read(_HEAD_BYTES)
            if start.startswith(b"version https://git-lfs"):
                raise UserError(f"{where} is a pointer of Git LFS; fetch the table itself with `git lfs pull`")
            kind = next((kind for begin, kind in _KINDS if start.startswith(begin)), None)
            kind = next((zipped for name, zipped in _ZIPPED if start[:2] == b"PK" and name in start), kind)
            if kind or _MARKUP.match(start):
                raise UserError(f"{where} is {kind or 'a page of HTML or XML'}; {_SAVE}")
            rest = file.read(_MOST_BYTES)
            if len(rest) == _MOST_BYTES:
                raise UserError(f"{where} has more than {_MOST_BYTES >> 20} MB, as no table of images has; {_SAVE}")
            return start + rest
    except FileNotFoundError:
        raise UserError(f"{where} is missing; mend the path") from None
    except OSError as error:
        raise UserError(f"{where} cannot be read ({error.strerror}); mend its permissions") from None


def _encoding(content: bytes) -> str:
    byte_orders = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"))
    for byte_order, encoding in (*byte_orders, (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(byte_order):
            return encoding
    # Without a mark, every other byte of a UTF-16 text in Latin letters is 0.
    start = content[:2000]
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros = start[first::2].count(0)
        if zeros > 0.7 * len(start[first::2]) and start.count(0) == zeros:
            return encoding
    return "utf-8"


def _by_line(content: bytes, where: str) -> tuple[str, str]:
    lines, note = [], ""
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            lines.append(windows_1252(line))
            note = note or f"{where} is no UTF-8; read as Windows-1252, as in line {number}: `{lines[-1].strip()[:60]}`"
    return "\n".join(lines), note


def windows_1252(content: bytes) -> str:
    """Text of Windows-1252; of the five bytes that it leaves open, as of Latin-1."""
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return "".join(
            bytes([byte]).decode("cp1252" if byte not in b"\x81\x8d\x8f\x90\x9d" else "latin-1") for byte in content
        )
