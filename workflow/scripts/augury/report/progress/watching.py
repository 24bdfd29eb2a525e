"""Watching a run of Snakemake: the lines that it prints, or those of its log, become a line and a page."""

import re
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from augury.command import script
from augury.command.errors import UserError
from augury.report.progress.estimate import Estimate, Forecast
from augury.report.progress.page import at_work, sentence, write_progress
from augury.report.progress.steps import Steps

EVERY_SECONDS = 5.0  # the line on a terminal, and the page
LOGGED_SECONDS = 60.0  # the line where no terminal is
_TAIL = 60  # lines of Snakemake's that are shown where it failed
_PASSED_ON = ("augury: ", "config: ", "warning: ", "Error", "WorkflowError")
_CORES = re.compile(r"Provided (?:cores|remote nodes): (\d+)")


class Watch:
    """What is known of a run, and where it is shown."""

    def __init__(self, command: Sequence[str] = ()) -> None:
        self.steps, self.estimate, self.command = Steps(), Estimate(), command
        self._shown = 0.0
        self._cores = 1
        self._foretold = False

    def read(self, line: str) -> None:
        """Take in a line of Snakemake's."""
        self.steps.read(line)
        if line.startswith("  Command: "):
            self.command = line.partition(": ")[2].split()
        elif match := _CORES.match(line):
            self._cores = int(match[1])

    def show(self, last: bool = False) -> None:
        """The line and the page, where it is time for them."""
        now, terminal = time.time(), sys.stderr.isatty()
        if not self.steps.total or not self.steps.study:
            return
        if not last and now - self._shown < (EVERY_SECONDS if terminal else LOGGED_SECONDS):
            return
        self._shown = now
        results = Path("results", self.steps.study)
        if not self._foretold:
            self._foretold = True
            self.estimate = Estimate(forecast_of(self.command), results, self._cores)
        if last:
            now = self.steps.now
        left = self.estimate.left(self.steps, now)
        if results.is_dir():
            write_progress(self.steps, left, now, results)
        text = f"{self.steps.study}: {sentence(self.steps, left, now)}"
        if terminal:
            first = next((at_work(step, now) for step in self.steps.running.values()), "")
            sys.stderr.write(f"\r{f'{text} [{first}]' if first else text}\x1b[K" + ("\n" if last else ""))
            sys.stderr.flush()
        else:
            script.tell(text)


def words_of(command: Sequence[str], *options: str) -> list[str]:
    """The words that stand behind one of the options.

    >>> words_of(["snakemake", "--config", "a=1", "b=2", "-n"], "--config", "-C")
    ['a=1', 'b=2']
    """
    words, taking = [], False
    for word in command:
        if word in options:
            taking = True
        elif word.startswith("-"):
            taking = False
        elif taking:
            words.append(word)
    return words


def forecast_of(command: Sequence[str]) -> Forecast:
    """What the planner foretells of the study's trainings; nothing where it cannot be planned from here."""
    from augury.planning.by_hand import study_of
    from augury.planning.forecast.costs import Costs
    from augury.planning.inputs.plan import Plan

    configs = map(Path, words_of(command, "--configfile", "--configfiles"))
    words = words_of(command, "--config", "-C")
    try:
        return Costs(Plan(study_of(list(configs), words))).kinds
    except (UserError, OSError):
        return {}


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run Snakemake and show its progress; its exit code."""
    if any(word == "-q" or word.startswith("--quiet") for word in command):
        raise UserError(
            "leave out --quiet: it hides the steps that are to be watched, which one line stands for anyway"
        )
    watch, tail = Watch(command), deque[str](maxlen=_TAIL)
    try:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=environment
        )
    except OSError as error:
        raise UserError(f"{command[0]} cannot be started ({error.strerror}); give a command of Snakemake") from None
    before = signal.signal(signal.SIGTERM, lambda *_: process.send_signal(signal.SIGTERM))  # its steps save and end
    lock, ended = threading.Lock(), threading.Event()

    def show() -> None:
        while not ended.wait(1):
            with lock:
                watch.show()

    shower = threading.Thread(target=show, daemon=True)
    shower.start()
    try:
        for line in process.stdout or ():
            with lock:
                watch.read(line)
                tail.append(line)
                if line.startswith(_PASSED_ON):
                    sys.stderr.write(f"\r\x1b[K{line}" if sys.stderr.isatty() else line)
        code = process.wait()
    except KeyboardInterrupt:  # Snakemake has had it too, and ends its steps
        code = process.wait()
    signal.signal(signal.SIGTERM, before)
    ended.set()
    shower.join()
    watch.steps.ended = True
    watch.show(last=True)
    if code or not watch.steps.total:  # a mistake, or a plan alone, is told in Snakemake's own words
        sys.stderr.writelines(tail)
    return code


def newest_log(folder: Path) -> Path | None:
    """The log of the run that began last."""
    return max(folder.glob("*.snakemake.log"), default=None)


def follow(log: Path) -> None:
    """Show the progress of a run by its log, until it has ended."""
    watch = Watch()
    for line in _lines(log):
        if line:
            watch.read(line)
        else:
            watch.show()
            time.sleep(1)
        if watch.steps.ended:
            break
    watch.show(last=True)


def _lines(log: Path) -> Iterator[str]:
    """Whole lines as they are written; an empty text where there is no new one."""
    with open(log, encoding="utf-8", errors="replace") as file:
        rest = ""
        while True:
            rest += file.readline()
            if rest.endswith("\n"):
                yield rest
                rest = ""
            else:
                yield ""
