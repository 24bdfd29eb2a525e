"""The page of a study that runs: what is done, running and left, losses, the newest samples; it renews itself."""

import contextlib
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2

from augury.command.files import atomic
from augury.command.progress import format_seconds
from augury.command.seals import COMMENT, sealed
from augury.report.progress.estimate import last_row
from augury.report.progress.steps import Step, Steps

RENEWED_SECONDS = 15
SHEETS = 4  # sample grids, the newest
CURVES = 4  # trainings whose losses are drawn: those that run, then the last that ended
_WIDTH, _HEIGHT = 320, 120
_MOST_POINTS = 200
_COLOURS = ("#0b5f93", "#b34700", "#3f7d20", "#7a3e9d")


def sentence(steps: Steps, left: float, now: float) -> str:
    """One line: what is done, what runs, what is left and how long that takes."""
    done, running = len(steps.done), len(steps.running)
    counted = f"{done} of {steps.total} steps done, {running} running, {steps.total - done - running} to come"
    if steps.failed:
        counted += f", {len(steps.failed)} failed ({', '.join(sorted(set(steps.failed)))})"
    if steps.ended:
        return f"{counted}; ended after {format_seconds(steps.now - steps.began)}"
    return f"{counted}; {format_seconds(now - steps.began)} so far, about {format_seconds(left)} left"


def at_work(step: Step, now: float) -> str:
    """What one step does, by its own log."""
    row = last_row(step)
    spent = format_seconds(now - step.began)
    if not row or not row.get("total"):
        return f"{step.name}: {spent}"
    counted = f"{row['done']:.4g} of {row['total']:.4g} {row['unit']}"
    return f"{step.name}: {counted}, {format_seconds(row['seconds_left'])} left"


def write_progress(steps: Steps, left: float, now: float, results: Path) -> Path:
    """Write progress.html into the results folder of the study; its path."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=jinja2.StrictUndefined
    )
    finished = steps.finished
    page = environment.get_template("progress.html.j2").render(
        study=steps.study,
        sentence=sentence(steps, left, now),
        renewed=0 if steps.ended else RENEWED_SECONDS,
        at=time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(now)),
        share=len(steps.done) / steps.total if steps.total else 0,
        running=[at_work(step, now) for step in steps.running.values()],
        rules=[(rule, finished[rule], count) for rule, count in steps.planned.items() if rule != "all"],
        curves=curves(steps),
        sheets=sheets(results),
    )
    path = results / "progress.html"
    with atomic(path) as temporary:
        temporary.write_bytes(sealed(f"{page.rstrip()}\n{COMMENT}".encode()))
    return path


def sheets(results: Path) -> list[tuple[str, str]]:
    """(caption, address from the page on) of the newest sample grids, one of each training.

    While it runs its snapshots have them, and once it has ended its folder of results.
    """
    newest: dict[Path, tuple[float, Path]] = {}
    for below in ("samples.png", ".state/snapshots/generator-*.png"):
        for path in results.glob(f"*/generators/*/seed*/*/{below}"):
            with contextlib.suppress(FileNotFoundError):  # a training that ends takes its state away
                folder = results.joinpath(*path.relative_to(results).parts[:5])
                newest[folder] = max(newest.get(folder, (0.0, path)), (path.stat().st_mtime, path))
    found = [path for _, path in sorted(newest.values(), reverse=True)[:SHEETS]]
    return [(_caption(path.relative_to(results)), quote(path.relative_to(results).as_posix())) for path in found]


def _caption(path: Path) -> str:
    # fold1 gan seed0 A, and of a training that runs: fold1 gan seed0 A, snapshot 20
    snapshot = path.stem.removeprefix("generator-").lstrip("0")
    name = " ".join([*path.parts[:1], *path.parts[2:5]])
    return f"{name}, snapshot {snapshot}" if path.parent.name == "snapshots" else name


def curves(steps: Steps) -> list[tuple[str, list[dict[str, Any]]]]:
    """(name, lines) of the losses of trainings: the points of an SVG of 320 x 120, label, colour and last value."""
    trained = [step for step in [*steps.running.values(), *reversed(steps.done)] if step.rule.startswith("train_")]
    drawn = ((step.name, _lines(step)) for step in trained[: 4 * CURVES])
    return [(name, lines) for name, lines in drawn if lines][:CURVES]


def _lines(step: Step) -> list[dict[str, Any]]:
    try:
        text = Path(step.log).with_suffix(".jsonl").read_text("utf-8") if step.log else ""
        rows = [json.loads(line) for line in text.splitlines()]
    except (OSError, ValueError):
        return []
    names = [name for name in rows[-1] if name.startswith("loss")] if rows else []
    told = {name: [(row["done"], row[name]) for row in rows if _is_number(row.get(name))] for name in names}
    values = {name: points for name, points in told.items() if len(points) > 1}  # a probe's fit is one point
    every = [value for points in values.values() for _, value in points]
    if not every:
        return []
    low, high, last = min(every), max(every), max(row["done"] for row in rows) or 1
    return [
        {
            "name": name,
            "colour": _COLOURS[number % len(_COLOURS)],
            "points": _points(points, last, low, high),
            "value": f"{points[-1][1]:.3g}",
        }
        for number, (name, points) in enumerate(values.items())
    ]


def _points(points: Sequence[tuple[float, float]], last: float, low: float, high: float) -> str:
    step = max(1, len(points) // _MOST_POINTS)
    scale = (high - low) or 1
    kept = [*points[::step], points[-1]]
    return " ".join(f"{_WIDTH * at / last:.1f},{_HEIGHT * (1 - (value - low) / scale):.1f}" for at, value in kept)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and abs(value) < float("inf")
