"""How many wrong labels does an audit find, and how many honest ones does it accuse?

    python benchmarks/label_audit.py --images hushem pbc/images fishcam/images --draws 5 --output audit.jsonl
    python benchmarks/label_audit.py --images hushem pbc/images --pairs --draws 20 --output pairs.jsonl

Folders hold a folder per class. Each draw takes up to 20 images of up to 6 classes, and gives a share of them another
label: any other (symmetric), or of each class the next one's (pairwise). Judged are images that were held out:

- study: a logistic regression on EfficientNet-Lite0 in three folds, as the predictions of a study with a probe;
- repeated: the same in five folds, five times; networks: also with Lite1 and Lite2, probabilities averaged;
- ridge: augury.prediction.held_out with one network; one pass: with three; audit: as it is.

`at equal number`: the share of wrong ones among as many images of the least label quality as there are wrong ones.
`caught`, `accused`, `right`: shares of the wrong labels that are doubted, of the honest ones, and of the wrong ones
that are doubted with the right suggestion. --pairs looks for one class of which a share was labelled as
one other, by tests of every ordered pair (Holm). Features are kept in --features.
"""

import argparse
import hashlib
import json
import re
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

from augury.classifiers.sources import FOLDER, PACKAGED
from augury.prediction.held_out import held_out
from augury.prediction.preparation import Form, prepare
from augury.scores.extractors import SIZE_PX, extract, load_extractor
from augury.study.images import Preparation

MOST, PER_CLASS, CLASSES = 120, 20, 6
SPECIMEN = re.compile(r"([^/]+_(?:no)?fish[0-9]+)_frame")
CELLS = [("none", 0.0), *((kind, rate) for kind in ("symmetric", "pairwise") for rate in (0.05, 0.15, 0.3))]
ODDS = (1.0, 2.0, 3.0, 4.0, 8.0)  # of the best class to the label, at which it is doubted
PAIRED = [("none", 0.0), ("symmetric", 0.15), ("one", 0.15), ("one", 0.3), ("one", 0.5)]


def features_of(folder: Path, kept: Path) -> dict[str, np.ndarray]:
    """labels, paths, spec, classes, and features of each packaged network."""
    name = "_".join(folder.parts[-2:]) if folder.name in ("images", "train") else folder.name
    path = kept / f"{name}.npz"
    if not path.exists():
        classes = sorted(each.name for each in folder.iterdir() if each.is_dir())
        files = [
            (label, file)
            for label, class_ in enumerate(classes)
            for file in sorted(
                (folder / class_).iterdir(), key=lambda each: hashlib.sha256(each.name.encode()).digest()
            )[:MOST]
        ]
        images = np.stack([prepare(file, Preparation(), [Form(SIZE_PX, 3)])[0] for _, file in files])
        made = {each: extract(load_extractor(each, FOLDER), images, torch.device("cpu"), each) for each in PACKAGED}
        paths = [str(file) for _, file in files]
        np.savez(path, labels=[label for label, _ in files], paths=paths, classes=classes, **made)
    return dict(np.load(path))


