"""Predictions of arms that are right as often as wanted, laid out as people who trained elsewhere would."""

from pathlib import Path

import numpy as np

from augury.tables.predictions import write_predictions

CLASSES = ("Normal", "Tapered")


def write_arm(
    folder: Path,
    right: float,
    splits: int = 5,
    seeds: int = 1,
    n: int = 60,
    prefix: str = "",
    same_test: bool = False,
    layout: str = "{split}/seed{seed}",
) -> Path:
    """Every split has `n` specimens of two classes; of each class the easiest share `right` is called rightly.

    A few specimens by chance are called otherwise, other ones in each split and seed.
    """
    for split in range(splits):
        for seed in range(seeds):
            labels = np.arange(n) % 2
            ease = np.arange(n) / n
            random = np.random.default_rng([split, seed, round(1000 * right)])
            hit = (ease < right) ^ (random.random(n) < 0.05)
            predicted = np.where(hit, labels, 1 - labels)
            probabilities = 0.1 + 0.8 * np.eye(2)[predicted]
            names = [f"{prefix}{0 if same_test else split}-{index}" for index in range(n)]
            path = folder / layout.format(split=f"fold{split}", seed=seed) / "predictions.tsv"
            write_predictions(path, names, names, names, ["test"] * n, labels, CLASSES, probabilities)
    return folder
