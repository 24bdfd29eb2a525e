"""The atlas's two figures: what each arm gains by the number of images, and how far real images alone come."""

import itertools
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from cells import HERE
from meta import pooled

sys.path.insert(0, str(HERE.parent / "workflow" / "scripts"))

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from augury.figures import theme

CLASSIFIERS = {"probe": "probe", "cnn": "small CNN, from scratch", "lite0": "EfficientNet-Lite0, fine-tuned"}
ARMS = {
    "twice": "real images twice",
    "classical": "classical copies",
    "trivialaugment": "TrivialAugment",
    "mixup": "MixUp",
    "dcgan": "DCGAN",
    "diffusion": "diffusion",
    "near": "from specimens",
}
LEAST_IN_MEAN = 3  # whose mean is drawn: two sets say next to nothing of a third, at 95% some 20 points either way
Row = Mapping[str, str]


def gains(rows: Sequence[Row], path: Path) -> None:
    """One panel an arm and classifier: each set's gain by the size of its training part, and the mean over sets."""
    arms = [arm for arm in ARMS if any(row["arm"] == arm for row in rows)]
    classifiers = [name for name in CLASSIFIERS if any(row["classifier"] == name for row in rows)]
    sets = sorted({row["set"] for row in rows})
    colours = dict(zip(sets, theme.PALETTE, strict=False))
    figure, axes = plt.subplots(
        len(classifiers), len(arms), figsize=(1.9 * len(arms) + 0.8, 2.3 * len(classifiers) + 0.6), sharex=True,
        sharey="row", squeeze=False,
    )  # fmt: skip
    for (line, classifier), (column, arm) in itertools.product(enumerate(classifiers), enumerate(arms)):
        axis = axes[line, column]
        its = [row for row in rows if (row["arm"], row["classifier"]) == (arm, classifier)]
        axis.axhline(0, color=theme.INK, linewidth=0.8)
        if not its:
            axis.text(0.5, 0.75, "no such arm", transform=axis.transAxes, ha="center", color=theme.FAINT)
        for number, set_ in enumerate(sets):
            aside = 1.06 ** (number - (len(sets) - 1) / 2)  # so that sets of one size do not hide each other
            own = sorted(
                (aside * int(row["size"]), 100 * float(row["difference"])) for row in its if row["set"] == set_
            )
            if own:
                axis.plot(
                    *zip(*own, strict=True), color=colours[set_], linewidth=1, marker="o", markersize=3, alpha=0.75
                )
        for (*_, size), found in sorted(pooled(its).items()):
            if found.sets >= LEAST_IN_MEAN:
                axis.errorbar(size, found.mean, [[found.mean - found.low], [found.high - found.mean]], color=theme.INK,
                              marker="D", markersize=5, capsize=3, linewidth=1.5)  # fmt: skip
        _sizes(axis)
        if line == 0:
            axis.set_title(ARMS[arm])
        if column == 0:
            axis.set_ylabel(f"{CLASSIFIERS[classifier]}\ngain, points")
    figure.supxlabel("training specimens per class")
    handles = [plt.Line2D([], [], color=colours[set_], marker="o", markersize=3, label=set_) for set_ in sets]
    label = f"mean of {LEAST_IN_MEAN} or more sets, 95%"
    mean = plt.Line2D([], [], color=theme.INK, marker="D", linestyle="", label=label)
    figure.legend(handles=[*handles, mean], loc="outside upper center", ncols=max(3, len(sets) + 1))
    theme.save(figure, path)


def curves(rows: Sequence[Row], path: Path) -> None:
    """One panel a set and classifier: accuracy by the size of the training part, of real images and of each arm."""
    classifiers = [name for name in CLASSIFIERS if any(row["classifier"] == name for row in rows)]
    sets = sorted({row["set"] for row in rows})
    figure, axes = plt.subplots(
        len(classifiers), len(sets), figsize=(1.9 * len(sets) + 0.8, 2.3 * len(classifiers) + 0.6), sharex=True,
        sharey="col", squeeze=False,
    )  # fmt: skip
    colours = dict(zip(ARMS, theme.PALETTE, strict=False))
    for (line, classifier), (column, set_) in itertools.product(enumerate(classifiers), enumerate(sets)):
        axis = axes[line, column]
        its = [row for row in rows if (row["set"], row["classifier"]) == (set_, classifier)]
        real = curve(rows, set_, classifier)
        for arm in ARMS:  # beside the real images of all draws, also where the arm has fewer
            gained = {int(row["size"]): float(row["difference"]) for row in its if row["arm"] == arm}
            own = sorted((size, 100 * (real[size] + gain)) for size, gain in gained.items())
            if own:
                axis.plot(*zip(*own, strict=True), color=colours[arm], linewidth=1, marker="o", markersize=3)
        if real:
            axis.plot(
                list(real),
                [100 * value for value in real.values()],
                color=theme.INK,
                linewidth=2,
                marker="o",
                markersize=4,
            )
        _sizes(axis)
        if line == 0:
            axis.set_title(set_)
        if column == 0:
            axis.set_ylabel(f"{CLASSIFIERS[classifier]}\naccuracy, %")
    figure.supxlabel("training specimens per class")
    shown = [arm for arm in ARMS if any(row["arm"] == arm for row in rows)]
    handles = [plt.Line2D([], [], color=colours[arm], marker="o", markersize=3, label=ARMS[arm]) for arm in shown]
    real_line = plt.Line2D([], [], color=theme.INK, linewidth=2, marker="o", label="real images alone")
    figure.legend(handles=[real_line, *handles], loc="outside upper center", ncols=4)
    theme.save(figure, path)


def curve(rows: Sequence[Row], set_: str, classifier: str) -> dict[int, float]:
    """Size of the training part -> accuracy of real images alone, over as many draws as there are."""
    own = [row for row in rows if (row["set"], row["classifier"]) == (set_, classifier)]
    found = {int(row["size"]): float(row["baseline"]) for row in sorted(own, key=lambda row: int(row["draws"]))}
    return dict(sorted(found.items()))


def read_off(curve: Mapping[int, float], accuracy: float) -> str:
    """The size at which the curve, made to rise, reaches an accuracy; beyond its ends, that it lies there."""
    sizes = list(curve)
    rising = np.maximum.accumulate(list(curve.values()))
    if accuracy < rising[0]:
        return f"below {sizes[0]}"
    if accuracy > rising[-1]:
        return f"above {sizes[-1]}"
    return f"{np.exp(np.interp(accuracy, rising, np.log(sizes))):.0f}"


def reached(rows: Sequence[Row]) -> Iterator[tuple[tuple[str, str], tuple[str, int, float, float, float]]]:
    """(classifier, arm), and (set, size, accuracy with both ends) wherever the verdict says that the arm helps."""
    groups = defaultdict(list)
    for row in rows:
        if row["word"] == "helps":
            ends = [float(row["baseline"]) + float(row[key]) for key in ("difference", "low", "high")]
            groups[row["classifier"], row["arm"]].append((row["set"], int(row["size"]), *ends))
    for classifier in CLASSIFIERS:
        for arm in ARMS:
            for each in sorted(groups[classifier, arm]):
                yield (classifier, arm), each


def _sizes(axis: Axes) -> None:
    axis.set_xscale("log")
    axis.set_xlim(2.5, 130)
    axis.set_xticks([3, 10, 30, 100], ["3", "10", "30", "100"])
    axis.minorticks_off()
