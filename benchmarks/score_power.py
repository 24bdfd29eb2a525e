"""How many test specimens is a measure worth, beside accuracy? A linear probe on real images, with more real images.

Reads folders of class folders. Again and again 40% of the images are drawn for the test, 10% for the validation, and a
logistic regression on frozen features of EfficientNet-Lite0 is trained on 25, 35 and 50% of all, of which the smaller
are part of the larger: so the arm is really better. Beside that two arms that are alike (25% each, apart), and a ridge
instead of the regression (the same 25%). Prints for each measure, at the run's own temperature:
- the mean gain, turned so that more is better, with its standard error over draws;
- how often the verdict of a single holdout says helps and hurts at 5%, for one comparison;
- `worth`: how many times the test specimens accuracy would need for the same certainty: the ratio of (mean gain /
  standard deviation over test images)^2, with a 95% interval over draws, which share images; and the same as if the
  temperature were known, and not chosen by a few validation images.

    python benchmarks/score_power.py images/hushem --draws 100
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import numpy as np
import torch
from probe_normalisation import ARCHITECTURE, read_folder
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.preprocessing import StandardScaler

from augury.classifiers import pretrained
from augury.classifiers.evaluation import in_blocks
from augury.classifiers.timm_zoo import network as timm_zoo
from augury.metrics.temperature_prior import fit_with_prior
from augury.tables.measures import MEASURES
from augury.tables.predictions import Predictions
from augury.verdict import decision, evidence
from augury.verdict.decision import Rule
from augury.verdict.replicates import Bootstrap, count, measures
from augury.verdict.runs import Key, Pair

SHOWN = ("accuracy", "f1", "auroc", "brier", "log_loss", "brier_calibration", "log_loss_calibration")
COMPARISONS = {"25 to 35%": ("25", "35"), "35 to 50%": ("35", "50"), "alike": ("25", "other"), "ridge": ("25", "ridge")}


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("folders", type=Path, nargs="+")
    made.add_argument("--size", type=int, default=224, help="pixels (default: 224)")
    made.add_argument("--most", type=int, default=60, help="images per class at most (default: 60)")
    made.add_argument("--draws", type=int, default=100)
    args = made.parse_args()
    torch.set_num_threads(1)
    print("images\tstep\tmeasure\tgain\tstandard error\thelps\thurts\tworth\tlow\thigh\ttemperature known")
    for folder in args.folders:
        images, labels, _ = read_folder(folder, args.size, r"(.*)\.[^.]+", args.most)
        classifier = timm_zoo.build(ARCHITECTURE, args.size, channels=3, classes=2)
        pretrained.fill(classifier, ARCHITECTURE, "auto", Path("resources/weights"))
        features = in_blocks(images, classifier.eval().features, torch.device("cpu")).numpy()
        draws = [draw(features, labels, seed) for seed in range(args.draws)]
        for step in COMPARISONS:
            for line in lines(np.array([each[step] for each in draws])):
                # Nothing is worth anything where there is no gain.
                print(folder.name, step, *(line[:5] if step == "alike" else line), sep="\t", flush=True)


def draw(features: np.ndarray, labels: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """By comparison (measures, 4): gain, 1 helps or -1 hurts, variance over specimens, and at a known temperature."""
    random = np.random.default_rng(seed)
    rank = np.empty(len(labels))  # of each image among those of its class, 0 to 1
    for label in np.unique(labels):
        members = random.permutation(np.flatnonzero(labels == label))
        rank[members] = (np.arange(len(members)) + 0.5) / len(members)
    test, validation = rank >= 0.6, (rank >= 0.5) & (rank < 0.6)
    parts = {"25": rank < 0.25, "35": rank < 0.35, "50": rank < 0.5, "other": (rank >= 0.25) & (rank < 0.5)}
    runs = {}
    for name, train in (parts | {"ridge": parts["25"]}).items():
        scaled = StandardScaler().fit(features[train]).transform(features)
        # What a penalised model learns lies in the span of its training images: the same answer, sooner.
        scaled = scaled @ np.linalg.svd(scaled[train], full_matrices=False)[2].T
        model = RidgeClassifier(alpha=100.0) if name == "ridge" else LogisticRegression(C=0.1, max_iter=300)
        logits = model.fit(scaled[train], labels[train]).decision_function(scaled)
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        runs[name] = powers / powers.sum(axis=1, keepdims=True)
    return {
        step: compared(labels, test, validation, *(runs[name] for name in names), parts[names[0]].sum(), seed)
        for step, names in COMPARISONS.items()
    }


def compared(labels, test, validation, first: np.ndarray, second: np.ndarray, n_train: int, seed: int) -> np.ndarray:
    """The same of one comparison, of probabilities (N, K)."""
    names, classes = np.array([str(index) for index in range(len(labels))]), tuple(map(str, range(labels.max() + 1)))
    judged, known = (
        tuple(Predictions(*(x[part] for x in (names, names, names, names, labels, probabilities)), classes)
              for probabilities in (first, second))
        for part in (test, validation)
    )  # fmt: skip
    fitted = tuple(fit_with_prior(each.probabilities, each.labels) for each in known)
    pair = Pair(Key("probe", "holdout", 0), *judged, False, known, fitted)
    sure = replace(pair, fitted=tuple(replace(each, images=0) for each in fitted))
    side, steady = (Bootstrap([each], 400, seed).sides(each) for each in (pair, sure))
    counted = count([pair])[-1]
    rows = []
    for name in SHOWN:
        column, sign = measures(classes).index(("all", name)), MEASURES[name].sign
        seen = evidence.gather([side], column, counted, MEASURES[name].counts, evidence.NONE)
        p = decision.judge(seen, Rule(tested_to_trained=counted.total / n_train)).p
        word = sign * np.sign(side.difference[column]) * (p < Rule().alpha)
        spread = (each.replicates[:, column].var(ddof=1) for each in (side, steady))
        rows.append([sign * side.difference[column], word, *spread])
    return np.array(rows)


def lines(draws: np.ndarray) -> list[list[str]]:
    """Cells of each measure, from draws (D, measures, 4)."""
    chosen = np.random.default_rng(0).integers(len(draws), size=(2000, len(draws)))
    whole, drawn = (each[..., :1].mean(-3) ** 2 / each[..., 2:].mean(-3) for each in (draws, draws[chosen]))
    made = []
    for column, name in enumerate(SHOWN):
        gains, words = draws[:, column, 0], draws[:, column, 1]
        with np.errstate(divide="ignore", invalid="ignore"):  # a draw in which accuracy gains nothing
            low, high = np.quantile(drawn[:, column, 0] / drawn[:, 0, 0], [0.025, 0.975])
        values = [gains.mean(), gains.std(ddof=1) / len(gains) ** 0.5, (words > 0).mean(), (words < 0).mean()]
        worth = whole[column, 0] / whole[0, 0], low, high, whole[column, 1] / whole[0, 1]
        made.append([name, *(f"{each:.3f}" for each in values), *(f"{each:.2f}" for each in worth)])
    return made


if __name__ == "__main__":
    main()
