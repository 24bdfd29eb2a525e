"""What frozen networks see of images, kept by content: a study's folds, seeds and arms show them the same ones.

    results/{dataset}/.store/seen/{network}/{key}/files/keys.npy and features.npy

An entry a run of what it saw first. Features are asked for in blocks of one size (classifiers.evaluation), in which an
image's keep their bits whatever stands beside it: so it plays no part who computed them.

Trainings that begin together would all look at the same images: while there is no entry, one looks and the others of
its machine wait, by a lock that the kernel takes from a process that ends.
"""

import contextlib
import fcntl
import hashlib
import json
import platform
import socket
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import torch
import xxhash

from augury.command import script
from augury.store.entries import SEEN, Entry
from augury.store.shelf import Shelf

PART_BYTES = 2e8  # of what is new, held in memory before it is written
_PACKAGES = ("numpy", "timm", "torch", "torchvision")
_KEYS, _FEATURES, _KEY_BYTES = "keys.npy", "features.npy", 16
_WAIT_SECONDS = 0.2  # between two looks at a lock


class FeatureCache:
    """Features of images by one network, from the store as far as they are there.

    of: all that they follow from beside an image: `network` and its weights, code, `on_this_machine`.
    """

    def __init__(self, shelf: Shelf, of: Mapping[str, Any]) -> None:
        self.shelf, self.of = shelf, of
        self.place = f"{SEEN}/{hashlib.sha256(json.dumps(of, sort_keys=True).encode()).hexdigest()[:16]}"
        self._rows: dict[bytes, np.ndarray] = {}
        self._new: dict[bytes, np.ndarray] = {}
        self.found = 0
        self._first = None if shelf.at(self.place) else _first_look(shelf.folder / f"{self.place}.first")
        for entry in shelf.at(self.place):
            self._read(entry)
        if self._rows:  # of somebody else, who was first
            self._let_others()

    def __call__(self, images: torch.Tensor, look: Callable[[torch.Tensor], torch.Tensor]) -> torch.Tensor:
        """Features (b, D) of a block of images (b, C, S, S) on the CPU: by `look` where one of them is new."""
        rows = np.ascontiguousarray(images.permute(0, 2, 3, 1).numpy())
        keys = [xxhash.xxh3_128_digest(row.data, seed=len(rows)) for row in rows]
        if all(key in self._rows for key in keys):
            self.found += sum(key not in self._new for key in keys)
            return torch.from_numpy(np.stack([self._rows[key] for key in keys]))
        made = look(images).numpy()
        for key, row in zip(keys, made, strict=True):
            if key not in self._rows:
                self._rows[key] = self._new[key] = row.copy()
        if len(self._new) * made[0].nbytes > PART_BYTES:
            self._keep_part()
        return torch.from_numpy(made)

    def keep(self) -> None:
        """Put what was new into the store, and say how much was not."""
        if self.found:
            script.tell(f"{self.found} views of images were known from {self.shelf.folder}")
            self.found = 0
        self._keep_part()
        self._let_others()

    def _let_others(self) -> None:
        if self._first:
            self._first.close()
            self._first = None

    def _keep_part(self) -> None:
        """What cannot be kept is forgotten."""
        for key in self._new:
            del self._rows[key]
        if self._new:
            with contextlib.suppress(OSError), tempfile.TemporaryDirectory() as folder:
                keys = np.frombuffer(b"".join(self._new), np.uint8).reshape(-1, _KEY_BYTES)
                np.save(Path(folder) / _KEYS, keys)
                np.save(Path(folder) / _FEATURES, np.stack(list(self._new.values())))
                about = {
                    "kind": SEEN,
                    "name": f"{len(keys)} views by {self.of['network']}",
                    "threads": self.of["threads"],
                }
                self._read(self.shelf.keep(self.place, uuid.uuid4().hex[:16], Path(folder), (_KEYS, _FEATURES), about))
        self._new = {}

    def _read(self, entry: Entry) -> None:
        with contextlib.suppress(OSError):  # what is gone or cannot be used is looked at again
            if not entry.is_sound():
                self.shelf.drop([entry.folder])
                return
            named = {path.name: np.load(path, mmap_mode="r", allow_pickle=False) for path in entry.paths()}
            self._rows |= dict(zip((key.tobytes() for key in named[_KEYS]), named[_FEATURES], strict=True))
            entry.touch(time.time_ns())


def _first_look(path: Path) -> TextIO | None:
    """The lock of who looks first, for which others of this machine wait; None where it is another machine's."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.open("a+", encoding="utf-8")
    except OSError:  # a store that cannot be written keeps nothing
        return None
    waited = False
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            if lock.read() not in ("", socket.gethostname()):  # empty: about to be written
                lock.close()
                return None
            if not waited:
                script.tell("another training looks at the images first; waiting for what it sees")
            waited = True
            time.sleep(_WAIT_SECONDS)
        except OSError:  # a file system without locks
            lock.close()
            return None
        else:
            lock.truncate(0)
            lock.write(socket.gethostname())
            lock.flush()
            return lock


def on_this_machine(threads: int) -> dict[str, Any]:
    """What arithmetic on this machine's CPU follows from."""
    versions = {name: script.version(name) for name in _PACKAGES}
    instructions = torch.backends.cpu.get_cpu_capability()
    return {"packages": versions, "machine": platform.machine(), "instructions": instructions, "threads": threads}
