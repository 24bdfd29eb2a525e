"""Files whose names speak of another class than the one that they are filed under (standard library only).

A name speaks of a class where all words of the class stand in it, in their order and next to each other: letters and
digits are words of their own, and case does not count. The longest class that is found is meant, so that
`calanoid_eggs_12.png` is none of `calanoid`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import PurePath

_WORDS = re.compile(r"[^\W\d_]+|\d+")
FEWEST_LETTERS = 3  # of a word by which a class is known


def misfiled(paths: Sequence[str], classes: Sequence[str]) -> tuple[dict[int, str], list[str]]:
    """By index, the other class that a file's name speaks of; and a sentence for each class whose files mostly do so.

    paths, classes: of N images, the class under which each is filed. Where most names of a class speak of one other
    class, that is how they are named, and none of them stands out.
    """
    words = _known(sorted(set(classes)))
    spoken: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, (path, class_) in enumerate(zip(paths, classes, strict=True)):
        meant = _spoken_of(_words(PurePath(path).stem), words)
        if len(meant) == 1 and meant != {class_}:
            spoken[class_, meant.pop()].append(index)
    sizes = Counter(classes)
    found: dict[int, str] = {}
    sentences = []
    for (class_, other), indices in sorted(spoken.items()):
        if 2 * len(indices) > sizes[class_] > 1:
            sentences.append(f"{len(indices)} of {sizes[class_]} file names in {class_} speak of {other}")
        else:
            found |= dict.fromkeys(indices, other)
    return found, sentences


def _known(classes: Sequence[str]) -> dict[str, list[str]]:
    """The words of each class that can be told by them; numbers that stand before a name, as in 01_Normal, are none."""
    made = {}
    for class_ in classes:
        words = _words(class_)
        while len(words) > 1 and words[0].isdigit():
            words = words[1:]
        made[class_] = words
    counts = Counter(map(tuple, made.values()))
    return {
        class_: words
        for class_, words in made.items()
        if counts[tuple(words)] == 1 and any(len(word) >= FEWEST_LETTERS and word.isalpha() for word in words)
    }


def _spoken_of(name: list[str], classes: dict[str, list[str]]) -> set[str]:
    """The classes that stand in a name, without those that are part of a longer one at the same place."""
    spans = {
        (start, start + len(words), class_)
        for class_, words in classes.items()
        for start in range(len(name) - len(words) + 1)
        if name[start : start + len(words)] == words
    }
    return {
        class_
        for start, end, class_ in spans
        if not any(low <= start and end <= high and (low, high) != (start, end) for low, high, _ in spans)
    }


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.casefold())