def draw(known: dict, random: np.random.Generator, per_class: int) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Features of each network, labels and specimens of a few images of a few classes."""
    classes = np.unique(known["labels"])
    classes = np.sort(random.choice(classes, min(CLASSES, len(classes)), replace=False))
    taken = []
    for class_ in classes:
        members = np.flatnonzero(known["labels"] == class_)
        taken.append(random.choice(members, min(per_class, len(members)), replace=False))
    rows = np.concatenate(taken)
    paths = [str(known["paths"][row]) for row in rows]
    names = [match[1] if (match := SPECIMEN.search(path)) else path for path in paths]
    specimens = np.unique(names, return_inverse=True)[1]
    return [known[each][rows] for each in PACKAGED], np.searchsorted(classes, known["labels"][rows]), specimens


def planted(truth: np.ndarray, kind: str, rate: float, random: np.random.Generator) -> np.ndarray:
    """Labels of which a share is wrong."""
    labels, classes = truth.copy(), int(truth.max()) + 1
    if kind == "symmetric":
        wrong = random.choice(len(truth), round(rate * len(truth)), replace=False)
        labels[wrong] = (truth[wrong] + random.integers(1, classes, len(wrong))) % classes
    elif kind != "none":
        order = random.permutation(classes)
        for number, class_ in enumerate(order[:1] if kind == "one" else order):
            members = np.flatnonzero(truth == class_)
            wrong = random.choice(members, round(rate * len(members)), replace=False)
            labels[wrong] = order[(number + 1) % classes]
    return labels


def logistic(features: np.ndarray, labels: np.ndarray, specimens: np.ndarray, folds: int, repeats: int) -> np.ndarray:
    """Mean probability (N, K) over repeated folds, at the strength under which held-out labels are likeliest."""
    rooted = np.sign(features) * np.sqrt(np.abs(features.astype(float)))
    rooted /= rooted.std() * np.sqrt(rooted.shape[1])
    turned, lengths, _ = np.linalg.svd(rooted - rooted.mean(axis=0), full_matrices=False)
    design = turned * lengths  # the same fit, in fewer columns
    least = min(len(set(specimens[labels == each])) for each in np.unique(labels))

    def fitted(seed: int, strength: float) -> np.ndarray:
        made = np.full((len(labels), labels.max() + 1), 1e-12)
        divided = StratifiedGroupKFold(min(folds, least), shuffle=True, random_state=seed)
        for fit, other in divided.split(design, labels, specimens):
            model = LogisticRegression(C=strength, max_iter=300).fit(design[fit], labels[fit])
            made[np.ix_(other, model.classes_)] = model.predict_proba(design[other])
        return made

    tried = {strength: fitted(0, strength) for strength in (1.0, 10.0, 100.0, 1000.0)}
    best = max(tried, key=lambda each: np.log(tried[each][np.arange(len(labels)), labels]).sum())
    return np.mean([tried[best], *(fitted(seed, best) for seed in range(1, repeats))], axis=0)


# Probabilities (N, K) by features of each network, labels and specimens.
WAYS: dict[str, Callable[[list[np.ndarray], np.ndarray, np.ndarray], np.ndarray]] = {
    "study": lambda networks, *known: logistic(networks[0], *known, 3, 1),
    "repeated": lambda networks, *known: logistic(networks[0], *known, 5, 5),
    "networks": lambda networks, *known: np.mean([logistic(each, *known, 5, 5) for each in networks], axis=0),
    "ridge": lambda networks, *known: held_out(networks[:1], *known, passes=1)[0],
    "one pass": lambda networks, *known: held_out(networks, *known, passes=1)[0],
    "audit": lambda networks, *known: held_out(networks, *known)[0],
}


def measured(probabilities: np.ndarray, labels: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Both sides of an audit."""
    probabilities = np.maximum(probabilities, 1e-9)
    probabilities = probabilities / probabilities.sum(axis=1, keepdims=True)
    wrong, answers, made = labels != truth, probabilities.argmax(axis=1), {}
    number, order = int(wrong.sum()), np.argsort(get_label_quality_scores(labels, probabilities), kind="stable")
    made["at equal number"] = float(wrong[order[:number]].mean()) if number else np.nan
    own, most = probabilities[np.arange(len(labels)), labels], probabilities.max(axis=1)
    rules = {"cleanlab": find_label_issues(labels, probabilities, n_jobs=1)}
    rules |= {f"odds {odds:g}": most >= odds * own for odds in ODDS}
    for name, rule in rules.items():
        doubted = rule & (answers != labels)
        made[f"{name}: caught"] = float(doubted[wrong].mean()) if number else np.nan
        made[f"{name}: right"] = float((doubted & (answers == truth))[wrong].mean()) if number else np.nan
        made[f"{name}: accused"] = float(doubted[~wrong].mean())
        made[f"{name}: flags"] = float(doubted.sum())
    return made


