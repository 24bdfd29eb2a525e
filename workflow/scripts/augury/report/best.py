"""Which classifier to use, and how well it does, for the head of the page."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from augury.report.values import count, percent
from augury.tables.classification import ClassificationRow
from augury.tables.verdict import ALL, CONTROLS, HELPS, VerdictRow, kind

_TIE = 0.0005  # of accuracy: what no reader sees


class Choice(NamedTuple):
    """The best classifier on the arm to train it on, and what it was chosen from."""

    level: ClassificationRow
    order: Sequence[str]  # all classifiers, the best first
    arms: Sequence[str]  # that all of them have
    levels: Mapping[str, Mapping[str, ClassificationRow]]  # classifier -> arm -> row


def best(rows: Sequence[ClassificationRow], judged: Sequence[VerdictRow]) -> list[str]:
    """Sentences: the best classifier with its level, and how far ahead of the next it is from arm to arm."""
    found = choose(rows, judged)
    if found is None:
        return []
    level, (first, *others) = found.level, found.order
    accuracy = percent(level.accuracy, level.accuracy_low, level.accuracy_high)
    lines = [f"Use {first}, trained on {level.arm}: it calls" if others else f"{first}, trained on {level.arm}, calls"]
    lines[0] += f" {accuracy} of the {level.part} images rightly."
    if others:
        lines.append(_ahead(first, others[0], found.levels, found.arms, level.arm))
    return lines


def choose(rows: Sequence[ClassificationRow], judged: Sequence[VerdictRow]) -> Choice | None:
    """The best classifier; None where there is none to choose from.

    rows: of one part, means alone. The best is that of the highest mean accuracy over the arms that all classifiers
    have; its level is that on the baseline, or on the arm that is seen to help it most.
    """
    levels: dict[str, dict[str, ClassificationRow]] = {}
    for row in rows:
        if row.accuracy is not None:
            levels.setdefault(row.classifier, {})[row.arm] = row
    arms = [arm for arm in next(iter(levels.values()), {}) if all(arm in by_arm for by_arm in levels.values())]
    if not arms:
        return None
    means = {name: sum(_accuracy(by_arm[arm]) for arm in arms) / len(arms) for name, by_arm in levels.items()}
    order = sorted(means, key=lambda name: -means[name])
    level = levels[order[0]][_arm(order[0], levels[order[0]], arms, judged)]
    return Choice(level, order, arms, levels)


def beside_the_baseline(rows: Sequence[ClassificationRow], judged: Sequence[VerdictRow]) -> list[str]:
    """The best of all arms and classifiers beside the best classifier on the baseline, which is what has to be beaten.

    A sentence where another is ahead of it, or where an arm helps a classifier that stays behind it. Controls are left
    out.
    """
    found = choose(rows, judged)
    of = [row for row in judged if (row.class_, row.measure) == (ALL, "accuracy") and kind(row) != CONTROLS]
    baseline = of[0].baseline if of else None
    known = [levels[baseline] for levels in found.levels.values() if baseline in levels] if found and baseline else []
    if found is None or not known:
        return []
    simple = max(known, key=_accuracy)
    by_cell = {(row.classifier, row.arm): row for row in of if row.arm in found.levels.get(row.classifier, {})}
    cells = {cell: found.levels[cell[0]][cell[1]] for cell in by_cell}
    ahead = {cell: row for cell, row in cells.items() if _accuracy(row) - _accuracy(simple) > _TIE}
    if ahead:
        cell, top = max(ahead.items(), key=lambda item: _accuracy(item[1]))
        gain = 100 * (_accuracy(top) - _accuracy(simple))
        return [
            f"The most was called rightly by {top.classifier} on {top.arm}, {_accuracy(top):.1%}: {gain:.1f} points "
            f"more than by {simple.classifier} on {baseline}, the best without it ({_sure(by_cell[cell], simple)})."
        ]
    helped = [row for cell, row in cells.items() if by_cell[cell].word == HELPS and row.classifier != simple.classifier]
    if not helped:
        return []
    top = max(helped, key=_accuracy)
    behind = 100 * (_accuracy(simple) - _accuracy(top))
    return [
        f"Helped by {top.arm}, {top.classifier} calls {_accuracy(top):.1%} rightly: {behind:.1f} points fewer than "
        f"{simple.classifier} on {baseline}, without it."
    ]


def _sure(row: VerdictRow, simple: ClassificationRow) -> str:
    if row.classifier != simple.classifier or row.low is None or row.high is None:
        return "no paired test was made"
    resolved = "resolved" if row.word == HELPS else "not resolved"
    return f"{100 * row.low:+.1f} to {100 * row.high:+.1f}, {resolved}"


def _arm(name: str, levels: dict[str, ClassificationRow], arms: Sequence[str], judged: Sequence[VerdictRow]) -> str:
    helping = [
        row for row in judged
        if (row.classifier, row.class_, row.measure, row.word) == (name, ALL, "accuracy", HELPS) and row.arm in levels
    ]  # fmt: skip
    if helping:
        return max(helping, key=lambda row: _accuracy(levels[row.arm])).arm
    baselines = [row.baseline for row in judged if row.baseline in levels]
    return baselines[0] if baselines else arms[0]


def _ahead(first: str, second: str, levels: Mapping, arms: Sequence[str], shown: str) -> str:
    gaps = [100 * (_accuracy(levels[first][arm]) - _accuracy(levels[second][arm])) for arm in arms]
    mean = sum(gaps) / len(gaps)
    if abs(mean) < 0.05:
        return f"{second} does as well, by the mean over the arms."
    spread = f"{min(gaps):+.1f} to {max(gaps):+.1f}; " if len(gaps) > 1 else ""
    spread += f"{_intervals(levels[first][shown], levels[second].get(shown))}no paired test was made"
    over = f" on average over {count(len(arms), 'arm')}" if len(gaps) > 1 else ""
    whatever = "Whatever the arm, it" if len(gaps) > 1 and min(gaps) > 0 else "It"
    return f"{whatever} is better than {second}, by {mean:.1f} points{over} ({spread})."


def _accuracy(row: ClassificationRow) -> float:
    return row.accuracy or 0.0  # rows without one are no candidates


def _intervals(one: ClassificationRow, other: ClassificationRow | None) -> str:
    if other is None or one.accuracy_low is None or other.accuracy_high is None:
        return ""
    return f"the intervals {'lie apart' if one.accuracy_low > other.accuracy_high else 'overlap'}, and "
