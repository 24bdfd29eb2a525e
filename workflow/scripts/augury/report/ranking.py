"""Which generator comes nearest to the real images: reported where all networks that may judge find the same one."""

from collections.abc import Sequence
from typing import NamedTuple

from augury.report.values import count, listed
from augury.scores.generators import HIGHER, LOWER
from augury.scores.judges import extractors_of, fair
from augury.scores.naming import metric_names
from augury.tables.classification import ALL
from augury.tables.generator_pairs import PairRow
from augury.tables.generators import END, GeneratorRow


class Ranking(NamedTuple):
    """What one network finds: generators by their mean over the classes that all of them have, the nearest first."""

    extractor: str
    classes: list[str]
    means: dict[str, float]
    resolved: list[str]  # those from which the first is told apart

    @property
    def first(self) -> str:
        """The nearest."""
        return next(iter(self.means))


def nearest(rows: Sequence[GeneratorRow], pairs: Sequence[PairRow]) -> list[str]:
    """A paragraph on which generator has the smallest kernel distance, and from which others that is resolved.

    Nothing is said of fewer than two generators. Networks that a discriminator looked through have no say.
    """
    ended = [row for row in rows if row.when == END and row.kid is not None]
    if len({row.generator for row in ended}) < 2:
        return []
    judging, barred = fair(ended), [name for name in extractors_of(ended) if name not in fair(ended)]
    ranked = [rank(name, ended, pairs) for name in judging]
    rankings = [each for each in ranked if each]
    words = _agreed(rankings) if len({each.first for each in rankings}) == 1 else _divided(rankings)
    if barred:
        words += [_circular(ended, barred, bool(judging))]
    if words and any(row.leaked for row in ended):
        words.append("Rows marked as leaked come from generators that saw images of the test part.")
    return [" ".join(words)] if words else []


def rank(extractor: str, ended: Sequence[GeneratorRow], pairs: Sequence[PairRow]) -> Ranking | None:
    """What a network finds; None where no class has all generators."""
    kids: dict[str, dict[str, float]] = {}
    for row in ended:
        if row.extractor == extractor and row.kid is not None:
            kids.setdefault(row.generator, {})[row.class_] = row.kid
    of_first = next(iter(kids.values()), {})
    classes = [name for name in of_first if all(name in of_one for of_one in kids.values())]
    if not classes or len(kids) < 2:
        return None
    means = {name: sum(of_one[class_] for class_ in classes) / len(classes) for name, of_one in kids.items()}
    means = dict(sorted(means.items(), key=lambda item: item[1]))
    first, *others = means
    of_extractor = [pair for pair in pairs if pair.extractor == extractor]
    scope = ALL if any(pair.class_ == ALL for pair in of_extractor) else classes[0]
    words = {(pair.generator_a, pair.generator_b): pair.kid_word for pair in of_extractor if pair.class_ == scope}
    resolved = [name for name in others if words.get((first, name)) == HIGHER or words.get((name, first)) == LOWER]
    return Ranking(extractor, classes, means, resolved)


def _agreed(rankings: Sequence[Ranking]) -> list[str]:
    first, *others = rankings[0].means
    classes = rankings[0].classes
    among = f"{count(len(classes), 'class', 'classes')} that all generators have"
    where = f"over the {among}" if len(classes) > 1 else f"for {classes[0]}"
    values = [_values(each) for each in rankings]
    words = [f"At the end of training {first} comes nearest to the real images {where}: its {listed(values)}."]
    resolved = [name for name in others if all(name in each.resolved for each in rankings)]
    left = [name for name in others if name not in resolved]
    by = " by each network" if len(rankings) > 1 else ""
    if resolved:
        words.append(f"The difference from {listed(resolved)} is resolved{by}.")
    if left:
        words.append(f"The difference from {listed(left)} is not resolved{by}: it may be chance.")
    return [*words, "A generator that copies its training images comes near too; see the training diagnostics."]


def _divided(rankings: Sequence[Ranking]) -> list[str]:
    if not rankings:
        return []
    leaders = [f"{each.first} by {metric_names(each.extractor)[1]} (times 100: {_numbers(each)})" for each in rankings]
    return [
        "The networks disagree on which generator comes nearest to the real images at the end of training: it is "
        f"{listed(leaders)}. So none is called the nearest."
    ]


def _circular(ended: Sequence[GeneratorRow], barred: list[str], judged: bool) -> str:
    looking = list(dict.fromkeys(row.generator for row in ended if row.circular))
    words = f"{listed(barred)} had no say, as images of {listed(looking)} were made or chosen through it (circular)"
    return f"{words}." if judged else f"{words}, and no other network was asked, so no ranking is given."


def _values(ranking: Ranking) -> str:
    first, *others = ranking.means
    against = listed([f"{100 * ranking.means[name]:.3g} of {name}" for name in others])
    return f"{metric_names(ranking.extractor)[1]}, times 100, is {100 * ranking.means[first]:.3g}, against {against}"


def _numbers(ranking: Ranking) -> str:
    return listed([f"{name} {100 * mean:.3g}" for name, mean in ranking.means.items()])
