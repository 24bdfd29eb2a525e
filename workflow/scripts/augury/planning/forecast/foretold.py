"""The preview of a study in sentences."""

from collections.abc import Sequence

from augury.planning.forecast.pilots import MEASURES
from augury.planning.forecast.preview import Option, Preview


def sentences(preview: Preview, cores: int = 1) -> list[str]:
    """Four at most for the person who plans; none where nothing is compared."""
    planned = preview.planned
    if planned is None:
        return []
    made, cost = planned.design, planned.cost
    splits = f"{made.n_splits} splits" if made.n_splits > 1 else "one split"
    lines = [
        f"tests {made.tested:.0f} of {preview.specimens} specimens in {splits}; trains "
        f"{_number(cost.generators, 'generator')} and {_number(cost.classifiers, 'classifier')}, "
        f"about {duration(cost.seconds / cores)} on {_number(cores, 'core')} ({preview.costs.source})"
    ]
    pilot = preview.pilots.by_measure[preview.measures[0]]
    lines.append(
        f"{_seen(planned, preview.measures)} ({preview.classifier}, baseline {pilot.baseline:.2f}, "
        f"{preview.rule.power:.0%} power, {_number(preview.tests, 'comparison')}; {preview.pilots.source})"
    )
    return [*lines, *_cheapest(preview, planned), *_margin(preview, planned)]


def _seen(planned: Option, measures: Sequence[str]) -> str:
    """Can see a gain of 5 points in accuracy, and none in auroc: the baseline leaves less room than it needs."""
    gains = {name: gain for name in measures if (gain := planned.detectable[name]) is not None}
    blind = [name for name in measures if name not in gains]
    seen = ", ".join(f"{points(gain)} in {name}" for name, gain in gains.items())
    clauses = [f"can see a gain of {seen}"] * bool(gains)
    if blind:
        none = "none" if gains else "can see no gain"
        clauses.append(f"{none} in {' and '.join(blind)}: the baseline leaves less room than that would need")
    return ", and ".join(clauses)


def _cheapest(preview: Preview, planned: Option) -> list[str]:
    best = preview.cheapest()
    wanted = points(preview.rule.target_difference)
    level = max(preview.pilots.by_measure[name].baseline for name in preview.measures)
    if preview.rule.target_difference > 1 - level:
        return [f"a baseline of {level:.2f} leaves no room for {wanted} (`statistics.target_difference`)"]
    if best is planned:
        return [f"no design on these specimens sees {wanted} (`statistics.target_difference`) for less"]
    if best:
        return [
            f"the cheapest design that sees {wanted} (`statistics.target_difference`) is `{written(preview, best)}`: "
            f"{trainings(best, planned)}"
        ]
    most = min(preview.options, key=lambda option: sum(option.margin[name] for name in preview.measures))
    needed = [(option, preview.specimens_needed(option)) for option in (planned, most)]
    words = [
        f"about {number:,} specimens {'in this design' if option is planned else f'with `{written(preview, option)}`'}"
        for option, number in needed[: 1 if most is planned else 2]
        if number
    ]
    none = f"no design on these specimens can see {wanted} (`statistics.target_difference`)"
    if not words:
        return [f"{none}, and no number of them would"]
    return [f"{none}; it takes {', or '.join(words)}"]


def _margin(preview: Preview, planned: Option) -> list[str]:
    if max(planned.margin[name] for name in preview.measures) <= preview.rule.margin:
        return []
    reachable = preview.reachable_margin
    sentence = f"cannot show equal arms to be equivalent within {points(preview.rule.margin)} (`statistics.margin`); "
    reach = f"a margin of {reachable:g}" if reachable else "no margin"
    return [f"{sentence}{reach} is within its reach"]


def table(preview: Preview, cores: int = 1) -> list[str]:
    """Lines of the designs that are worth their cost, cheapest first, under a header."""
    measures = [name for name in MEASURES if name in preview.pilots.by_measure]
    names = ("folds", "repeats", "seeds", "generator seeds", "tested", "trainings", "time", *measures, "equivalent")
    header = ["", *names]
    rows, best = [header], preview.cheapest()
    for each in preview.worth_their_cost():
        sign = "*" * (each is preview.planned) + ">" * (each is best)
        numbers = (each.folds, each.repeats, each.seeds, each.generator_seeds, round(each.design.tested))
        seen = [each.detectable[name] for name in measures]
        margin = max(each.margin[name] for name in preview.measures)
        rows.append([
            sign, *map(str, numbers), str(each.cost.trainings), duration(each.cost.seconds / cores),
            *("-" if share is None else f"{100 * share:.1f}" for share in seen), f"{100 * margin:.1f}",
        ])  # fmt: skip
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]


def written(preview: Preview, option: Option) -> str:
    """A design as in a config."""
    return option.written(bool(preview.study.trained_generators))


def trainings(option: Option, planned: Option) -> str:
    """What a design costs beside the planned one."""
    number, times = option.cost.trainings, option.cost.seconds / max(planned.cost.seconds, 1e-9)
    return f"{_number(number, 'training')}, {times:.2g} times the time"


def points(share: float) -> str:
    """A difference of shares in points."""
    number = f"{100 * share:.2g}" if share < 0.1 else f"{100 * share:.0f}"
    return f"{number} point{'s' * (number != '1')}"


def duration(seconds: float) -> str:
    """Minutes, hours or days."""
    if seconds < 5400:
        return f"{max(1, round(seconds / 60))} min"
    return f"{seconds / 3600:.0f} h" if seconds < 48 * 3600 else f"{seconds / 86400:.0f} days"


def _number(number: int, word: str) -> str:
    return f"{number:,} {word}{'s' * (number != 1)}"
