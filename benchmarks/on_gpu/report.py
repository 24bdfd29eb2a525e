"""Steps that each stand for themselves: what one finds is printed and written as it comes, and its failure is a row."""

import json
import time
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, as_completed
from pathlib import Path
from typing import Any


class Report:
    """Rows of steps, one JSON object a line in `folder`/rows.jsonl, and short ones on the terminal.

    minutes: after so long no further step is begun; what was left out is told.
    """

    def __init__(self, folder: Path, minutes: float) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file = open(folder / "rows.jsonl", "a", encoding="utf-8")  # noqa: SIM115  (open as long as steps run)
        self.began, self.seconds = time.monotonic(), minutes * 60
        self.failures = 0

    @property
    def over(self) -> bool:
        """Whether the time is spent."""
        return time.monotonic() - self.began > self.seconds

    def step(self, name: str, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call the function, and write what it returns (a mapping, or several) under this name; None where it fails."""
        if self.over:
            return self.row(name, {"left_out": "the time is spent"})
        began = time.monotonic()
        try:
            made = function(*arguments)
        except Exception as fault:
            return self.fail(name, fault)
        for index, row in enumerate(made if isinstance(made, list) else [made]):
            self.row(name, row | ({} if index else {"took": round(time.monotonic() - began, 1)}))
        return made

    def side_by_side(self, pool: Executor, steps: Iterable[tuple[str, Callable[..., Any], tuple]]) -> None:
        """The same of steps that do not wait for each other: (name, function, arguments) each."""
        due = {pool.submit(function, *arguments): name for name, function, arguments in steps}
        for done in as_completed(due):
            if fault := done.exception():
                self.fail(due[done], fault)
                continue
            made = done.result()
            for row in made if isinstance(made, list) else [made]:
                self.row(due[done], row)

    def row(self, name: str, row: dict[str, Any]) -> None:
        """Write one row."""
        at = {"step": name, "at": round(time.monotonic() - self.began, 1)}
        self.file.write(json.dumps(at | row, default=str) + "\n")
        self.file.flush()
        shown = " ".join(f"{key}={_short(value)}" for key, value in row.items())
        print(f"{at['at']:6.1f}  {name}: {shown}", flush=True)

    def fail(self, name: str, fault: BaseException) -> None:
        """Write what went wrong, with the last lines that say where."""
        self.failures += 1
        where = "".join(traceback.format_exception(fault)).strip().splitlines()[-12:]
        self.row(name, {"FAILED": f"{type(fault).__name__}: {str(fault)[:300]}", "where": "\n" + "\n".join(where)})


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
