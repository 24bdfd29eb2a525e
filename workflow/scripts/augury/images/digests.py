"""A digest of a class's content, cheap to ask for again (standard library only)."""

import hashlib
import os
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from augury.command.files import atomic
from augury.images.files import file_sha256, is_regular, list_files

HEADER = "augury-hashes-1\tsize\tmtime_ns\tctime_ns\tpath"
THREADS = 8
# A file that was changed so recently could change once more within one tick of its clock, and keep its times and size.
SETTLED_NS = 2_000_000_000

Stamp = tuple[int, int, int]  # size, mtime_ns, ctime_ns


class HashCache:
    """SHA-256 of files by absolute path, recomputed when size or times have changed, or changed just before.

    Kept in a table at `path`; one that is missing, of another version or damaged counts as empty, and a line that
    cannot be read is passed over. `save` is called by the owner; where it cannot write, nothing is lost but time.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.known = _load(self.path)
        self.changed = False

    def hashes(self, files: Iterable[Path], threads: int = THREADS) -> list[str]:
        """Content hashes of the files in their order; a file that has vanished or cannot be read is left out."""
        return [sha256 for _, sha256 in self.named(files, threads)]

    def named(self, files: Iterable[Path], threads: int = THREADS) -> list[tuple[Path, str]]:
        """The files that can be read, each with its content hash."""
        files = list(files)
        with ThreadPoolExecutor(threads) as pool:
            hashes = list(pool.map(self._hash, map(os.path.abspath, files)))
        return [(path, sha256) for path, sha256 in zip(files, hashes, strict=True) if sha256]

    def save(self) -> None:
        """Write the table if anything has changed."""
        if not self.changed:
            return
        known = sorted(self.known.items())
        lines = [HEADER, *("\t".join([sha256, *map(str, stamp), _escaped(path)]) for path, (stamp, sha256) in known)]
        try:
            with atomic(self.path) as temporary:
                temporary.write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))
            self.changed = False
        except OSError:
            pass

    def _hash(self, path: str) -> str:
        try:
            before = _stamp(path)
            known = self.known.get(path)
            if known and known[0] == before:
                return known[1]
            if not is_regular(Path(path)):
                return ""
            sha256 = file_sha256(Path(path))
            settled = time.time_ns() - before[2] > SETTLED_NS
            if settled and _stamp(path) == before:  # not while it is being written
                self.known[path] = (before, sha256)
                self.changed = True
            return sha256
        except OSError:
            return ""


def class_digest(folders: Iterable[Path], cache: HashCache) -> str:
    """SHA-256 over the sorted content hashes of all files that the index would look at, as 64 hex digits.

    Names, places and times play no part; the cache is not saved here. Raises UserError when a folder is missing.
    """
    return digest_of(cache.hashes(list_files([Path(folder) for folder in folders])))


def digest_of(hashes: Iterable[str]) -> str:
    """One digest of the content hashes of a class's files, in whichever order."""
    return hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()


def _stamp(path: str) -> Stamp:
    status = os.stat(path)
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _load(path: Path) -> dict[str, tuple[Stamp, str]]:
    try:
        text = path.read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return {}
    lines = text.split("\n")[:-1]  # a last line without its end was cut short
    known = {}
    for line in lines[1:] if lines[:1] == [HEADER] else ():
        cells = line.split("\t")
        if len(cells) == 5 and len(cells[0]) == 64 and all(cell.isdecimal() for cell in cells[1:4]):
            known[_unescaped(cells[4])] = ((int(cells[1]), int(cells[2]), int(cells[3])), cells[0])
    return known


def _escaped(path: str) -> str:
    return path.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _unescaped(text: str) -> str:
    pieces = text.split("\\\\")
    return "\\".join(piece.replace("\\t", "\t").replace("\\n", "\n").replace("\\r", "\r") for piece in pieces)
