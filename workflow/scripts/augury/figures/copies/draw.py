"""From copies to free draws: how many images of each level of noise show a training image, and what they look like."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from augury.figures import theme
from augury.figures.sheets import Sheet, lay_out, read_sheet, spread_out, title
from augury.tables.copies import ALL, CopyRow
from augury.tables.description import read_description
from augury.tables.selections import PoolRun, pool_run_of
from augury.tables.table import read_rows

MOST = 8  # strips
HEAD, FOOT, SIDE = 2.5, 0.75, 0.9  # inches of the plot with its frame, below its axis and left of it
_APART = 1.04  # ratio of the places of two lines' points, so that their intervals can be told apart


def draw(copies: Sequence[Path], sheets: Sequence[Path], descriptions: Sequence[Path]) -> Figure:
    """copies.tsv above, and compared.png of the first split and seed below it, one for each pool and class."""
    rows = [row for path in copies for row in read_rows(path, CopyRow) if row.copied is not None]
    alone = len({row.class_ for row in rows}) == 1
    over_all = [row for row in rows if alone or row.class_ == ALL]
    names = list(dict.fromkeys(_name(row.generator, row.selection) for row in rows))
    lines = {name: [row for row in over_all if _name(row.generator, row.selection) == name] for name in names}
    first: dict[tuple[str, str], tuple[Path, Path]] = {}
    for path, description in zip(sheets, descriptions, strict=True):
        run = pool_run_of(path)
        first.setdefault((_name(run.pool, run.selection), run.class_), (path, description))
    strips = [_strip(key, *each, rows) for key, each in spread_out(first, MOST).items()]
    legend = theme.legend_size(names, theme.WIDTH)[1] if len(names) > 1 else 0.0
    figure = lay_out(strips, few=2, head=HEAD + legend)
    width, height = figure.get_size_inches()
    box = SIDE / width, (height - HEAD + FOOT) / height, 1 - (SIDE + 0.2) / width, (HEAD - FOOT - 0.35) / height
    axis = figure.add_axes(box)
    _shares(axis, lines)
    if legend:
        handles, labels = axis.get_legend_handles_labels()
        top = (height - HEAD) / height
        columns = theme.legend_size(labels, theme.WIDTH)[0]
        figure.legend(handles, labels, loc="upper center", bbox_to_anchor=(0.5, top), ncols=columns)
    return figure


def _shares(axis: Axes, lines: dict[str, list[CopyRow]]) -> None:
    colours = theme.colours(list(lines))
    for number, (name, rows) in enumerate(lines.items()):
        at = [row.sigma * _APART ** (number - (len(lines) - 1) / 2) for row in rows]
        axis.plot(
            at, [row.copied or 0.0 for row in rows], "o-", color=colours[name], label=theme.short(name), markersize=5
        )
        for place, row in zip(at, rows, strict=True):
            if row.copied_low is not None and row.copied_high is not None:
                axis.plot([place] * 2, [row.copied_low, row.copied_high], color=colours[name], linewidth=1.2)
    levels = sorted({row.sigma for rows in lines.values() for row in rows})
    axis.set(xscale="log", ylim=(-0.03, 1.03), xlabel="noise on the parent (sigma)", ylabel="copies")
    axis.set_title("Share that shows a training image")
    axis.set_xticks(levels, [f"{level:g}" for level in levels])
    axis.minorticks_off()
    axis.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")


def _strip(key: tuple[str, str], path: Path, description: Path, rows: Sequence[CopyRow]) -> Sheet:
    record, run = read_description(description), pool_run_of(path)
    shares = {row.sigma: row.copied for row in rows if _of(row, run)}
    levels = record["settings"]["sigma"]
    notes = [f"{level:g}" + (f"\n{shares[level]:.0%}" if level in shares else "") for level in levels]
    pixels = read_sheet(path)
    columns = 1 + len(levels)
    side = (pixels.shape[1] + 2) // columns
    return Sheet(title(*key), pixels, round((pixels.shape[0] + 2) / side), notes=["parent", *notes])


def _of(row: CopyRow, run: PoolRun) -> bool:
    return (row.generator, row.selection, row.class_) == (run.pool, run.selection, run.class_)


def _name(generator: str, selection: str) -> str:
    return f"{generator}, {selection}"
