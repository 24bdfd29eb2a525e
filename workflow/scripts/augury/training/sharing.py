"""Which of a machine's GPUs a process takes: those that the fewest processes like it hold.

A hold is a lock on a file, which ends with its process, whatever ends that. Standard library only.
"""

import fcntl
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

MOST = 64  # processes on one device that are told apart

_locked_files: list[IO] = []


def claim(devices: Sequence[str], folder: Path | None = None, count: int = 1) -> list[int]:
    """The places of the devices to use, `count` different ones, held until this process ends.

    devices: names that mean the same device to every process on this machine, such as its UUID. folder: where locks
    lie, by default one of this user's for temporary files. Where no lock can be had, the first devices.
    """
    folder = folder or Path(tempfile.gettempdir()) / f"augury-devices-{os.getuid()}"
    places: list[int] = []
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        # All devices once, then all a second time: nobody is the second on one while another is free.
        for level in range(MOST):
            for index, device in enumerate(devices):
                if len(places) < count and index not in places and _lock(folder / f"{device}.{level}"):
                    places.append(index)
    except OSError:
        pass
    return [*places, *(index for index in range(len(devices)) if index not in places)][:count]


def _lock(path: Path) -> bool:
    file = open(path, "w")  # noqa: SIM115  (stays open as long as the process lives)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return False
    _locked_files.append(file)
    return True
