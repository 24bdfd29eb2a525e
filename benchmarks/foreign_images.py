"""How well does a classifier notice what it does not know, and how much are its probabilities and sets worth?

Reads folders of classes. In each draw a quarter of the classes is left out, and specimens of the others become a
training, a validation and a test part; a logistic regression on the features of a frozen EfficientNet-Lite0, as a probe
is, learns them. Prints means over folders and draws, with standard errors over draws:
- foreign: for scores of novelty, AUROC of test images against images of the classes left out (`near`) and of the other
  folders (`far`), the share of these caught where a threshold on the test images accuses 5% or 20% of them, and what
  the threshold from the validation part catches and accuses;
- temperatures: log loss, calibration error and confidence less accuracy on the test part, and the mean confidence on
  `far` images;
- sets: coverage, that of the worst class, and size, at the stated coverage.

    python benchmarks/foreign_images.py hushem pbc/images fishcam/images --cache features --draws 10
"""

import argparse
import sys
import warnings
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import numpy as np
import torch
from cached_features import Cached, cached_features
from scipy.special import logsumexp, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from augury.metrics import conformal, novelty
from augury.metrics.calibration_error import expected_error
from augury.metrics.temperature import at_temperature, fit_temperature
from augury.metrics.temperature_prior import fit_with_prior
from augury.scores.distances import squared_blocks

STRENGTHS = (3, 30)
FAR = 150
Table = dict[str, dict[str, list[list[float]]]]  # of a row's name and a folder's: a list per draw


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("folders", type=Path, nargs="+")
    made.add_argument("--cache", type=Path, required=True, help="folder in which features are kept")
    made.add_argument("--draws", type=int, default=10)
    made.add_argument("--most", type=int, default=60, help="images per class at most (default: 60)")
    made.add_argument("--train", type=int, nargs="+", default=[8, 25], help="training specimens per class at most")
    made.add_argument("--validation", type=float, default=0.3, help="validation specimens, as a share of those")
    made.add_argument("--coverage", type=float, default=0.9)
    made.add_argument("--specimen", default=r"(.+_(?:no)?fish[0-9]+)_frame", help="expression; else a file is one")
    made.add_argument("--threads", type=int, default=1)
    args = made.parse_args()
    torch.set_num_threads(args.threads)
    warnings.filterwarnings("ignore", module="sklearn")
    args.cache.mkdir(parents=True, exist_ok=True)
    sets = [cached_features(folder, args.cache, args.most, 1, args.specimen) for folder in args.folders]
    for train in args.train:
        foreign, temperatures, within = (defaultdict(lambda: defaultdict(list)) for _ in range(3))
        sizes = []
        for each in sets:
            others = np.concatenate([_roots(other) for other in sets if other.name != each.name])
            for draw in range(args.draws):
                random = np.random.default_rng(draw)
                far = others[random.permutation(len(others))[:FAR]]
                order = random.permutation(len(each.classes))
                left = order[: max(1, round(len(order) / 4))]
                parts = Parts(each, np.setdiff1d(order, left), left, far, train, args.validation, random)
                for name, row in foreign_rows(parts):
                    foreign[name][each.name].append(row)
                for name, row in temperature_rows(parts):
                    temperatures[name][each.name].append(row)
                for name, row in set_rows(parts, args.coverage):
                    within[name][each.name].append(row)
                sizes.append([len(labels) for labels in (parts.labels, parts.known, parts.tested)])
            print(f"{each.name}: {args.draws} draws", file=sys.stderr, flush=True)
        counts = " to ".join(str(tuple(map(int, end(sizes, axis=0)))) for end in (np.min, np.max))
        print(f"\n{len(sets)} folders, {args.draws} draws each, training, validation and test images {counts}")
        near, away = (f"AUROC {kind},at 5%,at 20%,caught".split(",") for kind in ("near", "far"))
        show("foreign", foreign, [*near, *away, "accused"])
        show("temperature", temperatures, ["log loss", "ECE", "too sure by", "sure of far", "temperature"])
        show("sets", within, ["coverage", "worst class", "size", "single"])


