"""Rows, runs and files by what they share."""

from collections.abc import Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")
Key = TypeVar("Key")


def grouped(items: Iterable[Item], key: Callable[[Item], Key]) -> dict[Key, list[Item]]:
    """Lists of items by their keys, both in the order in which they come.

    >>> grouped(["cod", "crab", "eel"], key=lambda word: word[0])
    {'c': ['cod', 'crab'], 'e': ['eel']}
    """
    groups: dict[Key, list[Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups
