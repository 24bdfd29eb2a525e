"""Designs against the gain that they see and their hours, on one page without a server, the reader's own marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2

from augury.command.files import atomic
from augury.command.seals import COMMENT, sealed
from augury.planning.forecast.foretold import duration, points, sentences, trainings, written
from augury.planning.forecast.preview import Option, Preview
from augury.report.markup import coded
from augury.report.planner.axes import linear, logarithmic
from augury.report.values import sentence
from augury.tables.measures import MEASURES

HERE = Path(__file__).parent
STYLE = HERE.parents[3] / "report" / "report.css"
YOURS, CHEAPEST, WORTH, OTHER = "yours", "cheapest", "worth", "other"  # kinds of designs; of two, the first is shown
MARKS = {YOURS: "★", CHEAPEST: "▲", WORTH: "●", OTHER: "○"}
_COUNTS = ("trainings", "folds", "repeats", "seeds", "generator seeds", "tested")
MEANINGS = {
    YOURS: "the study as it is configured",
    CHEAPEST: "the cheapest design that sees the target difference",
    WORTH: "sees clearly more than all that are cheaper",
    OTHER: "another design on the same specimens",
}


@dataclass(frozen=True, slots=True)
class Point:
    """A design on the chart; left and bottom in percent of its area."""

    kind: str
    mark: str
    left: float
    bottom: float
    said: str  # what it is, for the table and for those who hover


def write_plan(preview: Preview, path: Path, cores: int) -> None:
    """Write the page; `preview.planned` is there. cores: trainings at a time."""
    with atomic(path) as temporary:
        temporary.write_bytes(sealed(f"{page(preview, cores).rstrip()}\n{COMMENT}".encode()))


def page(preview: Preview, cores: int) -> str:
    """The page as HTML."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    environment.filters |= {"coded": coded, "sentence": sentence}
    return environment.get_template("plan.html.j2").render(**_content(preview, cores), style=STYLE.read_text("utf-8"))


def _content(preview: Preview, cores: int) -> dict[str, object]:
    measure, target = preview.measures[0], preview.rule.target_difference
    worth, cheapest = preview.worth_their_cost(), preview.cheapest()
    kinds = [(each, _kind(preview, each, cheapest, worth)) for each in preview.options]
    seen = [(each, kind) for each, kind in kinds if each.detectable[measure] is not None]
    hours = logarithmic([each.cost.seconds / cores for each, _ in seen] or [1.0])
    gains = linear([100 * (each.detectable[measure] or 0) for each, _ in seen] + [100 * target])
    ordered = sorted(seen, key=lambda pair: -list(MARKS).index(pair[1]))  # what matters is drawn last, on top
    drawn = [
        Point(
            kind=kind,
            mark=MARKS[kind],
            left=hours.place(each.cost.seconds / cores),
            bottom=gains.place(100 * (each.detectable[measure] or 0)),
            said=_said(preview, each, measure, cores),
        )
        for each, kind in ordered
    ]
    listed = [each for each, kind in kinds if kind != OTHER]
    names = list(preview.pilots.by_measure)
    return {
        "study": preview.study.dataset,
        "sentences": sentences(preview, cores),
        "measure": MEASURES[measure].title,
        "power": f"{preview.rule.power:.0%}",
        "points": drawn,
        "blind": len(kinds) - len(seen),
        "yours_is_blind": all(kind != YOURS for _, kind in seen),
        "hours": hours,
        "gains": gains,
        "target": gains.place(100 * target),
        "target_words": points(target),
        "legend": [(kind, MARKS[kind], MEANINGS[kind]) for kind in MARKS if any(own == kind for _, own in kinds)],
        "header": ["", "time", *(MEASURES[name].title for name in names), "equivalent", *_COUNTS],
        "rows": [_row(preview, each, _kind(preview, each, cheapest, worth), names, cores) for each in listed],
        "config": written(preview, cheapest) if cheapest is not None and cheapest is not preview.planned else "",
        "source": preview.pilots.source,
        "tests": preview.tests,
    }


def _kind(preview: Preview, option: Option, cheapest: Option | None, worth: Sequence[Option]) -> str:
    if option is preview.planned:
        return YOURS
    if option is cheapest:
        return CHEAPEST
    return WORTH if any(option is each for each in worth) else OTHER


def _said(preview: Preview, option: Option, measure: str, cores: int) -> str:
    gain = option.detectable[measure]
    sees = "sees no gain" if gain is None else f"sees {points(gain)} in {MEASURES[measure].title}"
    cost = f"{trainings(option, option).partition(',')[0]}, {duration(option.cost.seconds / cores)}"
    return f"{written(preview, option)}: {sees}, {cost}"


def _row(preview: Preview, option: Option, kind: str, names: Sequence[str], cores: int) -> list[str]:
    gains = [option.detectable[name] for name in names]
    margin = max(option.margin[name] for name in preview.measures)
    numbers = (option.cost.trainings, option.folds, option.repeats, option.seeds, option.generator_seeds,
               round(option.design.tested))  # fmt: skip
    said = ["–" if gain is None else f"{100 * gain:.1f}" for gain in gains]
    time = duration(option.cost.seconds / cores)
    return [f"{MARKS[kind]} {kind}", time, *said, f"{100 * margin:.1f}", *(f"{number:,}" for number in numbers)]
