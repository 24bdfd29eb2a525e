"""Which unlabelled images should be labelled first? A probe after labelling what each criterion names, beside random.

    python benchmarks/label_first.py --images hushem pbc/images fishcam/images --draws 20 --output first.jsonl

Each draw labels --start images of each class, tests on a third of the others, and lets each criterion name --more
images of what is left, whose classes are as common as they are (even) or fall by a half from class to class (skewed;
both skewed: so do the labelled ones, from three times --start):

- margin: the least difference of the two largest probabilities; entropy: the largest;
- centres: farthest in features from all that is labelled or named (greedy k-centre: Sener and Savarese 2018);
- both: of three times as many with the least margin, the k centres; apart: the same without a look at what is labelled;
- balanced: whose probable classes have the fewest labels, those that are expected of the named ones included; wide: the
  same of three times as many with the least margin;
- typical: the middles of as many clusters as labels (k-means; Hacohen et al. 2022's for few labels).

The probe is a ridge regression on EfficientNet-Lite0 with a temperature, both by held-out specimens. Printed: accuracy
and macro F1 minus random's of the same draw, with standard errors over draws and sets.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import softmax
from sklearn.cluster import KMeans

sys.path.insert(0, str(Path(__file__).resolve().parent))

from label_audit import SPECIMEN, features_of, options

from augury.metrics.classification import score

NETWORK = "tf_efficientnet_lite0"
POOLS = ("even", "skewed", "both skewed")
STRENGTHS, TEMPERATURES = np.geomspace(0.01, 10, 7), 1 / np.geomspace(1, 40, 15)


def answers(
    kernel: np.ndarray, labelled: np.ndarray, asked: np.ndarray, labels: np.ndarray, classes: int
) -> np.ndarray:
    """Probabilities (A, K) of the asked ones; kernel: (N, N) of all images."""
    own, targets = kernel[np.ix_(labelled, labelled)], np.eye(classes)[labels[labelled]]
    best, likeliest = (0.0, 0.0), -np.inf
    for strength in STRENGTHS:
        inverse = np.linalg.inv(own + strength * np.eye(len(own)))
        held = targets - inverse @ targets / np.diag(inverse)[:, None]
        for temperature in TEMPERATURES:
            likelihood = np.log(softmax(held / temperature, axis=1)[targets == 1] + 1e-12).sum()
            if likelihood > likeliest:
                best, likeliest = (strength, temperature), likelihood
    fitted = np.linalg.solve(own + best[0] * np.eye(len(own)), targets)
    return softmax(kernel[np.ix_(asked, labelled)] @ fitted / best[1], axis=1)


def centres(features: np.ndarray, labelled: np.ndarray, pool: np.ndarray, more: int) -> np.ndarray:
    """The images of the pool that lie farthest from all before them."""
    # Without any before them, the first of the pool is the first.
    distances = np.full(len(pool), np.inf)
    if len(labelled):
        distances = ((features[pool, None] - features[None, labelled]) ** 2).sum(axis=2).min(axis=1)
    chosen: list[int] = []
    for _ in range(more):
        chosen.append(int(np.argmax(distances)))
        distances = np.minimum(distances, ((features[pool] - features[pool[chosen[-1]]]) ** 2).sum(axis=1))
    return pool[chosen]


def typical(features: np.ndarray, labelled: np.ndarray, pool: np.ndarray, more: int, seed: int) -> np.ndarray:
    """The images nearest to the centres of the clusters that hold fewest labels."""
    every = np.concatenate([labelled, pool])
    found = KMeans(min(len(labelled) + more, len(every)), n_init=1, random_state=seed).fit(features[every])
    known = np.bincount(found.labels_[: len(labelled)], minlength=found.n_clusters)
    sizes = np.bincount(found.labels_[len(labelled) :], minlength=found.n_clusters)
    own = found.labels_[len(labelled) :]
    distances = found.transform(features[pool])
    chosen: list[int] = []
    for cluster in np.lexsort((-sizes, known)):
        members = np.flatnonzero(own == cluster)
        if len(members) and len(chosen) < more:
            chosen.append(int(members[np.argmin(distances[members, cluster])]))
    rest = [index for index in range(len(pool)) if index not in set(chosen)]
    return pool[(chosen + rest)[:more]]


def balanced(probabilities: np.ndarray, counts: np.ndarray, more: int) -> list[int]:
    """The images that bring most to the classes of which fewest are labelled, or expected to be."""
    counts, left = counts.astype(float), np.ones(len(probabilities), bool)
    chosen: list[int] = []
    for _ in range(more):
        chosen.append(int(np.argmax(np.where(left, probabilities @ (1 / np.maximum(counts, 0.5)), -1))))
        left[chosen[-1]] = False
        counts += probabilities[chosen[-1]]
    return chosen


def criteria(
    features: np.ndarray,
    probabilities: np.ndarray,
    labelled: np.ndarray,
    pool: np.ndarray,
    more: int,
    seed: int,
    counts: np.ndarray,
) -> dict[str, Callable[[], np.ndarray]]:
    """What each names; probabilities: of the pool; counts: of labelled images of each class."""
    ordered = np.sort(probabilities, axis=1)
    by_margin = np.argsort(ordered[:, -1] - ordered[:, -2], kind="stable")
    entropy = -(probabilities * np.log(probabilities + 1e-12)).sum(axis=1)
    return {
        "random": lambda: np.random.default_rng(seed).permutation(pool)[:more],
        "margin": lambda: pool[by_margin[:more]],
        "entropy": lambda: pool[np.argsort(-entropy, kind="stable")[:more]],
        "centres": lambda: centres(features, labelled, pool, more),
        "both": lambda: centres(features, labelled, pool[by_margin[: 3 * more]], more),
        "apart": lambda: centres(features, by_margin[:0], pool[by_margin[: 3 * more]], more),
        "balanced": lambda: pool[balanced(probabilities, counts, more)],
        "wide": lambda: pool[by_margin[: 3 * more]][balanced(probabilities[by_margin[: 3 * more]], counts, more)],
        "typical": lambda: typical(features, labelled, pool, more, seed),
    }


def one_draw(known: dict, start: int, more: int, skewed: int, seed: int) -> dict[str, tuple[float, float]]:
    """Accuracy and macro F1 after each criterion, and before."""
    random = np.random.default_rng([seed, start, more, skewed])
    labels, paths = known["labels"], known["paths"]
    classes = int(labels.max()) + 1
    rooted = np.sign(known[NETWORK]) * np.sqrt(np.abs(known[NETWORK].astype(float)))
    rooted -= rooted.mean(axis=0)
    turned, lengths, _ = np.linalg.svd(rooted / np.sqrt((rooted**2).sum(axis=1).mean()), full_matrices=False)
    features = turned * lengths
    kernel = features @ features.T + 10
    names = [match[1] if (match := SPECIMEN.search(str(path))) else str(path) for path in paths]
    _, specimens = np.unique(names, return_inverse=True)
    tested = np.isin(specimens, random.permutation(specimens.max() + 1)[: (specimens.max() + 1) // 3])
    labelled, pool = [], []
    for place, class_ in enumerate(random.permutation(classes)):
        members = random.permutation(np.flatnonzero((labels == class_) & ~tested))
        own = max(2, round(3 * start * 0.5**place)) if skewed == POOLS.index("both skewed") else start
        labelled.append(members[:own])
        left = members[own:]
        pool.append(left[: max(2, round(len(left) * 0.5**place))] if skewed else left)
    first, others, test = np.concatenate(labelled), np.concatenate(pool), np.flatnonzero(tested)
    more = min(more, len(others) // 2)
    counts = np.bincount(labels[first], minlength=classes)
    named = criteria(features, answers(kernel, first, others, labels, classes), first, others, more, seed, counts)
    made = {"before": first} | {name: np.concatenate([first, choose()]) for name, choose in named.items()}
    values = {}
    for name, training in made.items():
        scores = score(labels[test], answers(kernel, training, test, labels, classes), ranked=False)
        values[name] = float(scores.accuracy[0]), float(scores.macro("f1")[0])
    return values


def main() -> None:
    parser = options(__doc__, 20)
    parser.add_argument("--start", type=int, nargs="+", default=[5])
    parser.add_argument("--more", type=int, nargs="+", default=[10, 30])
    args = parser.parse_args()
    rows = []
    for folder in args.images:
        known = features_of(folder, args.features)
        for start in args.start:
            for more in args.more:
                for skewed, pool in enumerate(POOLS):
                    cell = {"set": str(folder), "start": start, "more": more, "pool": pool}
                    for seed in range(args.draws):
                        made = one_draw(known, start, more, skewed, seed)
                        rows += [
                            cell | {"draw": seed, "by": name, "accuracy": value[0], "f1": value[1]}
                            | {"accuracy gain": value[0] - made["random"][0], "f1 gain": value[1] - made["random"][1]}
                            for name, value in made.items()
                        ]  # fmt: skip
        args.output.write_text("".join(json.dumps(row) + "\n" for row in rows))
    table = pd.DataFrame(rows)
    for groups in (["set", "by"], ["pool", "more", "by"], ["by"]):
        grouped = table.groupby(groups)[["accuracy", "accuracy gain", "f1 gain"]]
        print(pd.concat([grouped.mean(), grouped.sem().add_suffix(" se")], axis=1).round(4).to_string())


if __name__ == "__main__":
    main()
