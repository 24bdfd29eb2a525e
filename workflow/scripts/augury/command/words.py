"""The words of a command line: those that stand in a file, and those of several runs in one process."""

import itertools
import json
from pathlib import Path

from augury.command.errors import UserError

WORDS_FROM, NEXT = "--words-from", "--next"


def with_words(words: list[str]) -> list[str]:
    """With the words of files in place of their names. Raises UserError where one cannot be read."""
    # A shell takes no command of more than 131,072 bytes.
    options, rest = [], iter(words)
    for word in rest:
        if word != WORDS_FROM:
            options.append(word)
            continue
        path = next(rest, "")
        try:
            more = json.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise UserError(f"{WORDS_FROM} {path!r} cannot be read ({error}); name a file with a JSON list") from None
        options += map(str, more)
    return options


def rounds(words: list[str]) -> list[list[str]]:
    """The words of each run: those before the first --next, and its own."""
    ends = [at for at, word in enumerate(words) if word == NEXT] + [len(words)]
    own = [words[begin + 1 : end] for begin, end in itertools.pairwise(ends)]
    return [words[: ends[0]] + each for each in own] or [words]
