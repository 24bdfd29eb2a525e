"""The steps of a study that runs, by the lines that Snakemake prints and keeps in .snakemake/log."""

import re
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

_STAMP = re.compile(r"\[(\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4})\]$")
_RULE = re.compile(r"(?:local)?(?:rule|checkpoint) (\w+):$")
_KEY = re.compile(r"(jobid|wildcards|log|output): (.*)$")
_FINISHED = re.compile(r"Finished jobid: (\d+) \(Rule: (\w+)\)$")
_ERROR = re.compile(r"Error in rule (\w+):$")
_COUNT = re.compile(r"(\w+) +(\d+)$")
_ENDED = ("Nothing to be done", "Complete log(s):", "Exiting because")
_STUDY = re.compile(r"(?:^|[ ,])results/([^/, ]+)/")


@dataclass(slots=True)
class Step:
    """One step that was started."""

    rule: str
    began: float  # seconds since the epoch
    wildcards: Mapping[str, str] = field(default_factory=dict)
    log: str = ""
    seconds: float | None = None  # once it has ended

    @property
    def name(self) -> str:
        """The rule and what it makes, in short."""
        return " ".join([self.rule, *self.wildcards.values()])


class Steps:
    """What is planned, running and done. Lines come in their order, and `now` is the time of the last stamp."""

    def __init__(self) -> None:
        self.planned: Counter[str] = Counter()
        self.running: dict[str, Step] = {}  # by Snakemake's number of the job
        self.done: list[Step] = []
        self.failed: list[str] = []  # rules
        self.study, self.began, self.now, self.ended = "", 0.0, 0.0, False
        self._rule = self._section = ""
        self._job = Step("", 0.0)

    @property
    def total(self) -> int:
        """Steps of the whole run."""
        return sum(self.planned.values())

    @property
    def finished(self) -> Counter[str]:
        """Steps that are done, by rule."""
        return Counter(step.rule for step in self.done)

    def read(self, line: str) -> None:
        """Take in one line."""
        line = line.rstrip()
        plain = line.lstrip()
        if match := _STAMP.match(plain):
            self.now = time.mktime(time.strptime(match[1]))
            self.began = self.began or self.now
        elif plain == "Job stats:":
            self.planned.clear()
            self._section = "stats"
        elif self._section == "stats":
            self._count(plain)
        elif match := _RULE.match(plain):
            self._section, self._job = "rule", Step(match[1], self.now)
        elif match := _ERROR.match(plain):
            self._section = "error"
            self.failed.append(match[1])
        elif match := _FINISHED.match(plain):
            self._end(match[1])
        elif self._section and line.startswith(" ") and (match := _KEY.match(plain)):
            self._take(match[1], match[2])
        elif plain.startswith(_ENDED):
            self.ended = True

    def _count(self, plain: str) -> None:
        match = _COUNT.match(plain)
        if match and match[1] == "total":
            self._section = ""
        elif match:
            self.planned[match[1]] = int(match[2])

    def _take(self, key: str, value: str) -> None:
        if key == "jobid" and self._section == "error":
            self.running.pop(value, None)
        elif key == "jobid":
            self.running[value] = self._job
        elif key == "wildcards":
            self._job.wildcards = dict(each.partition("=")[::2] for each in value.split(", "))
        elif key == "log":
            self._job.log = value.partition(" (")[0].partition(", ")[0]
        elif not self.study and (match := _STUDY.search(value)):
            self.study = match[1]

    def _end(self, number: str) -> None:
        step = self.running.pop(number, None)
        if step:
            step.seconds = max(0.0, self.now - step.began)
            self.done.append(step)
