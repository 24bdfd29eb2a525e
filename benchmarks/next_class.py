"""Of which class should more specimens be collected? What ten more did for a probe, beside what was guessed beforehand.

    python benchmarks/next_class.py --images hushem fishcam/images --draws 25 --output next.jsonl

Each draw trains on 20 images of each of up to 6 classes (even), or on 8 to 32 (uneven). Ten more of one class are then
trained on too, eight times other ones, and macro F1 on images that are neither (classes weigh alike) says what they
brought. Guessed is from the training part alone, in five folds, six times:

- own curve: what is lost without half of the class, of macro F1;
- whole curve: what the class's F1 loses where every class is halved, as by `learning_curve`;
- lowest F1, lowest recall, fewest images.

Printed: what the class brought that each names, minus the mean over classes; and how what was brought to a class's
recall goes with what both curves promised of it (Pearson, in a draw), with standard errors over draws.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedKFold

sys.path.insert(0, str(Path(__file__).resolve().parent))

from label_audit import features_of, options
from label_first import NETWORK

EACH, MORE, TESTED, CLASSES, STRENGTH = 20, 10, 8, 6, 0.3
TRUTHS, REPEATS, HALVES = 8, 6, 2
GUESSES = ("own curve", "whole curve", "lowest F1", "lowest recall", "fewest images")


class Probe:
    """Ridge regressions on some of the images."""

    def __init__(self, features: np.ndarray, labels: np.ndarray) -> None:
        rooted = np.sign(features) * np.sqrt(np.abs(features.astype(float)))
        rooted -= rooted.mean(axis=0)
        self.kernel = rooted @ rooted.T / (rooted**2).sum(axis=1).mean() + 10
        self.labels, self.classes = labels, int(labels.max()) + 1

    def confusion(self, fit: np.ndarray, test: np.ndarray) -> np.ndarray:
        """(K, K) counts of true and called."""
        own = self.kernel[np.ix_(fit, fit)] + STRENGTH * np.eye(len(fit))
        fitted = np.linalg.solve(own, np.eye(self.classes)[self.labels[fit]])
        counts = np.zeros((self.classes, self.classes))
        np.add.at(counts, (self.labels[test], (self.kernel[np.ix_(test, fit)] @ fitted).argmax(axis=1)), 1)
        return counts


def f1(counts: np.ndarray) -> np.ndarray:
    """(K,)."""
    return 2 * np.diag(counts) / np.maximum(counts.sum(axis=1) + counts.sum(axis=0), 1)


def recall(counts: np.ndarray) -> np.ndarray:
    """(K,)."""
    return np.diag(counts) / counts.sum(axis=1)


def one_draw(known: dict, uneven: bool, seed: int) -> list[dict]:
    """A row per class: what more of it brought, and what was guessed."""
    random = np.random.default_rng([seed, uneven])
    counts = np.bincount(known["labels"])
    largest = 32 if uneven else EACH
    fit_for = np.flatnonzero(counts >= largest + MORE + TESTED)
    chosen = np.sort(random.choice(fit_for, min(CLASSES, len(fit_for)), replace=False))
    rows = np.flatnonzero(np.isin(known["labels"], chosen))
    labels = np.searchsorted(chosen, known["labels"][rows])
    probe, classes = Probe(known[NETWORK][rows], labels), len(chosen)
    sizes = random.permutation(np.geomspace(8, 32, classes).round().astype(int)) if uneven else [EACH] * classes
    orders = [random.permutation(np.flatnonzero(labels == class_)) for class_ in range(classes)]
    fit = np.concatenate([order[:size] for order, size in zip(orders, sizes, strict=True)])

    brought = np.zeros((2, TRUTHS, classes))
    for number in range(TRUTHS):
        rest = [random.permutation(order[size:]) for order, size in zip(orders, sizes, strict=True)]
        test = np.concatenate([each[MORE:] for each in rest])
        before = _alike(probe.confusion(fit, test))
        for class_ in range(classes):
            after = _alike(probe.confusion(np.concatenate([fit, rest[class_][:MORE]]), test))
            brought[:, number, class_] = (f1(after) - f1(before)).mean(), (recall(after) - recall(before))[class_]

    whole, halved, without = np.zeros((classes, classes)), np.zeros((classes, classes)), np.zeros((classes,) * 3)
    for repeat in range(REPEATS):
        for inner, outer in StratifiedKFold(5, shuffle=True, random_state=repeat).split(fit, labels[fit]):
            own, test = fit[inner], fit[outer]
            whole += probe.confusion(own, test)
            for _ in range(HALVES):
                order = random.permutation(own)
                parts = [order[labels[order] == class_] for class_ in range(classes)]
                half = [part[: max(1, len(part) // 2)] for part in parts]
                halved += probe.confusion(np.concatenate(half), test) / HALVES
                for class_ in range(classes):
                    some = [half[each] if each == class_ else parts[each] for each in range(classes)]
                    without[class_] += probe.confusion(np.concatenate(some), test) / HALVES
    guesses = {
        "own curve": [(f1(whole) - f1(each)).mean() for each in without],
        "whole curve": f1(whole) - f1(halved),
        "lowest F1": -f1(whole),
        "lowest recall": -recall(whole),
        "fewest images": -np.array(sizes, float) + random.uniform(0, 0.1, classes),
        "own curve of recall": [recall(whole)[k] - recall(each)[k] for k, each in enumerate(without)],
        "whole curve of recall": recall(whole) - recall(halved),
    }
    return [
        {"class": class_, "f1": float(brought[0, :, class_].mean()), "recall": float(brought[1, :, class_].mean())}
        | {name: float(values[class_]) for name, values in guesses.items()}
        for class_ in range(classes)
    ]


def _alike(counts: np.ndarray) -> np.ndarray:
    return counts / counts.sum(axis=1, keepdims=True)


def main() -> None:
    parser = options(__doc__, 25)
    args = parser.parse_args()
    rows = []
    for folder in args.images:
        known = features_of(folder, args.features)
        for uneven in (False, True):
            for seed in range(args.draws):
                cell = {"set": str(folder), "sizes": "uneven" if uneven else "even", "draw": seed}
                rows += [cell | row for row in one_draw(known, uneven, seed)]
        args.output.write_text("".join(json.dumps(row) + "\n" for row in rows))
    draws = []
    for (sizes, folder, draw), own in pd.DataFrame(rows).groupby(["sizes", "set", "draw"]):
        gains = {name: own["f1"].iloc[int(np.argmax(own[name]))] - own["f1"].mean() for name in (*GUESSES, "f1")}
        goes = {f"{name}, r": own["recall"].corr(own[f"{name} of recall"]) for name in ("own curve", "whole curve")}
        draws.append({"sizes": sizes, "set": folder, "draw": draw, "mean": own["f1"].mean()} | gains | goes)
    table = pd.DataFrame(draws).rename(columns={"f1": "best"})
    for groups in (["sizes"], ["sizes", "set"]):
        grouped = table.drop(columns="draw" if "set" in groups else ["draw", "set"]).groupby(groups)
        print(grouped.mean().round(4).T.to_string(), "\nstandard errors\n", grouped.sem().round(4).T.to_string())


if __name__ == "__main__":
    main()
