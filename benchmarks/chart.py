"""The figure of results.tsv: how many times better than its peer each task is."""

from pathlib import Path

import matplotlib.pyplot as plt

from augury.figures import theme


def draw(rows: list[dict], path: Path) -> None:
    """A bar a task, on a logarithmic scale, with the least and the largest ratio over rounds."""
    figure, axis = plt.subplots(figsize=(theme.WIDTH, 0.9 + 0.34 * len(rows)))
    for position, row in enumerate(rows):
        axis.barh(position, row["ratio"] - 1, left=1, color=theme.PALETTE[0 if row["ratio"] >= 1 else 1], height=0.6)
        axis.plot([row["ratio_low"], row["ratio_high"]], [position, position], color=theme.INK, linewidth=1.6)
        axis.annotate(
            f"{row['ratio']:.3g}", (max(row["ratio_high"], 1), position), xytext=(5, 0), textcoords="offset points",
            va="center", fontsize=9,
        )  # fmt: skip
    axis.axvline(1, color=theme.FAINT, linewidth=1)
    axis.set_xscale("log")
    axis.xaxis.set_major_formatter("{x:g}")
    axis.set_yticks(range(len(rows)), [f"{row['task']}\n{theme.short(row['peer'], 34)}" for row in rows], fontsize=7)
    axis.set_ylim(len(rows) - 0.5, -0.5)
    axis.set_xlabel("times the peer")
    theme.save(figure, path)
