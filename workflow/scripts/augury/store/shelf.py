"""The store of a study: entries by place and key, a bound on what it holds alone, one lock.

    results/{dataset}/.store/{place}/{key}/entry.json and files/...

An entry is assembled under another name and renamed, so a kill leaves none half; what it leaves is swept by the next
one who writes. A store that is missing, damaged or removed costs time and nothing else.
"""

import contextlib
import fcntl
import glob
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from augury.command.files import sweep
from augury.images.files import file_sha256
from augury.store.entries import FILES, RECORD, Entry, link_or_copy, matching, read_entry, write_entry

NAME, GB = ".store", 1e9
_LOOK_SECONDS = 60.0  # between two looks at the size of a store: one takes a second for some thousand entries
_LOCK, _NEW, _GONE = "lock", ".new-", ".gone-"
_OLD = ("snapshots/generator-*", "shard-*.tar")  # files whose names vary: those of another result would stay beside


class Shelf:
    """folder: results/{dataset}/.store. most_bytes: how much it may hold that no result links to."""

    def __init__(self, folder: Path, most_bytes: float) -> None:
        self.folder, self.most_bytes = folder, most_bytes

    def restore(self, below: str, key: str, output: Path, patterns: Sequence[str]) -> Entry | None:
        """Link an entry's files into `output`, newer than all that is there; None where there is no sound one.

        patterns: of what the step writes.
        """
        folder = self.folder / below / key
        with self._locked(fcntl.LOCK_SH) as there:
            entry = read_entry(folder) if there else None
            if entry and entry.is_sound():
                _link_into(output, entry, patterns)
                return entry
        if folder.exists():
            self.drop([folder])
        return None

    def keep(self, below: str, key: str, output: Path, patterns: Sequence[str], about: dict[str, Any]) -> Entry:
        """Make an entry of the files in `output` that fit the patterns, and see to the bound now and then."""
        files = {name: file_sha256(output / name) for name in matching(output, patterns)}
        about = about | {"files": files, "made": time.time()}
        folder = self.folder / below / key
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._locked(fcntl.LOCK_EX):
            self._sweep()
            made = Path(tempfile.mkdtemp(prefix=_NEW, dir=self.folder))
            made.chmod(0o777 & ~_umask())
            write_entry(made, output, about)
            if folder.exists():
                self._remove(folder)
            folder.parent.mkdir(parents=True, exist_ok=True)
            made.rename(folder)
            if time.time() - (self.folder / _LOCK).stat().st_mtime > _LOOK_SECONDS:
                self._make_room()
        return Entry(folder, about)

    def entries(self) -> list[Entry]:
        """All entries, by place and age."""
        entries = [read_entry(path.parent) for path in self.folder.rglob(RECORD) if self._is_shown(path)]
        return sorted((each for each in entries if each), key=lambda each: (each.about["name"], each.about["made"]))

    def at(self, below: str) -> list[Entry]:
        """The entries of one place."""
        entries = [read_entry(path.parent) for path in (self.folder / below).glob(f"*/{RECORD}")]
        return [each for each in entries if each]

    def drop(self, folders: Sequence[Path]) -> None:
        """Remove the entries in these folders; results that link to their files keep them."""
        with self._locked(fcntl.LOCK_EX) as there:
            if there:
                self._sweep()
                for folder in folders:
                    self._remove(folder)

    def make_room(self) -> None:
        """Remove those that were used least recently until no more than the bound is held that no result links to."""
        with self._locked(fcntl.LOCK_EX) as there:
            if there:
                self._sweep()
                self._make_room()

    def _make_room(self) -> None:
        os.utime(self.folder / _LOCK)
        for files in list(self.folder.rglob(FILES)):
            if read_entry(files.parent) is None:  # nobody can use it
                self._remove(files.parent)
        costly = [(entry.last_used(), own, entry) for entry in self.entries() if (own := entry.own_bytes())]
        used_bytes = sum(own for _, own, _ in costly)
        for _, own, entry in sorted(costly, key=lambda each: each[:2]):
            if used_bytes <= self.most_bytes:
                return
            self._remove(entry.folder)
            used_bytes -= own

    def _remove(self, folder: Path) -> None:
        # Out of sight at once, whatever becomes of the rest.
        gone = Path(tempfile.mkdtemp(prefix=_GONE, dir=self.folder))
        with contextlib.suppress(FileNotFoundError):
            folder.rename(gone / folder.name)
        shutil.rmtree(gone, ignore_errors=True)
        for above in folder.parents:
            if above == self.folder:
                return
            try:
                above.rmdir()
            except OSError:
                return

    def _sweep(self) -> None:
        for prefix in (_NEW, _GONE):
            for left in self.folder.glob(f"{prefix}*"):
                shutil.rmtree(left, ignore_errors=True)

    def _is_shown(self, path: Path) -> bool:
        return not path.relative_to(self.folder).parts[0].startswith((_NEW, _GONE))

    @contextlib.contextmanager
    def _locked(self, kind: int) -> Iterator[bool]:
        """Hold the store's lock; False where there is no store."""
        try:
            lock = open(self.folder / _LOCK, "a", encoding="utf-8")  # noqa: SIM115  (closed below)
        except FileNotFoundError:
            yield False
            return
        with lock:
            fcntl.flock(lock, kind)
            yield True


def _link_into(output: Path, entry: Entry, patterns: Sequence[str]) -> None:
    names = entry.about["files"]
    for pattern in patterns:
        (output / pattern).parent.mkdir(parents=True, exist_ok=True)
    for left in set(matching(output, _OLD)) & set(matching(output, patterns)) - set(names):
        (output / left).unlink(missing_ok=True)
    for name in names:
        sweep((output / name).parent, glob.escape(Path(name).name))
    for name, source in zip(names, entry.paths(), strict=True):
        link_or_copy(source, output / name)
    # Newer than what they are made from; of a copy, both have one time, by which they know each other.
    now = time.time_ns()
    for name, source in zip(names, entry.paths(), strict=True):
        os.utime(output / name, ns=(now, now))
        os.utime(source, ns=(now, now))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