class Parts:
    """A draw: features of its parts, logits of a probe, labels counted from 0."""

    def __init__(
        self,
        each: Cached,
        known: np.ndarray,
        left: np.ndarray,
        far: np.ndarray,
        train: int,
        validation: float,
        random: np.random.Generator,
    ) -> None:
        features, chosen = _roots(each), ([], [], [])
        for class_ in known:
            names = random.permutation(np.unique(each.specimens[each.labels == class_]))
            first = min(train, round(len(names) / 2))
            second = first + max(1, round(first * validation))
            for part, of_part in zip(chosen, np.split(names, [first, second]), strict=True):
                part.append(np.flatnonzero(np.isin(each.specimens, of_part)))
        fitted, held, tested = (np.concatenate(part) for part in chosen)
        near = np.flatnonzero(np.isin(each.labels, left))
        scale = features[fitted].std() * np.sqrt(features.shape[1])
        self.features = [rows / scale for rows in (features[held], features[tested], features[near], far)]
        self.train = features[fitted] / scale
        self.labels, self.known, self.tested = (
            np.searchsorted(known, each.labels[rows]) for rows in (fitted, held, tested)
        )
        self.weights = conformal.shares(each.specimens[held])
        self.classes = len(known)
        # A ridge penalty leaves weights in the span of the images, in which the fit is quicker and the same.
        self._span = np.linalg.svd(self.train, full_matrices=False)[2]
        self.inner, self._model = self._fit(self.train @ self._span.T)
        self.logits = [self._said(rows) for rows in self.features]

    def _fit(self, rows: np.ndarray) -> tuple[np.ndarray, LogisticRegression]:
        # Out-of-fold probabilities of the training images, and the model, at the C under which they are likeliest.
        folds = list(StratifiedKFold(3, shuffle=True, random_state=0).split(rows, self.labels))
        losses, judged = [], []
        for strength in STRENGTHS:
            out = np.zeros((len(rows), self.classes))
            for fit, apart in folds:
                out[apart] = _regression(strength).fit(rows[fit], self.labels[fit]).predict_proba(rows[apart])
            losses.append(_log_loss(out, self.labels))
            judged.append(out)
        best = int(np.argmin(losses))
        return judged[best], _regression(STRENGTHS[best]).fit(rows, self.labels)

    def _said(self, rows: np.ndarray) -> np.ndarray:
        if not len(rows):
            return np.zeros((0, self.classes))
        logits = self._model.decision_function(rows @ self._span.T)
        return np.stack([-logits / 2, logits / 2], axis=1) if logits.ndim == 1 else logits


def foreign_rows(parts: Parts) -> Iterable[tuple[str, list[float]]]:
    """What each score makes of the validation, test, near and far images."""
    unit = novelty.unit_length(parts.train)
    plain, on_sphere = novelty.fit_gaussians(parts.train, parts.labels), novelty.fit_gaussians(unit, parts.labels)
    spheres = [novelty.unit_length(rows) for rows in parts.features]
    scores = {
        "nearest training image": [_nearest(rows, unit, 1) for rows in spheres],
        "fifth nearest": [_nearest(rows, unit, 5) for rows in spheres],
        "Mahalanobis": [plain.distances(rows) for rows in parts.features],
        "Mahalanobis, unit length": [on_sphere.distances(rows) for rows in spheres],
        "maximum softmax": [-softmax(logits, axis=1).max(axis=1) for logits in parts.logits],
        "energy": [-logsumexp(logits, axis=1) for logits in parts.logits],
    }
    scores["energy, bounded"] = [np.maximum(values, scores["energy"][0].min()) for values in scores["energy"]]
    pairs = [("nearest training image", "maximum softmax"), ("nearest training image", "energy, bounded")]
    pairs += [("Mahalanobis, unit length", doubt) for doubt in ("maximum softmax", "energy", "energy, bounded")]
    for far, doubt in pairs:
        scales = novelty.scales_of(scores[far][0], -scores[doubt][0])
        both = zip(scores[far], scores[doubt], strict=True)
        scores[f"{far} + {doubt}"] = [scales.score(distances, -doubts) for distances, doubts in both]
    for name, (known, tested, *foreign) in scores.items():
        limit = conformal.bound(known, parts.weights, 0.95)
        limit = limit if np.isfinite(limit) else known.max()
        strict, loose = np.quantile(tested, [0.95, 0.8], method="higher")
        row = []
        for kind in foreign:
            truth = np.repeat([0, 1], [len(tested), len(kind)])
            row += [roc_auc_score(truth, np.concatenate([tested, kind]))]
            row += [(kind > value).mean() for value in (strict, loose, limit)]
        yield name, [*row, (tested > limit).mean()]


