"""The worst class: does its interval hold, and which comparison of it errs no more often than it says?

Simulated holdouts of equal classes whose true recalls are given, for baseline and arm; what both call rightly is
correlated. Alone: how far the least recall is below the least true one, and how often the bootstrap's percentiles and
the interval of metrics.balance hold that. Two arms whose least true recalls are equal: how often a t-test at 5% tells
them apart where it compares the least recall of either side, the class that is the baseline's worst on the test images,
or the one that is its worst on validation images; the last two against the true gain in the classes chosen.

    python benchmarks/worst_class.py --experiments 1000
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import numpy as np
from scipy import stats

from augury.metrics.balance import min_recall, worst_class
from augury.metrics.intervals import percentile
from augury.verdict.components import with_pseudo_counts

SIZES = ((4, 10, 4), (4, 50, 10), (7, 15, 5), (26, 8, 3), (26, 30, 8))  # classes, test and validation images of each
CORRELATION, REPLICATES = 0.6, 300


def profiles(classes: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """True recalls (K,) of baseline and arm."""
    one, all_, slope = np.full(classes, 0.8), np.full(classes, 0.5), np.linspace(0.5, 0.95, classes)
    one[0] = 0.5
    return {
        "all .8": (np.full(classes, 0.8),) * 2, "one .5, others .8": (one, one), ".5 to .95": (slope, slope),
        "one .5 / all .5": (one, all_), "all .5 / one .5": (all_, one), ".5 to .95 / reversed": (slope, slope[::-1]),
    }  # fmt: skip


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--experiments", type=int, default=1000)
    args = made.parse_args()
    alone, apart = "bias\tpercentiles hold\tinterval holds\tits width", "either's least\tby test images\tby validation"
    print(f"classes\ttest\tvalidation\trecalls\t{alone}\t{apart}")
    for size in SIZES:
        for name, truth in profiles(size[0]).items():
            random = np.random.default_rng(size)
            estimates = np.array([experiment(*truth, *size[1:], random) for _ in range(args.experiments)])
            print(*size, name, *(f"{value:.3f}" for value in estimates.mean(axis=0)), sep="\t", flush=True)


def experiment(baseline: np.ndarray, arm: np.ndarray, test: int, validation: int, random) -> list[float]:
    """Bias, whether percentiles and interval hold the truth, the width, and whether each of three tests errs."""
    predictions, seen = answers(baseline, arm, test, random), answers(baseline, arm, validation, random)
    recall, truth = predictions.mean(axis=2), baseline.min()
    value, low, high = min_recall(recall[0], np.full(len(baseline), test))
    drawn = random.multinomial(test - 1, np.full(test, 1 / test), (REPLICATES, len(baseline))) / (test - 1)
    least = np.einsum("bkn,skn->sbk", drawn, predictions.astype(float)).min(axis=2)  # (2, B)
    ends = percentile(least[0])
    errs = [errs_at(*np.diff(recall.min(axis=1)), (least[1] - least[0]).var(ddof=1), test, len(baseline) * test, 0.0)]
    for votes in (recall[0], seen[0].mean(axis=1)):
        chosen = worst_class(votes)
        gain = (predictions[1].astype(float) - predictions[0])[chosen]
        variance, n = gain.var(axis=1, ddof=1).sum() / test / chosen.sum() ** 2, chosen.sum() * test
        errs.append(errs_at(gain.mean(), variance, n, n - chosen.sum(), (arm - baseline)[chosen].mean()))
    return [value - truth, ends[0] <= truth <= ends[1], low <= truth <= high, high - low, *errs]


def answers(baseline: np.ndarray, arm: np.ndarray, images: int, random) -> np.ndarray:
    """(2, K, N) bool: what baseline and arm call rightly."""
    common, own = random.normal(size=(len(baseline), images)), random.normal(size=(2, len(baseline), images))
    ease = np.sqrt(CORRELATION) * common + np.sqrt(1 - CORRELATION) * own
    return ease < stats.norm.ppf(np.stack([baseline, arm]))[:, :, None]


def errs_at(difference: float, variance: float, n: int, df: int, truth: float) -> bool:
    """Whether a t-test at 5%, with the verdict's pseudo-counts, tells a difference from the true one."""
    error = np.sqrt(with_pseudo_counts(variance, difference, n))
    return abs(difference - truth) / error > stats.t.ppf(0.975, df)


if __name__ == "__main__":
    main()