def paired(probabilities: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """Corrected p values (K, K) of `labelled i, looks like j`, by two tests."""
    classes, answers = probabilities.shape[1], probabilities.argmax(axis=1)
    looks = np.array([[(answers[labels == i] == j).sum() for j in range(classes)] for i in range(classes)])
    bars = [np.median(probabilities[labels == j, j]) for j in range(classes)]
    typical = np.array(
        [[(probabilities[labels == i, j] >= bars[j]).sum() for j in range(classes)] for i in range(classes)]
    )
    pairs, sizes = [(i, j) for i in range(classes) for j in range(classes) if i != j], looks.sum(axis=1)
    rest = {
        (i, j): (typical.sum() - np.trace(typical) - typical[i, j]) / (len(labels) * (classes - 1) - sizes[i])
        for i, j in pairs
    }
    values = {
        # as many of i among j as of j among i (Fisher)
        "asymmetric": [
            stats.fisher_exact(
                [[looks[i, j], sizes[i] - looks[i, j]], [looks[j, i], sizes[j] - looks[j, i]]], "greater"
            )[1]
            for i, j in pairs
        ],
        # as many as typical of j as half of its own are, as in all other pairs (binomial)
        "typical": [stats.binom.sf(typical[i, j] - 1, sizes[i], rest[i, j]) for i, j in pairs],
    }
    made = {}
    for name, each in values.items():
        order = np.argsort(each)
        corrected = np.maximum.accumulate(np.array(each)[order] * np.arange(len(pairs), 0, -1))
        made[name] = np.ones((classes, classes))
        for place, index in enumerate(order):
            made[name][pairs[index]] = min(1.0, corrected[place])
    return made


def options(about: str | None, draws: int) -> argparse.ArgumentParser:
    """What every benchmark on drawn specimens is told; draws: as many as there are by default."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, nargs="+", required=True)
    parser.add_argument("--features", type=Path, default=Path("."))
    parser.add_argument("--draws", type=int, default=draws)
    parser.add_argument("--output", type=Path, required=True)
    return parser


def main() -> None:
    parser = options(__doc__, 5)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS), help="default: all")
    parser.add_argument("--pairs", action="store_true")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    rows = []
    for number in range(args.draws):
        for folder in args.images:
            known = features_of(folder, args.features)
            for kind, rate in PAIRED if args.pairs else CELLS:
                random = np.random.default_rng([number, round(100 * rate), len(kind)])
                networks, truth, specimens = draw(known, random, 25 if args.pairs else PER_CLASS)
                labels = planted(truth, kind, rate, random)
                cell = {"set": str(folder), "draw": number, "kind": kind, "rate": rate}
                if not args.pairs:
                    for way in args.ways:
                        probabilities = WAYS[way](networks, labels, specimens)
                        rows.append(cell | {"way": way} | measured(probabilities, labels, truth))
                    continue
                wrong = next(iter(zip(labels[labels != truth], truth[labels != truth], strict=True)), None)
                for way, values in paired(held_out(networks, labels, specimens)[0], labels).items():
                    accused = {(int(i), int(j)) for i, j in np.argwhere(values < 0.05)}
                    one = {(int(wrong[0]), int(wrong[1]))} if kind == "one" and wrong else set()
                    rows.append(cell | {"way": way, "found": bool(accused & one), "false": bool(accused - one)})
            args.output.write_text("".join(json.dumps(row) + "\n" for row in rows))
    table = pd.DataFrame(rows)
    values = [name for name in table if name not in ("set", "draw", "kind", "rate", "way")]
    groups = table.groupby(["kind", "rate", "way"], sort=False)[values]
    print(groups.mean().astype(float).round(3).to_string())
    print("standard errors\n", groups.sem().astype(float).round(3).to_string())


if __name__ == "__main__":
    main()
