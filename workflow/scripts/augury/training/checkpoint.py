"""A run's saved state: one folder beside its outputs, locked while it is used, bound to what it was made from.

The folder survives a failed or killed job and is removed when the run has written its outputs. State is written by
torch.save and read with weights_only=True, so a file planted there cannot run code.
"""

import fcntl
import json
import os
import pickle
import shutil
from pathlib import Path
from typing import Any

import torch

from augury.command import script
from augury.command.errors import UserError
from augury.command.files import atomic, sweep
from augury.training import processes


class StateFolder:
    """`.state` beside the outputs of one run.

    fingerprint: everything that the result depends on (data, settings, code) as a flat mapping. State of another
    fingerprint is set aside, and the run starts afresh. Of several processes the first holds it, and the others enter
    after it, read what it holds and write nothing.
    """

    def __init__(self, outputs: Path, fingerprint: dict[str, Any], threads: int) -> None:
        self.path = outputs / ".state"
        self._fingerprint = fingerprint
        self._threads = threads
        self._lock: Any = None

    def __enter__(self) -> "StateFolder":
        if processes.is_first():
            self._take()
        processes.wait()
        return self

    def _take(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        self._lock = open(self.path / "lock", "a+", encoding="utf-8")  # noqa: SIM115  (until __exit__)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.seek(0)
            owner = self._lock.read().strip() or "unknown"
            raise UserError(
                f"{self.path} is in use by process {owner}; wait for that run or stop it, then start again"
            ) from None
        self._lock.truncate(0)
        self._lock.write(f"{os.getpid()}\n")
        self._lock.flush()
        for folder in (self.path, self.path.parent):
            sweep(folder)
        self._check_fingerprint()

    def __exit__(self, *_: object) -> None:
        if self._lock is not None:
            self._lock.close()

    def below(self, name: str) -> "StateFolder":
        """Of a part of the run, which lies in this folder and goes with it."""
        return StateFolder(self.path / name, self._fingerprint, self._threads)

    def save(self, state: dict[str, Any]) -> None:
        """Write the state atomically; a crash leaves the previous one."""
        if not processes.is_first():
            return
        with atomic(self.path / "state.pt") as temporary:
            torch.save(state, temporary)

    def load(self) -> dict[str, Any] | None:
        """The saved state, or None when there is none that can be used."""
        path = self.path / "state.pt"
        if not path.exists():
            return None
        try:
            return torch.load(path, map_location="cpu", weights_only=True)
        except (RuntimeError, EOFError, OSError, ValueError, KeyError, pickle.UnpicklingError) as error:
            script.tell(f"{path} cannot be read ({type(error).__name__}); starting from the beginning")
            return None

    def remove(self) -> None:
        """The run is complete: nothing is left to resume."""
        # The state goes first, so that a removal which is cut short leaves none that has lost its fingerprint. A run
        # that asks for the lock at this moment may keep the folder from going, which does no harm.
        (self.path / "state.pt").unlink(missing_ok=True)
        shutil.rmtree(self.path, ignore_errors=True)

    def _check_fingerprint(self) -> None:
        path = self.path / "fingerprint.json"
        run_by = {"threads": self._threads, "processes": processes.count()}
        wanted = {"fingerprint": self._fingerprint, **run_by}
        recorded = _read_json(path)
        if recorded is None:
            # Nobody knows what a state without its fingerprint belongs to: a removal that was cut short leaves one.
            self._empty()
        elif recorded.get("fingerprint") != self._fingerprint:
            changed = sorted(_differences(recorded.get("fingerprint"), self._fingerprint))
            script.tell(f"saved state belongs to other inputs ({', '.join(changed)}); starting from the beginning")
            self._empty()
        else:
            for what, number in run_by.items():
                before = recorded.get(what, 1)
                if before != number:
                    script.tell(
                        f"resuming with {number} {what} where {before} were used before: the result is as good, and no "
                        "longer the same to the bit"
                    )
        with atomic(path) as temporary:
            temporary.write_text(json.dumps(wanted, sort_keys=True, indent=1), encoding="utf-8")

    def _empty(self) -> None:
        for entry in self.path.iterdir():
            if entry.name != "lock":
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def _differences(old: Any, new: dict[str, Any]) -> set[str]:
    old = old if isinstance(old, dict) else {}
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return content if isinstance(content, dict) else None
