"""A user's regular expression, searched in the names of files: in one Unicode form, and never without end."""

import re
import signal
import threading
from types import FrameType

from augury.command.errors import UserError
from augury.images.files import shown
from augury.tables.separated import as_text

NAME_SECONDS = 1.0  # of the processor, for one name; an ordinary pattern takes microseconds
STUDY_SECONDS, MEAN_SECONDS = 10.0, 0.0005  # for all names together, and for each of them then


class _TooLong(Exception):
    """The time for one name is over."""


class NamePattern:
    """A regular expression whose group `specimen`, else its first group, else its match is a name."""

    def __init__(self, text: str) -> None:
        """Raises UserError where the text is no regular expression."""
        self.text = text
        self._spent, self._names = 0.0, 0
        try:
            self._pattern = re.compile(as_text(text))
        except (re.error, RecursionError, OverflowError, MemoryError) as error:
            raise UserError(
                f"`specimens.regex` {shown(text)} is no regular expression ({error}); mend it or leave it empty"
            ) from None
        self.groups: int = self._pattern.groups

    def name(self, path: str) -> str | None:
        """The name that a path gives, None where the pattern does not fit or its group is empty.

        Raises UserError where that takes seconds: some patterns try ever more ways, and would for hours.

        >>> NamePattern(r"(?P<specimen>S\\d+)_\\d+\\.jpg").name("Acartia/S12_3.jpg")
        'S12'
        """
        path = as_text(path)
        match = self._search(path)
        if not match:
            return None
        groups = match.groupdict()
        if "specimen" in groups:
            return groups["specimen"] or None
        return (match.group(1) if self.groups else match.group(0)) or None

    def _search(self, path: str) -> re.Match | None:
        if threading.current_thread() is not threading.main_thread():  # which alone can be interrupted
            return self._pattern.search(path)
        before = signal.signal(signal.SIGVTALRM, _stop)
        try:
            signal.setitimer(signal.ITIMER_VIRTUAL, NAME_SECONDS)
            match = self._pattern.search(path)
        except _TooLong:
            raise self._slow(f"{NAME_SECONDS:g} s for", path) from None
        finally:
            left = signal.setitimer(signal.ITIMER_VIRTUAL, 0)[0]
            signal.signal(signal.SIGVTALRM, before)
        self._names += 1
        self._spent += max(NAME_SECONDS - left, 0.0)
        if self._spent > STUDY_SECONDS and self._spent > MEAN_SECONDS * self._names:
            raise self._slow(f"{STUDY_SECONDS:g} s for {self._names} names, such as", path)
        return match

    def _slow(self, time: str, path: str) -> UserError:
        return UserError(
            f"`specimens.regex` {shown(self.text)} takes more than {time} `{path}`: it can match in too many ways; "
            "write it without a repeat within a repeat, as in (a+)+"
        )


def _stop(number: int, frame: FrameType | None) -> None:
    raise _TooLong
