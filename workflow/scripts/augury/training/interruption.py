"""Noticing that a run should stop: a signal, or the end of the process that asked for it."""

import os
import signal
from types import FrameType

_PARENT = "AUGURY_PARENT"  # process id that the workflow exports; by hand it is unset and nothing is watched


class StopRequest:
    """Turns SIGTERM, SIGUSR1 and SIGINT into a flag that the training loop reads between steps.

    When AUGURY_PARENT names a process and that process ends, the flag is raised too: a trainer whose workflow was
    killed must not go on writing.
    """

    def __init__(self) -> None:
        self.reason: str | None = None
        parent = os.environ.get(_PARENT, "")
        self._parent = int(parent) if parent.isdigit() else None
        self._born = _start_time(self._parent) if self._parent else None

    def __enter__(self) -> "StopRequest":
        kinds = (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT)
        self._previous = {kind: signal.signal(kind, self._notice) for kind in kinds}
        return self

    def __exit__(self, *_: object) -> None:
        for kind, handler in self._previous.items():
            signal.signal(kind, handler)

    def requested(self) -> bool:
        """Whether to save and stop now."""
        # A process id can be given to another process; its start time tells them apart. A parent that was gone before
        # this began has none.
        gone = self._parent and (self._born is None or _start_time(self._parent) != self._born)
        if self.reason is None and gone:
            self.reason = "the workflow that started this job has ended"
        return self.reason is not None

    def _notice(self, number: int, _: FrameType | None) -> None:
        self.reason = f"stopped by {signal.Signals(number).name}"


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
