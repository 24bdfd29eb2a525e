"""Measure how often the verdict errs when a study grows and is judged again and again, and what planned looks cost.

Simulated studies (simulation.growing) gain repeat after repeat and are judged after each. Prints, for arms that are
alike, how often a difference is resolved at the first look alone, at the last alone, at any look if each is judged at
5%, and at any by the boundary of O'Brien and Fleming; and for planted gains the same, and after how many repeats.
Beside the boundary stands an e-value: a bet on the sign of each specimen's difference (a beta prior on the side that
wins), averaged over repeats, with 20 as the limit at any time.

    python benchmarks/optional_looking.py --experiments 2000 --figure looking.svg
"""

import argparse
import dataclasses
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import matplotlib.pyplot as plt
import numpy as np
from scipy import special
from simulation.experiments import Design, correct
from simulation.growing import CHUNK, FOLDS, HOLDOUTS, INDEPENDENT, Growing, Looked, look

from augury.figures import theme
from augury.verdict.decision import Rule

ONE = Design(n_seeds=1)
STUDIES = {
    "216: 5 folds, 4 repeats": Growing(FOLDS, 4, 5, dataclasses.replace(ONE, n_test=43)),
    "216: 5 folds, 10 repeats": Growing(FOLDS, 10, 5, dataclasses.replace(ONE, n_test=43)),
    "105: 3 folds, 4 repeats": Growing(FOLDS, 4, 3, dataclasses.replace(ONE, n_test=35)),
    "216: 10 holdouts of a quarter": Growing(HOLDOUTS, 10, 4, dataclasses.replace(ONE, n_test=54)),
    "54 each: 10 independent holdouts": Growing(INDEPENDENT, 10, 4, dataclasses.replace(ONE, n_test=54)),
}
ALLOWED = Rule().training_set_variance
SETS = (0.0, 0.1, ALLOWED)  # between training sets; the last is what is allowed for
GAINS = (0.06, 0.1)
PRIOR = 3.0  # of the e-value: either count of a beta distribution
HEAD = ("study", "training sets", "gain", "first", "last", "any at 5%", "boundary", "wrong way", "repeats", "e-value")


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--experiments", type=int, default=2000)
    made.add_argument("--figure", type=Path, help="SVG or PNG to write")
    args = made.parse_args()
    error = np.sqrt(0.05 * 0.95 / args.experiments)
    print(f"# {args.experiments} studies a row; standard error of a rate of 5%: {error:.4f}")
    print(*HEAD, sep="\t")
    shown: dict[str, tuple[Looked, Looked]] = {}
    for name, study in STUDIES.items():
        alike = [_row(name, study, sets, 0.0, args.experiments) for sets in SETS]
        gains = [_row(name, study, 0.1, gain, args.experiments) for gain in GAINS]
        shown[name] = alike[-1], gains[-1]
    if args.figure:
        theme.save(draw(shown), args.figure)


def _row(name: str, study: Growing, sets: float, gain: float, experiments: int) -> Looked:
    study = dataclasses.replace(study, design=dataclasses.replace(study.design, training_sets=sets, effect=gain))
    looked = look(study, Rule(), experiments)
    rates = looked.first, looked.last, looked.any_look, looked.planned, looked.wrong if gain else float("nan")
    cells = [*(f"{rate:.3f}" for rate in rates), f"{looked.repeats:.1f}", f"{by_e_value(study, experiments):.3f}"]
    print(name, f"{sets:g}", f"{gain:g}", *cells, sep="\t", flush=True)
    return looked


def by_e_value(study: Growing, experiments: int) -> float:
    """How often the e-value reaches 20 after any repeat; folds of a repeat are judged together."""
    random, reached = np.random.default_rng(0), 0
    splits = study.seen(study.looks)
    for start in range(0, experiments, CHUNK):
        sides = correct(study.whole, min(CHUNK, experiments - start), random)
        baseline, arm = (each[:, splits] for each in sides)
        won, lost = ((one & ~other).sum(axis=(2, 3)) for one, other in ((arm, baseline), (baseline, arm)))
        won, lost = (each.reshape(len(each), study.looks, -1).sum(axis=2) for each in (won, lost))
        log = (won + lost) * np.log(2) + special.betaln(PRIOR + won, PRIOR + lost) - special.betaln(PRIOR, PRIOR)
        mean = np.cumsum(np.exp(log), axis=1) / np.arange(1, study.looks + 1)
        reached += int((mean.max(axis=1) >= 20).sum())
    return reached / experiments


def draw(shown: dict[str, tuple[Looked, Looked]]) -> plt.Figure:
    """Errors where training sets vary as allowed for, and what is found of the larger gain, one row per study."""
    figure, axes = plt.subplots(1, 2, figsize=(theme.WIDTH * 1.35, 1.0 + 0.35 * len(shown)), sharey=True)
    rows = np.arange(len(shown))
    looks = {"last look alone": "last", "any look at 5%": "any_look", "boundary": "planned", "first look": "first"}
    for axis, index in zip(axes, (0, 1), strict=True):
        for (label, field), marker in zip(looks.items(), "sxo^", strict=True):
            axis.plot([getattr(each[index], field) for each in shown.values()], rows, marker, label=label)
    axes[0].axvline(0.05, color=theme.FAINT, linewidth=1)
    axes[0].set(xlabel="helps or hurts, though alike", yticks=rows, xlim=(-0.01, None), xticks=(0, 0.05, 0.1))
    axes[0].set_yticklabels(list(shown), fontsize=8.5)
    axes[0].invert_yaxis()
    axes[1].set(xlabel=f"a gain of {100 * GAINS[-1]:g} points is found", xlim=(-0.03, 1.03))
    theme.legend_below(figure, *axes[0].get_legend_handles_labels())
    return figure


if __name__ == "__main__":
    main()
