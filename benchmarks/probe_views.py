"""Flips and quarter turns of a probe's training images: always, never, or where its inner folds find them to pay.

Features of the default's three networks are taken once of every image in its eight views. Then, in many draws, a probe
is fitted to so many images of each class with `dihedral_views` true, false and auto, as the workflow fits it, and
tested on all others. Prints accuracies, their means over draws in points above `true` with standard errors, and how
often auto took images as they stand.

    python benchmarks/probe_views.py images/hushem images/cifar10 --each 60 --train 20 10 5 --draws 8
"""

import argparse
import contextlib
import io
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import numpy as np
import torch
from taken_features import read, take

from augury.classifiers.probe import network as probe
from augury.classifiers.probe import regression
from augury.classifiers.probe.family import ProbeSettings
from augury.classifiers.probe.training import ProbeTraining

CHOICES = (True, False, "auto")
ANY = "(.*)"  # every file is a specimen


class Fitting(ProbeTraining):
    """A probe's training whose features are there already, (N, V, D) divided by their scales."""

    def __init__(self, features: np.ndarray, labels: np.ndarray, choice: bool | str, draw: int) -> None:
        self.settings = ProbeSettings(dihedral_views=choice)  # type: ignore[arg-type]
        self.views, self.known = 8 if choice else 1, (np.arange(len(labels)), np.arange(len(labels)))
        self.classes, self.labels, self.seed, self.label = labels.max() + 1, labels, draw, "probe"
        self.strength, span = self._choose(features[:, : self.views])
        self.chosen = span.views
        self.model = regression.fit(features[:, : self.chosen], labels, self.strength)

    def accuracy(self, features: np.ndarray, labels: np.ndarray) -> float:
        """Of the mean probabilities over the views that were chosen."""
        shown = features[:, : self.chosen]
        made = self.model.predict_proba(shown.reshape(-1, shown.shape[2]))
        return float((made.reshape(*shown.shape[:2], -1).mean(axis=1).argmax(axis=1) == labels).mean())


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("images", type=Path, nargs="+", help="folders of one folder per class")
    made.add_argument("--each", type=int, default=60, help="images of a class, at most (default: 60)")
    made.add_argument("--train", type=int, nargs="+", default=[20, 10, 5], help="of which train (default: 20 10 5)")
    made.add_argument("--draws", type=int, default=8)
    args = made.parse_args()
    torch.set_num_threads(1)
    settings = ProbeSettings()
    classifier = probe.build_classifier(settings, 2)
    probe.start_from_pretrained(classifier, settings, Path("resources/weights"))
    network = classifier.eval().folded(settings).network
    print("images", "train", "true", "false", "auto", "false - true", "auto - true", "as it stands", sep="\t")
    for folder in args.images:
        images, labels, _, _ = read(folder, args.each, ANY)
        seen = take(images, 8, lambda block: torch.cat(network.raw_features(block), dim=1)).astype(np.float64)
        for train in args.train:
            with contextlib.redirect_stdout(io.StringIO()):  # each fit would show its progress
                found = [in_draw(seen, labels, network.widths, train, draw) for draw in range(args.draws)]
            rows = np.array([row for row, _ in found])
            apart = 100 * (rows[:, 1:] - rows[:, :1])
            error = apart.std(axis=0, ddof=1) / np.sqrt(len(rows))
            gains = [f"{mean:+.1f} ± {half:.1f}" for mean, half in zip(apart.mean(axis=0), error, strict=True)]
            plain = f"{sum(alone for _, alone in found)} of {len(found)}"
            accuracies = [f"{each:.3f}" for each in rows.mean(axis=0)]
            print(folder.name, train, *accuracies, *gains, plain, sep="\t", flush=True)


def in_draw(seen: np.ndarray, labels: np.ndarray, widths: list[int], train: int, draw: int) -> tuple[list[float], bool]:
    """Accuracies by CHOICES, and whether auto took images as they stand."""
    random = np.random.default_rng([draw, train])
    taken = [random.permutation(np.flatnonzero(labels == label))[:train] for label in range(labels.max() + 1)]
    known = np.concatenate(taken)
    others = np.setdiff1d(np.arange(len(labels)), known)
    parts = np.split(seen[known, 0], np.cumsum(widths)[:-1], axis=1)
    scales = [part.std(ddof=1) * np.sqrt(part.shape[1] * len(parts)) for part in parts]
    features = seen / np.repeat(scales, widths)
    span = regression.in_span(features[known], features.shape[1])
    features = features if span.basis is None else features @ span.basis
    fits = [Fitting(features[known], labels[known], choice, draw) for choice in CHOICES]
    return [each.accuracy(features[others], labels[others]) for each in fits], fits[-1].chosen == 1


if __name__ == "__main__":
    main()
