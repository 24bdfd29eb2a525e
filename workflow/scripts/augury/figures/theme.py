"""One look for all figures: sizes that a phone can show, colours that colour-blind readers can tell apart.

Importing this sets it. SVG text is drawn as paths, so that no font is missing anywhere; the same data give the same
bytes.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.typing import LineStyleType

from augury.command.files import atomic
from augury.command.seals import COMMENT, sealed

INK, FAINT, GRID = "#1f2933", "#8a94a0", "#dde2e7"
# Okabe and Ito's palette (2008), its yellow left out for want of contrast on white.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#5B5B5B")
DASHED: LineStyleType = (0, (4, 2))
WIDTH = 5.8  # inches of an ordinary figure: its text is still 9 pixels high on a screen of 375

# seaborn's style whitegrid, written out: to import seaborn takes twice as long as to draw most figures.
WHITEGRID: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.linewidth": 1.25,
    "grid.linewidth": 1.0,
    "legend.title_fontsize": 12.0,
    "lines.solid_capstyle": "round",
    "patch.edgecolor": "w",
    "patch.force_edgecolor": True,
    "xtick.bottom": False,
    "ytick.left": False,
    **{f"{axis}tick.{which}.size": size for axis in "xy" for which, size in (("major", 6.0), ("minor", 4.0))},
    **{f"{axis}tick.{which}.width": width for axis in "xy" for which, width in (("major", 1.25), ("minor", 1.0))},
}
plt.rcParams.update(
    WHITEGRID
    | {
        "axes.prop_cycle": plt.cycler(color=PALETTE),
        "font.family": "DejaVu Sans",
        "font.size": 11,
        "axes.titlesize": 12,
        "axes.titlelocation": "left",
        "axes.labelsize": 11,
        "xtick.labelsize": 10.5,
        "ytick.labelsize": 10.5,
        "legend.fontsize": 10.5,
        "legend.frameon": False,
        "figure.titlesize": 13,
        "text.color": INK,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.edgecolor": FAINT,
        "grid.color": GRID,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "lines.linewidth": 1.8,
        "svg.fonttype": "path",
        "svg.hashsalt": "augury",
        "figure.constrained_layout.use": True,
    }
)


def colours(names: Sequence[str]) -> dict[str, str]:
    """Name to colour; past the palette's end a wheel of hues takes over."""
    if len(names) <= len(PALETTE):
        return dict(zip(names, PALETTE, strict=False))
    from seaborn import husl_palette

    return dict(zip(names, husl_palette(len(names), l=0.5).as_hex(), strict=True))


def save(figure: Figure, path: str | Path) -> None:
    """Write SVG or PNG, atomically and without a date."""
    path = Path(path)
    kind = path.suffix.lstrip(".")
    metadata = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
    with atomic(path) as temporary:
        figure.savefig(temporary, format=kind, dpi=150, metadata=metadata, facecolor="white")
        if kind == "svg":
            temporary.write_bytes(sealed(temporary.read_bytes() + COMMENT.encode()))
    plt.close(figure)


def empty(words: str) -> Figure:
    """A figure that says why there is nothing to show: for data that a study may rightly lack."""
    figure = plt.figure(figsize=(WIDTH, 1.0))
    figure.text(0.5, 0.5, words, ha="center", va="center", fontsize=11)
    return figure


def short(name: str, letters: int = 24) -> str:
    """The name, its middle left out when it is longer than `letters`: beginnings and ends tell species apart."""
    if len(name) <= letters:
        return name
    tail = (letters - 1) // 2
    return f"{name[: letters - 1 - tail]}…{name[-tail:]}"


def wrapped(name: str, letters: int = 18, lines: int = 2) -> str:
    """The name over at most `lines` lines, broken at blanks, hyphens and underscores where it can be."""
    marked = name.replace("_", "_\u200b").replace("-", "-\u200b")
    pieces, rows = marked.replace(" ", " \u200b").split("\u200b"), [""]
    for piece in pieces:
        if rows[-1] and len(rows[-1]) + len(piece.rstrip()) > letters:
            rows.append("")
        rows[-1] += piece
    if len(rows) > lines:
        rows = [*rows[: lines - 1], "".join(rows[lines - 1 :])]
    return "\n".join(short(row.strip(), letters) for row in rows)


def legend_size(labels: Sequence[str], width: float) -> tuple[int, float]:
    """Columns of a legend that is `width` inches wide, and its height in inches."""
    longest = max((len(label) for label in labels), default=1)
    columns = max(1, min(len(labels), int(width / (0.083 * longest + 0.6))))
    return columns, 0.22 * -(-len(labels) // columns) + 0.15


def legend_below(figure: Figure, handles: Sequence, labels: Sequence[str]) -> None:
    """A legend under the whole figure, in as many columns as fit; `legend_size` says what room it takes."""
    columns, _ = legend_size(labels, figure.get_figwidth())
    figure.legend(handles, labels, loc="outside lower center", ncols=columns, columnspacing=1.4, handlelength=1.8)
