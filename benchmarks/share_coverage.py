"""Does the interval of a share hold the truth where values belong together, as images that begin with one specimen do?

A specimen's chance of a one is drawn from a beta distribution of a given mean and correlation within specimens. Prints
for each design how often the intervals hold the mean, and their width: Wilson's over images, as if each were by itself;
that of a mean over specimens with a normal quantile (metrics.intervals.mean_interval); and that which the tables have
(share_interval). A rate of 4,000 trials has a standard error of 0.003 to 0.008.

    python benchmarks/share_coverage.py --trials 4000
"""

import argparse
import itertools
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import numpy as np

from augury.metrics.intervals import mean_interval, share_interval, wilson

SPECIMENS, IMAGES, MEANS, CORRELATIONS = (4, 8, 16, 32), (1, 4), (0.05, 0.5, 0.9), (0.0, 0.3, 0.7, 1.0)
RULES = {
    "images": lambda values, groups: (values.mean(), *wilson(values.sum(), len(values))),
    "mean": lambda values, groups: mean_interval(values, groups, greatest=1),
    "share": share_interval,
}


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--trials", type=int, default=4000)
    args = made.parse_args()
    columns = [f"{rule} {what}" for rule in RULES for what in ("holds", "width")]
    print("specimens", "images of each", "mean", "correlation", *columns, sep="\t")
    for number, design in enumerate(itertools.product(SPECIMENS, IMAGES, MEANS, CORRELATIONS)):
        specimens, images, mean, correlation = design
        if images == 1 and correlation:
            continue  # nothing belongs together
        random = np.random.default_rng(number)
        trials = [trial(random, specimens, images, mean, correlation) for _ in range(args.trials)]
        print(*design, *(f"{each:.3f}" for each in np.mean(trials, axis=0)), sep="\t", flush=True)


def trial(random: np.random.Generator, specimens: int, images: int, mean: float, correlation: float) -> list[float]:
    """Whether the interval of each rule holds the mean, and its width."""
    if correlation in (0, 1):
        chances = random.random(specimens) < mean if correlation else np.full(specimens, mean)
    else:
        strength = (1 - correlation) / correlation
        chances = random.beta(mean * strength, (1 - mean) * strength, specimens)
    groups = np.repeat(np.arange(specimens), images)
    values = (random.random(len(groups)) < chances[groups]).astype(float)
    cells = []
    for rule in RULES.values():
        _, low, high = rule(values, groups)
        cells += [float(low <= mean <= high), high - low]
    return cells


if __name__ == "__main__":
    main()
