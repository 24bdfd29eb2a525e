"""How much calibration loss is found where there is none, or a known one? Bins over test images, and a temperature.

Simulated classifiers of four classes that know the true probabilities, or are too sure of them. Prints the true
calibration loss of the Brier score, and the mean and standard deviation of three estimates of it over experiments:
reliability in ten bins per class (Murphy 1973), the same less what chance adds (Ferro and Fricker 2012, QJRMS
138:1954), and what a temperature takes off that half as many validation images chose.

    python benchmarks/calibration_bias.py --experiments 1000
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import numpy as np

from augury.metrics.classification import score
from augury.metrics.temperature import at_temperature
from augury.metrics.temperature_prior import fit_with_prior

CLASSES, BINS = 4, 10


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--experiments", type=int, default=1000)
    args = made.parse_args()
    print("true temperature\ttest images\ttruth\tbins\tsd\tbins, corrected\tsd\ttemperature\tsd")
    for temperature in (1.0, 1.5, 3.0):
        labels, probabilities, honest = drawn(100_000, temperature, np.random.default_rng(0))
        truth = score(labels, probabilities).brier[0] - score(labels, honest).brier[0]
        for n in (27, 54, 105, 216):
            random = np.random.default_rng(n)
            estimates = np.array([experiment(n, temperature, random) for _ in range(args.experiments)])
            cells = [
                value for pair in zip(estimates.mean(axis=0), estimates.std(axis=0), strict=True) for value in pair
            ]
            print(temperature, n, *(f"{value:.3f}" for value in (truth, *cells)), sep="\t", flush=True)


def drawn(n: int, temperature: float, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels (N,), what is said of them, and their true probabilities; the temperature would mend what is said."""
    honest = random.dirichlet(np.full(CLASSES, 0.6), n)
    labels = (random.random((n, 1)) > honest.cumsum(axis=1)[:, :-1]).sum(axis=1)
    return labels, at_temperature(honest, 1 / temperature), honest


def experiment(n: int, temperature: float, random: np.random.Generator) -> list[float]:
    """The three estimates."""
    labels, probabilities, _ = drawn(n, temperature, random)
    known, seen, _ = drawn(n // 2, temperature, random)
    fitted = fit_with_prior(seen, known)
    return [*reliability(labels, probabilities), float(score(labels, probabilities, None, fitted).brier_calibration[0])]


def reliability(labels: np.ndarray, probabilities: np.ndarray) -> tuple[float, float]:
    """Mean squared distance of stated from observed shares, in bins, summed over classes; and corrected for chance."""
    total = chance = 0.0
    for k in range(probabilities.shape[1]):
        bins = np.minimum((probabilities[:, k] * BINS).astype(int), BINS - 1)
        for each in np.unique(bins):
            in_bin = bins == each
            share, n = (labels[in_bin] == k).mean(), in_bin.sum()
            total += n * (probabilities[in_bin, k].mean() - share) ** 2
            chance += n * share * (1 - share) / max(n - 1, 1)
    return total / len(labels), (total - chance) / len(labels)


if __name__ == "__main__":
    main()
