"""Noticing that a run should stop: a signal, or the end of the process that asked for it."""

import signal
from types import FrameType

from augury.command.parent import Parent, patient


class StopRequest:
    """Turns SIGTERM, SIGUSR1 and SIGINT into a flag that the training loop reads between steps.

    When AUGURY_PARENT names a process and that process ends, the flag is raised too: a trainer whose workflow was
    killed must not go on writing.
    """

    def __init__(self) -> None:
        self.reason: str | None = None
        self._parent = Parent()

    def __enter__(self) -> "StopRequest":
        kinds = (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT)
        self._previous = {kind: signal.signal(kind, self._notice) for kind in kinds}
        patient.set()
        return self

    def __exit__(self, raised: type[BaseException] | None, *_: object) -> None:
        if raised is None:  # what is raised ends the process, which says why
            patient.clear()
        for kind, handler in self._previous.items():
            signal.signal(kind, handler)

    def requested(self) -> bool:
        """Whether to save and stop now."""
        if self.reason is None and self._parent.is_gone():
            self.reason = "the workflow that started this job has ended"
        return self.reason is not None

    def _notice(self, number: int, _: FrameType | None) -> None:
        self.reason = f"stopped by {signal.Signals(number).name}"