def temperature_rows(parts: Parts) -> Iterable[tuple[str, list[float]]]:
    """What ways to a temperature make of the test and far images."""
    held, tested, _, far = (softmax(logits, axis=1) for logits in parts.logits)
    found = {"1": 1.0, "fitted": fit_temperature(held, parts.known).temperature}
    found |= {f"prior {prior}": fit_with_prior(held, parts.known, prior).temperature for prior in (0.25, 0.5, 1.0)}
    found["inner folds"] = fit_temperature(parts.inner, parts.labels).temperature
    both = np.concatenate([parts.inner, held]), np.concatenate([parts.labels, parts.known])
    found["inner folds, validation, prior 0.5"] = fit_with_prior(*both).temperature
    for name, temperature in found.items():
        said = at_temperature(tested, temperature)
        sure, right = said.max(axis=1), said.argmax(axis=1) == parts.tested
        loss, error = _log_loss(said, parts.tested), expected_error(sure, right)
        yield (
            name,
            [loss, error, sure.mean() - right.mean(), at_temperature(far, temperature).max(axis=1).mean(), temperature],
        )


def set_rows(parts: Parts, coverage: float) -> Iterable[tuple[str, list[float]]]:
    """What rules for prediction sets make of the test images."""
    held, tested = (softmax(logits, axis=1) for logits in parts.logits[:2])
    temperature = fit_with_prior(held, parts.known).temperature
    held, tested = at_temperature(held, temperature), at_temperature(tested, temperature)
    true = held[np.arange(len(held)), parts.known]
    one = max(0.0, 1 - conformal.bound(1 - true, parts.weights, coverage))
    own = conformal.least_probabilities(true, parts.known, parts.weights, parts.classes, coverage)
    rules = {"least ambiguous": tested >= one - 1e-6, "least ambiguous, by class": tested >= own - 1e-6}
    for name, penalty in (("adaptive", 0.0), ("adaptive, penalty 0.01", 0.01), ("adaptive, penalty 0.1", 0.1)):
        known = _summed(held, penalty)[np.arange(len(held)), parts.known]
        rules[name] = _summed(tested, penalty) <= conformal.bound(known, parts.weights, coverage) + 1e-6
    for name, sets in rules.items():
        sets[np.arange(len(sets)), tested.argmax(axis=1)] = True
        hit = sets[np.arange(len(sets)), parts.tested]
        worst = min(hit[parts.tested == class_].mean() for class_ in np.unique(parts.tested))
        yield name, [hit.mean(), worst, sets.sum(axis=1).mean(), (sets.sum(axis=1) == 1).mean()]


def show(title: str, table: Table, columns: list[str]) -> None:
    """Print means over folders, each the mean of its draws, with standard errors."""
    print(f"\n{title:43}" + "".join(f"{name:>16}" for name in columns))
    for name, by_folder in table.items():
        draws = [np.array(rows) for rows in by_folder.values()]
        mean = np.mean([rows.mean(axis=0) for rows in draws], axis=0)
        error = np.sqrt(sum(rows.var(axis=0, ddof=1) / len(rows) for rows in draws)) / len(draws)
        print(f"{name:43}" + "".join(f"{m:9.3f} ± {e:.3f}" for m, e in zip(mean, error, strict=True)), flush=True)


def _roots(each: Cached) -> np.ndarray:
    # As a probe takes features: their signed square roots.
    features = each.features[:, 0].astype(np.float32)
    return np.sign(features) * np.sqrt(np.abs(features))


def _nearest(rows: np.ndarray, known: np.ndarray, k: int) -> np.ndarray:
    return np.concatenate([np.sort(squared, axis=1)[:, k - 1] for _, squared in squared_blocks(rows, known)])


def _summed(probabilities: np.ndarray, penalty: float) -> np.ndarray:
    # Romano et al. 2020 (arXiv:2006.02544), not randomised; with a penalty for each class after the first two
    # Angelopoulos et al. 2021 (arXiv:2009.14193).
    order = np.argsort(-probabilities, axis=1)
    sums = np.cumsum(np.take_along_axis(probabilities, order, axis=1), axis=1)
    sums += penalty * np.maximum(np.arange(1, sums.shape[1] + 1) - 2, 0)
    return np.take_along_axis(sums, np.argsort(order, axis=1), axis=1)


def _log_loss(probabilities: np.ndarray, labels: np.ndarray) -> float:
    return float(-np.log(np.maximum(probabilities[np.arange(len(labels)), labels], 1e-12)).mean())


def _regression(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=300)


if __name__ == "__main__":
    main()
