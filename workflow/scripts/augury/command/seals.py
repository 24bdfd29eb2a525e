"""Files that carry their own checksum: the words of SEAL and 64 digits, the SHA-256 of the file with zeros for these.

A seal stands where a format has room for it and its readers pass it over: in the metadata of safetensors, as the last
key of JSON, behind the array of .npy, in the comment of .npz, and in one at the end of SVG and HTML. A file without one
is of an older version, or of someone else, and is not checked. Tables have a column for it (tables.checked), and PNG
has checksums of its own.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

from augury.command.errors import UserError

SEAL = "sha256-with-zeros-here:"
KEY = "seal"  # where a format names things
DIGITS = 64
BLANK = SEAL + "0" * DIGITS
COMMENT = f"<!-- {BLANK} -->\n"  # of SVG and HTML
_TAIL = 512  # bytes at the end of a file in which its seal stands
_BLOCK = 8 << 20

_checked: dict[str, tuple[tuple[int, ...], str | None]] = {}


class Sealing:
    """A binary file that is sealed at its end: what is written through this is hashed on its way."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.hash = file, hashlib.sha256()

    def write(self, content: "ReadableBuffer") -> int:
        """Write bytes, or an array that is contiguous."""
        self.hash.update(content)
        return self.file.write(content)

    def seal(self, before: str) -> None:
        """Write the seal behind a text, as the last line."""
        self.hash.update(f"{before}{BLANK}\n".encode())
        self.file.write(f"{before}{SEAL}{self.hash.hexdigest()}\n".encode())


def sealed(content: bytes) -> bytes:
    """The content with the digest in place of its BLANK, which it must hold once."""
    before, blank, after = content.partition(BLANK.encode())
    if not blank or BLANK.encode() in after:
        raise ValueError("a file has one seal")
    return before + SEAL.encode() + hashlib.sha256(content).hexdigest().encode() + after


def seal_file(path: str | Path) -> None:
    """Put the digest into a file that ends with a BLANK, read a block at a time."""
    with open(path, "r+b") as file:
        offset = _offset(file)
        file.seek(0)
        digest = hashlib.sha256()
        _hash(file, digest)
        if offset is None:
            raise ValueError("a file has one seal")
        file.seek(offset)
        file.write(digest.hexdigest().encode())


def write_tensors(path: str | Path, content: bytes) -> None:
    """Write what safetensors' `save` gives, with a seal in its metadata."""
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    about = header.pop("__metadata__", {}) | {KEY: BLANK}
    # safetensors writes several entries in an order of chance, and the file would not be the same each time.
    text = json.dumps({"__metadata__": dict(sorted(about.items()))} | header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    head, data = len(text).to_bytes(8, "little") + text, memoryview(content)[start:]
    digest = hashlib.sha256(head)
    digest.update(data)
    with open(path, "wb") as file:
        file.write(head.replace(BLANK.encode(), SEAL.encode() + digest.hexdigest().encode()))
        file.write(data)


def seal_of(path: str | Path) -> str | None:
    """The digest that a file carries, unchecked; None where it carries none. Raises OSError."""
    with open(path, "rb") as file:
        offset = _offset(file)
        if offset is None:
            return None
        file.seek(offset)
        return file.read(DIGITS).decode("ascii", "replace")


def is_whole(path: str | Path) -> bool | None:
    """Whether a file is as it was sealed; None where it has no seal. Raises OSError. Memory holds a block at a time."""
    with open(path, "rb") as file:
        offset = _offset(file)
        if offset is None:
            return None
        file.seek(0)
        digest = hashlib.sha256()
        _hash(file, digest, offset)
        carried = file.read(DIGITS)
        digest.update(b"0" * DIGITS)
        _hash(file, digest)
        return carried.decode("ascii", "replace") == digest.hexdigest()


def check(path: str | Path, remedy: str = "remove it and run again") -> str | None:
    """The digest of a whole file, None where it carries none; hashed once per process. Raises UserError, OSError."""
    status, name = os.stat(path), os.path.abspath(path)
    stamp = status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
    known = _checked.get(name)
    if known is None or known[0] != stamp:
        if is_whole(path) is False:
            raise UserError(f"{path} is damaged: its content does not fit its checksum; {remedy}")
        known = _checked[name] = (stamp, seal_of(path))
    return known[1]


def tail_of(path: str | Path) -> str:
    """The end of a file, in which its seal stands, as text. Raises OSError."""
    with open(path, "rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL))
        return file.read().decode("latin-1")


def _offset(file: BinaryIO) -> int | None:
    # Where the digits begin.
    size = os.fstat(file.fileno()).st_size
    start = max(0, size - _TAIL)
    file.seek(start)
    position = _find(file.read())
    if position is None and str(file.name).endswith(".safetensors"):
        file.seek(0)
        start, position = 0, _find(file.read(_TAIL))  # what write_tensors adds stands first
    offset = None if position is None else start + position + len(SEAL)
    return offset if offset is not None and offset + DIGITS <= size else None


def _find(content: bytes) -> int | None:
    # Where the words begin, one of whose bytes may be damaged.
    words = SEAL.encode()
    position = content.rfind(words)
    if position >= 0:
        return position
    for offset in range(len(content) - len(words) - DIGITS + 1):
        if sum(one != other for one, other in zip(content[offset:], words, strict=False)) == 1:
            return offset
    return None


def _hash(file: BinaryIO, digest: "hashlib._Hash", count: int | None = None) -> None:
    # So many bytes, or all that are left.
    while block := file.read(_BLOCK if count is None else min(_BLOCK, count)):
        digest.update(block)
        if count is not None:
            count -= len(block)
            if not count:
                return
