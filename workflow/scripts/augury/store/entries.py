"""One finished training in the store: a folder of its files, and a table of their checksums."""

import contextlib
import dataclasses
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from augury.command.files import UNFINISHED, atomic
from augury.images.files import file_sha256

RECORD, FILES = "entry.json", "files"
SEEN = "seen"  # the kind and the place of what frozen networks saw, which no result links to


@dataclasses.dataclass(frozen=True)
class Entry:
    """folder: of the entry. about: kind, name, made (seconds since 1970), threads, and files: path -> sha256."""

    folder: Path
    about: dict[str, Any]

    def paths(self) -> list[Path]:
        """The files that are kept."""
        return [self.folder / FILES / name for name in self.about["files"]]

    def size(self) -> int:
        """Bytes of the files."""
        return sum(status.st_size for status in self._statuses())

    def own_bytes(self) -> int:
        """Bytes that the store alone holds: what results link to as well costs nothing."""
        return sum(status.st_size for status in self._statuses() if status.st_nlink == 1)

    def is_used(self) -> bool:
        """Whether results link to any of the files."""
        return any(status.st_nlink > 1 for status in self._statuses())

    def last_used(self) -> float:
        """When a result was last linked to it or let go of it, in seconds since 1970: both change a file's status."""
        return max((status.st_ctime for status in self._statuses()), default=0.0)

    def touch(self, at: int) -> None:
        """It was used at that time, in nanoseconds since 1970."""
        for path in self.paths():
            with contextlib.suppress(OSError):
                os.utime(path, ns=(at, at))

    def is_sound(self) -> bool:
        """Whether each file is there with the content that it had."""
        try:
            return all(file_sha256(self.folder / FILES / name) == sha for name, sha in self.about["files"].items())
        except OSError:
            return False

    def holds(self, path: Path, name: str) -> bool:
        """Whether a result's file is the one that is kept as `name`: the same, or a copy of the same size and time."""
        try:
            ours, theirs = (self.folder / FILES / name).stat(), path.stat()
        except OSError:
            return False
        return (ours.st_size, ours.st_mtime_ns) == (theirs.st_size, theirs.st_mtime_ns)

    def _statuses(self) -> list[os.stat_result]:
        statuses = []
        for path in self.paths():
            try:
                statuses.append(path.stat())
            except OSError:  # a damaged entry
                continue
        return statuses


def read_entry(folder: Path) -> Entry | None:
    """The entry in a folder; None where there is none, or a damaged one."""
    try:
        about = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        names, kind, name = about["files"], about["kind"], about["name"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    plain = isinstance(names, dict) and all(_is_inside(each) for each in names) and isinstance(kind + name, str)
    return Entry(folder, about) if plain else None


def write_entry(folder: Path, source: Path, about: dict[str, Any]) -> None:
    """Link the files of `about` from `source` into a new folder, or copy them, and write the record last."""
    for name in about["files"]:
        link_or_copy(source / name, folder / FILES / name)
    with atomic(folder / RECORD) as temporary:
        temporary.write_text(json.dumps(about, sort_keys=True, indent=1) + "\n", encoding="utf-8")


def matching(folder: Path, patterns: Iterable[str]) -> list[str]:
    """Names of the files in a folder that a step writes there, as paths relative to it, sorted; none that is hidden."""
    paths = {path for pattern in patterns for path in folder.glob(pattern) if path.is_file()}
    return sorted(path.relative_to(folder).as_posix() for path in paths if not path.name.startswith("."))


def link_or_copy(source: Path, target: Path) -> None:
    """Make `target` the same file, or a copy where the file system links none; what stood there is replaced whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid():08d}{UNFINISHED}")
    temporary.unlink(missing_ok=True)
    try:
        try:
            os.link(source, temporary)
        except OSError:
            shutil.copy2(source, temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)  # a rename onto another link of the same file does nothing


def _is_inside(name: str) -> bool:
    return bool(name) and not os.path.isabs(name) and ".." not in Path(name).parts
