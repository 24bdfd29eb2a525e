"""Progress of a long step: a bar on a terminal, one line per tick in a log, JSON lines for machines, the time left."""

import json
import sys
import time

from augury.command import script

_CONSOLE_SECONDS = 15.0  # between lines on a shared terminal
_PIECES_SECONDS = 10.0  # between lines of work that is counted piece by piece


class Progress:
    """Counts units of work (images, epochs, files) towards a total.

    Under the workflow several steps share one terminal: each says a line now and then; its log has every tick.
    """

    def __init__(self, label: str, total: float, unit: str, done: float = 0) -> None:
        self.label, self.total, self.unit = label, total, unit
        self._added = done
        self._first = done  # work done by an earlier run says nothing about this run's speed
        self._began = time.monotonic()
        self._logged = self._began
        log = script.log_path()
        self._machine = log.with_suffix(".jsonl") if log else None
        if self._machine:
            self._machine.write_text("")

    def update(self, done: float, **values: float | str) -> None:
        """Report `done` units; `values` are shown beside the count, in the order given."""
        seconds = time.monotonic() - self._began
        rate = (done - self._first) / seconds if seconds > 0 else 0.0
        left = (self.total - done) / rate if rate > 0 else float("nan")
        line = self._line(done, left, values)
        if script.console_is_terminal():
            filled = round(20 * done / self.total) if self.total else 20
            sys.stderr.write(f"\r[{'#' * filled}{'.' * (20 - filled)}] {line}\x1b[K")
            sys.stderr.write("\n" if done >= self.total else "")
            sys.stderr.flush()
            return
        if script.log_path() and time.monotonic() - self._logged < _CONSOLE_SECONDS and done < self.total:
            print(line, flush=True)
        else:
            script.tell(line)
            self._logged = time.monotonic()
        if self._machine:
            row = {"label": self.label, "done": done, "total": self.total, "unit": self.unit, "seconds_left": left}
            with self._machine.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row | values) + "\n")

    def add(self, count: int = 1) -> None:
        """`count` more units are done: for work in small pieces, logged at most every ten seconds."""
        self._added += count
        if time.monotonic() - self._logged >= _PIECES_SECONDS:
            self._logged = time.monotonic() - _CONSOLE_SECONDS
            self.update(self._added)
            self._logged = time.monotonic()

    def _line(self, done: float, left: float, values: dict[str, float | str]) -> str:
        shown = " ".join(f"{name} {_short(value)}" for name, value in values.items())
        counted = f"{_short(done)}/{_short(self.total)} {self.unit}"
        return f"{self.label}: {counted}, {format_seconds(left)} left  {shown}".rstrip()


def format_seconds(seconds: float) -> str:
    """12s, 3m05s, 2h10m, or ? for what is not known yet."""
    if not seconds < float("inf"):
        return "?"
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02d}s"
    return f"{whole // 3600}h{whole % 3600 // 60:02d}m"


def _short(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.4g}" if abs(value) < 10000 else f"{value:.0f}"
