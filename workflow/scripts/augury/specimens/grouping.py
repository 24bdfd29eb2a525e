"""Which images of a class show one specimen: what is named outranks what is found by likeness."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from augury.splits.identity import NAMED

HASH_DIGITS = 16
BY_CONTENT = "content:"  # before an original's hash, which stands for a name of its copies where none was given
UNCLEAR = "looks like images of two specimens by name, and has no name itself; give it one in specimens.table"


class _Groups:
    """Disjoint sets of words."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}

    def top(self, key: str) -> str:
        self.parent.setdefault(key, key)
        while self.parent[key] != key:
            self.parent[key] = self.parent[self.parent[key]]
            key = self.parent[key]
        return key

    def join(self, one: str, other: str) -> None:
        self.parent[self.top(other)] = self.top(one)


def specimen_ids(
    sha256s: Iterable[str], names: Mapping[str, set[str]], links: Iterable[tuple[str, str]]
) -> dict[str, str]:
    """The specimen of each image, by sha256; an image that may show either of two named ones is left out.

    names: given names by sha256; of several (equal files) the first counts. links: pairs of sha256 that are copies of
    each other. A link joins images of which one has no name, directly or through others, and never two names.
    A specimen is called by the first of its names (`g:NAME`), or else by the first 16 digits of the least sha256 in it:
    the order of files and their paths play no part.
    """
    images = list(dict.fromkeys(sha256s))
    groups = _Groups()
    for sha256 in images:
        if names.get(sha256):
            groups.join(NAMED + min(names[sha256], key=lambda name: (name.startswith(BY_CONTENT), name)), sha256)
    links = list(links)
    called = _called(groups, images)
    for one, other in links:
        if called[groups.top(one)] is None and called[groups.top(other)] is None:
            groups.join(one, other)
            called[groups.top(one)] = None
    reached: dict[str, set[str]] = defaultdict(set)
    for one, other in links:
        for image, twin in ((one, other), (other, one)):
            name = called[groups.top(twin)]
            if called[groups.top(image)] is None and name is not None:
                reached[groups.top(image)].add(name)
    specimens = {}
    unnamed = _unnamed(groups, images)
    for sha256 in images:
        top = groups.top(sha256)
        name = called[top]
        choice = {name} if name else reached.get(top, {unnamed[top]})
        if len(choice) == 1:
            specimens[sha256] = next(iter(choice))
    return specimens


def expanded_links(pairs: Iterable[tuple[str, str]], names: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """Links between images of equal pixels, of which `pairs` link all others to the first, so that none hides one.

    Were the first named, an unnamed image would not be seen to equal an image of another name.
    """
    equal: dict[str, list[str]] = defaultdict(list)
    for first, other in pairs:
        equal[first].append(other)
    links = []
    for first, others in equal.items():
        plain = [sha256 for sha256 in (first, *others) if not names.get(sha256)]
        named = [sha256 for sha256 in (first, *others) if names.get(sha256)]
        links += [(plain[0], sha256) for sha256 in (*plain[1:], *named)] if plain else []
    return links


def _called(groups: _Groups, images: Iterable[str]) -> dict[str, str | None]:
    """The name of each group, None without one; what stands for a name is no name."""
    given: dict[str, set[str]] = defaultdict(set)
    for key in list(groups.parent):
        if key.startswith(NAMED) and not key.startswith(NAMED + BY_CONTENT):
            given[groups.top(key)].add(key)
    return {groups.top(sha256): min(given[groups.top(sha256)], default=None) for sha256 in images}


def _unnamed(groups: _Groups, images: Iterable[str]) -> dict[str, str]:
    """What each group is called without a name."""
    for sha256 in images:
        groups.top(sha256)
    members: dict[str, list[str]] = defaultdict(list)
    for key in list(groups.parent):
        members[groups.top(key)].append(key)
    called = {}
    for top, keys in members.items():
        originals = [key.removeprefix(NAMED + BY_CONTENT) for key in keys if key.startswith(NAMED)]
        called[top] = min(originals or keys)[:HASH_DIGITS]
    return called
