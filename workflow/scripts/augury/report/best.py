"""Which classifier to use, and how well it does, for the head of the page."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from augury.report.values import count, percent
from augury.tables.classification import ClassificationRow
from augury.tables.verdict import ALL, HELPS, VerdictRow


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
