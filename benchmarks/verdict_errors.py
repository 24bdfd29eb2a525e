"""How often is the verdict wrong? Simulated studies in which both arms are alike, and studies with a planted effect.

Prints, for studies of several designs, how often `helps` or `hurts` is said though both arms are alike, beside the
corrected resampled t-test, the plain paired t-test, and a test of specimens without an allowance for training sets;
then how often a planted effect is found whose power was announced as 80%. Writes a figure of the errors against the
correlation of training sets. The last rows of the first table are beyond what the verdict allows for.

    python benchmarks/verdict_errors.py --figure verdict_errors.svg
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import matplotlib.pyplot as plt
import numpy as np

from augury.figures import theme
from augury.verdict.decision import Rule, detectable, judge
from augury.verdict.experiments import Design, Rates, correct, evidence_of, rates

CORRELATIONS = (0.0, 0.2, 0.4, 0.6, 0.8)
FOLDS = {"n_splits": 5, "n_test": 40}
SHAPES = {
    "5 folds of 40, 3 seeds": FOLDS,
    "5 folds of 40, 1 seed": FOLDS | {"n_seeds": 1},
    "10 folds of 20, 3 seeds": {"n_splits": 10, "n_test": 20},
    "5 folds of 400, 3 seeds": FOLDS | {"n_test": 400},
    "5 trainings, the same 56 tested": {"n_splits": 5, "n_test": 56, "same_test": True},
    "likewise, trainings that agree": {"n_splits": 5, "n_test": 56, "same_test": True, "whim": 0.1},
    "1 split of 200, 3 seeds": {"n_splits": 1, "n_test": 200},
}
MARKS = {"verdict": ("o", "-"), "corrected t-test": ("s", "--"), "paired t-test": ("^", ":"), "specimens": ("x", "-.")}


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--experiments", type=int, default=1000)
    made.add_argument("--figure", type=Path, help="SVG or PNG to write")
    args = made.parse_args()
    print("design\ttraining sets\tcorrelation\tof folds\tverdict\tcorrected t\tpaired t\tspecimens")
    curves: dict[float, list[Rates]] = {}
    for name, shape in SHAPES.items():
        for size in (0.0, 0.5, 1.0):
            for correlation in CORRELATIONS if shape["n_splits"] > 1 and size else (0.8,):
                found = null(name, shape, size, correlation, args.experiments)
                if shape is FOLDS and size:
                    curves.setdefault(size, []).append(found)
    for size in (2.0, 4.0, 10.0):
        null("beyond: 5 folds of 40, 3 seeds", FOLDS, size, 0.8, args.experiments)
    print("\ndesign\ttraining sets\teffect\tannounced\tfound")
    for name, shape in SHAPES.items():
        for size in (0.0, 0.5, 1.0):
            planted(name, shape, size, args.experiments)
    if args.figure:
        theme.save(draw(curves), args.figure)


def null(name: str, shape: dict, size: float, correlation: float, experiments: int) -> Rates:
    """Print a row of errors."""
    design = Design(**shape, training_sets=size, correlation=correlation)
    found = rates(design, Rule(), experiments)
    others = "\t".join(f"{rate:.3f}" for rate in (found.corrected, found.paired, found.specimens))
    said = f"{found.said:.3f} +- {found.error(found.said):.3f}"
    print(f"{name}\t{size}\t{correlation}\t{found.fold_correlation:.2f}\t{said}\t{others}", flush=True)
    return found


def planted(name: str, shape: dict, size: float, experiments: int) -> None:
    """Print how often an effect is found that a pilot of the same design calls detectable."""
    design = Design(**shape, training_sets=size)
    pilot = evidence_of(*correct(design, 200, np.random.default_rng(1)), design.same_test)
    effect = float(np.mean(detectable(judge(pilot, Rule()), Rule())))
    found = rates(Design(**shape, training_sets=size, effect=effect), Rule(), experiments)
    print(f"{name}\t{size}\t{effect:.3f}\t{found.announced:.2f}\t{found.helps:.3f} +- {found.error(found.helps):.3f}")


def draw(curves: dict[float, list[Rates]]) -> plt.Figure:
    """Errors of four tests, a panel a size of the training sets' effect."""
    theme.apply()
    figure, axes = plt.subplots(1, len(curves), figsize=(theme.WIDTH, 3.4), sharey=True)
    for axis, (size, found) in zip(axes, curves.items(), strict=True):
        held = [[each.said, each.corrected, each.paired, each.specimens] for each in found]
        for (label, (mark, line)), values in zip(MARKS.items(), zip(*held, strict=True), strict=True):
            axis.plot(CORRELATIONS, values, marker=mark, linestyle=line, label=label)
        axis.axhline(0.05, color=theme.FAINT, linewidth=1)
        axis.set(xlabel="correlation of training sets", title=f"their effect: {size:g} x test noise")
    axes[0].set_ylabel("helps or hurts, though alike")
    theme.legend_below(figure, *axes[0].get_legend_handles_labels())
    return figure


if __name__ == "__main__":
    main()
