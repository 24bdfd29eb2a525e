"""Dividing specimens that show several classes, so that every class gets about what it asks for.

Specimens that show the same classes are a group, and of a group it matters only how many go where. Each group begins
with its share, rounded up or down by a hash of its own; then single specimens are moved where that brings the classes
nearer to what they ask for, those first that bring most. So a group depends on the others only in the few specimens
that were moved, and a new specimen moves few. Standard library only: the workflow reads it when it plans its jobs.
"""

import hashlib
from collections.abc import Mapping, Sequence
from itertools import pairwise

Group = tuple[str, ...]  # the classes that its specimens show, sorted
LEAST_GAIN = 2.0  # a move that brings no more is not made: what is uneven by less, the classes' own specimens even out
SOFT, HARD = 0.01, 3.0  # weights of deviations that a class's own specimens can make up for, and cannot
EMPTY = 8.0  # cost of a part without a specimen of a class that asks for one, beside the square of what is missing


def apportion(
    sizes: Mapping[Group, int],
    wanted: Mapping[str, Sequence[float]],
    words: str,
    most: Mapping[str, Sequence[float]] | None = None,
) -> dict[Group, list[int]]:
    """How many of each group go into each of P cells.

    sizes: specimens of each group. wanted: of each class, how many of the specimens that show it are asked for in each
    cell, (P,). words: what the hashes begin with, so that repeats differ. The squares of the deviations from `wanted`,
    summed over classes and cells, are made small; groups keep their sizes. most: where classes ask for unlike shares,
    how many each has room for in each cell; what is short of that, its own specimens fill, so what is over counts most.
    """
    shares = {group: _shares(group, size, wanted, words) for group, size in sorted(sizes.items()) if size}
    table = _Table(shares, wanted, most)
    while table.improve(words):
        pass
    return shares


class _Table:
    """What each class has in each cell, and what a specimen more or less would cost."""

    def __init__(
        self,
        counts: dict[Group, list[int]],
        wanted: Mapping[str, Sequence[float]],
        most: Mapping[str, Sequence[float]] | None,
    ) -> None:
        self.counts, self.wanted, self.most = counts, wanted, most
        self.has = {class_: [0.0] * len(cells) for class_, cells in wanted.items()}
        for group, cells in counts.items():
            for class_ in group:
                self.has[class_] = [one + other for one, other in zip(self.has[class_], cells, strict=True)]
        self.more = {class_: [self._step(class_, cell, 1) for cell in range(len(cells))] for class_, cells in
                     self.has.items()}  # fmt: skip
        self.less = {class_: [self._step(class_, cell, -1) for cell in range(len(cells))] for class_, cells in
                     self.has.items()}  # fmt: skip

    def improve(self, words: str) -> bool:
        """Make the best move of each group, best first, while it still brings something; False where there is none."""
        moves = []
        for group in self.counts:
            gain, start, end = self._best(group)
            if gain > LEAST_GAIN:
                moves.append((-gain / len(group), _hash(words, "move", *group), group, start, end))
        made = False
        for _, _, group, start, end in sorted(moves):
            if self._gain(group, start, end) > LEAST_GAIN:
                self._move(group, start, end)
                made = True
        return made

    def _best(self, group: Group) -> tuple[float, int, int]:
        more = [sum(steps) for steps in zip(*[self.more[class_] for class_ in group], strict=True)]
        less = [sum(steps) for steps in zip(*[self.less[class_] for class_ in group], strict=True)]
        cells = range(len(more))
        moves = [
            (-more[end] - less[start], -start, -end)
            for start in cells
            if self.counts[group][start]
            for end in cells
            if start != end
        ]
        gain, start, end = max(moves, default=(0.0, 0, 0))
        return gain, -start, -end

    def _gain(self, group: Group, start: int, end: int) -> float:
        return -sum(self.more[class_][end] + self.less[class_][start] for class_ in group)

    def _move(self, group: Group, start: int, end: int) -> None:
        for cell, step in ((start, -1), (end, 1)):
            self.counts[group][cell] += step
            for class_ in group:
                self.has[class_][cell] += step
                self.more[class_][cell] = self._step(class_, cell, 1)
                self.less[class_][cell] = self._step(class_, cell, -1)

    def _step(self, class_: str, cell: int, step: int) -> float:
        now = self.has[class_][cell]
        return self._cost(class_, cell, now + step) - self._cost(class_, cell, now)

    def _cost(self, class_: str, cell: int, number: float) -> float:
        wanted = self.wanted[class_][cell]
        cost = (number - wanted) ** 2
        if self.most is not None:
            cost = SOFT * cost + HARD * max(0.0, number - self.most[class_][cell]) ** 2
        return cost + (EMPTY if wanted >= 0.5 and number < 1 else 0.0)


def _shares(group: Group, size: int, wanted: Mapping[str, Sequence[float]], words: str) -> list[int]:
    """The cells of a group: the mean share of what its classes ask for, rounded at a place that its hash chooses."""
    shares = [[each / sum(wanted[class_]) for each in wanted[class_]] for class_ in group if sum(wanted[class_]) > 0]
    if not shares:
        shares = [[1.0] * len(wanted[group[0]])]
    mean = [sum(each) / len(shares) for each in zip(*shares, strict=True)]
    offset, reached, borders = int(_hash(words, "start", *group)[:12], 16) / 16**12, 0.0, [0]
    for share in mean:
        reached += share / sum(mean)
        borders.append(min(size, int(size * reached + offset)))
    borders[-1] = size
    return [end - begin for begin, end in pairwise(borders)]


def _hash(*words: str) -> str:
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()
