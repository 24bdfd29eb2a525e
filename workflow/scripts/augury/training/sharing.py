"""Which of a machine's GPUs a process takes: the one that the fewest processes like it hold.

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


def claim(devices: Sequence[str], folder: Path | None = None) -> int:
    """The place of the device to use, held until this process ends.

    devices: names that mean the same device to every process on this machine, such as its UUID. folder: where locks
    lie, by default one of this user's for temporary files. Where no lock can be had, the first device.
    """
    folder = folder or Path(tempfile.gettempdir()) / f"augury-devices-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        # All devices once, then all a second time: nobody is the second on one while another is free.
        for level in range(MOST):
            for index, device in enumerate(devices):
                if _lock(folder / f"{device}.{level}"):
                    return index
    except OSError:
        pass
    return 0


def _lock(path: Path) -> bool:
    file = open(path, "w")  # noqa: SIM115  (stays open as long as the process lives)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return False
    _locked_files.append(file)
    return True
