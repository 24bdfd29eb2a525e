"""The process that asked for this one: a step whose workflow was killed must not go on writing."""

import os
import threading
import time
from collections.abc import Callable

from augury.command import files

_PARENT = "AUGURY_PARENT"  # process id that the workflow exports; by hand it is unset and nothing is watched
_SECONDS = 1.0  # between two looks

patient = threading.Event()  # set while the main thread watches by itself, saves its state and ends


class Parent:
    """A process by its id; by default the one that AUGURY_PARENT names, if it names one."""

    def __init__(self, process: int | None = None) -> None:
        named = os.environ.get(_PARENT, "") if process is None else str(process)
        self._id = int(named) if named.isdigit() else 0
        self._born = _start_time(self._id) if self._id else None

    @property
    def is_named(self) -> bool:
        """Whether there is one to watch."""
        return bool(self._id)

    def is_gone(self) -> bool:
        """Whether there was one and it has ended. One that was gone before this began has ended too."""
        # A process id can be given to another process; its start time tells them apart.
        return self.is_named and (self._born is None or _start_time(self._id) != self._born)


def end_with_parent(say: Callable[[str], None], process: int | None = None) -> None:
    """End this process with code 143 soon after its parent, without half-written files. `say` takes the reason.

    process: the parent's id (default: as AUGURY_PARENT says). By a thread, as the main one may be in a long call of a
    library.
    """
    parent = Parent(process)
    if parent.is_named:
        threading.Thread(target=_watch, args=(parent, say), name="parent", daemon=True).start()


def _watch(parent: Parent, say: Callable[[str], None]) -> None:
    while patient.is_set() or not parent.is_gone():
        time.sleep(_SECONDS)
    say("stopped: the workflow that started this step has ended")
    files.abandon()
    os._exit(143)


def _start_time(process: int) -> str | None:
    """Clock ticks since boot at which the process started, or None when it is gone."""
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None if os.path.isdir("/proc/self") else _alive(process)
    return None if fields[0] in "ZX" else fields[19]


def _alive(process: int) -> str | None:
    # Without /proc (macOS), the process id alone has to do.
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return "alive"
