"""Does the interval of the Frechet distance for infinitely many synthetic images hold the truth?

Real and synthetic features are Gaussian with variances that fall as a power of their rank, so that the distance of the
drawn real rows from the synthetic distribution itself is known. Prints for each design the bias of the extrapolation,
its standard deviation, how often the interval holds the truth, with a standard error, and how often that of the line's
own residuals does.

    python benchmarks/infinity_coverage.py --trials 300
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import numpy as np
from scipy import stats

from augury.scores.frechet.distance import factor
from augury.scores.frechet.extrapolation import POINTS, _distances, frechet_infinity

DESIGNS = (  # dimensions, real and synthetic images, distance of the means, ratio of variances, power
    (16, 40, 200, 1.0, 1.3, 0.5),
    (64, 60, 400, 2.0, 1.5, 1.0),
    (64, 60, 400, 0.0, 1.0, 1.0),
    (1280, 12, 60, 6.0, 1.3, 1.0),
    (1280, 40, 160, 6.0, 1.3, 1.0),
    (1280, 40, 200, 6.0, 1.3, 1.0),
    (1280, 40, 200, 0.0, 1.0, 1.0),
    (1280, 40, 1000, 6.0, 1.3, 1.0),
)


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--trials", type=int, default=300)
    args = made.parse_args()
    print("dimensions\treal\tsynthetic\tmeans\tvariances\tdistance\tbias\tsd\tholds\tstandard error\tresiduals' holds")
    for number, design in enumerate(DESIGNS):
        trials = np.array([trial(np.random.default_rng([number, seed]), *design) for seed in range(args.trials)])
        truth, error, holds, before = trials.T
        rate = holds.mean()
        cells = [f"{each:.3g}" for each in (truth.mean(), error.mean(), error.std())]
        cells += [f"{rate:.3f}", f"{np.sqrt(rate * (1 - rate) / args.trials):.3f}", f"{before.mean():.3f}"]
        print(*design[:5], *cells, sep="\t", flush=True)


def trial(
    random: np.random.Generator, d: int, real: int, synthetic: int, shift: float, ratio: float, power: float
) -> tuple[float, float, bool, bool]:
    """The truth, the error of the extrapolation, and whether its interval and that of the residuals hold the truth."""
    variances = np.arange(1.0, d + 1) ** -power
    variances *= d / variances.sum()
    ours = random.normal(size=(real, d)) * np.sqrt(variances)
    theirs = random.normal(size=(synthetic, d)) * np.sqrt(ratio * variances) + shift / np.sqrt(d)
    base = factor(ours)[0]
    product = np.linalg.eigvalsh(base * (ratio * variances) @ base.T)
    truth = np.square(ours.mean(axis=0) - shift / np.sqrt(d)).sum() + np.square(base).sum()
    truth += ratio * variances.sum() - 2 * np.sqrt(np.clip(product, 0, None)).sum()
    value, low, high = frechet_infinity(ours, theirs)
    sizes = np.linspace(synthetic // 2, synthetic, POINTS).astype(int)
    line = stats.linregress(1 / sizes, list(_distances(ours, base, theirs, random.permutation(synthetic), sizes)))
    half = stats.t.ppf(0.975, POINTS - 2) * line.intercept_stderr
    return truth, value - truth, low <= truth <= high, abs(line.intercept - truth) <= half


if __name__ == "__main__":
    main()
