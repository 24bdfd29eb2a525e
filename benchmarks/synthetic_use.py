"""How should a probe use images whose labels may be wrong, as synthetic ones' are? What do synthetic features bring?

Reads a folder of class folders. Of each class some real images are trained on, others stand for a generator's, a share
of them under another class's name, and the rest are tested, drawn anew many times. Features are a frozen network's, as
the probe takes them; the strength of its regularisation is chosen by folds of the real images. Prints differences from
the real images alone, paired over the draws, in points of accuracy and in log loss, with standard errors:
- mixed: all alike; weight: `synthetic_weight: 0.2`; agreeing: `selection: agreeing` at several thresholds, by a probe
  of the real images; both: by two of them, on features of two networks; soft: labelled by the probabilities of the
  first in place of their names;
- gaussian: no images, but as many features per real image, drawn from Gaussians about the classes' means with a shared
  covariance, shrunken after Ledoit and Wolf (after Yang et al. 2021, arXiv:2101.06395); strength by folds of its own.

    python benchmarks/synthetic_use.py images/hushem --crop 0.67 --train 20 --pool 15
"""

import argparse
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import numpy as np
import torch
from PIL import Image
from sklearn.covariance import LedoitWolf
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from augury.classifiers.evaluation import in_blocks
from augury.classifiers.probe import network as probe
from augury.classifiers.probe.family import ProbeSettings
from augury.images.files import list_files
from augury.images.fit import fit_image
from augury.scores.extractors import features_of, load_extractor
from augury.study.images import Preparation

STRENGTHS = 10.0 ** (np.arange(-3, 7) / 2)
THRESHOLDS = (0.25, 0.4, 0.5, 0.7)
OTHER = "mobilenetv2_100"  # the second network
GAUSSIAN = (1, 5)
Set = tuple[np.ndarray, np.ndarray]  # features (N, D) and labels (N,)


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("folder", type=Path)
    made.add_argument("--crop", type=float, default=1.0, help="middle of the images that is looked at")
    made.add_argument("--train", type=int, default=10, help="real images per class")
    made.add_argument("--pool", type=int, default=20, help="images per class that stand for synthetic ones")
    made.add_argument("--wrong", type=float, nargs="+", default=[0, 0.3, 0.6], help="shares of them under a wrong name")
    made.add_argument("--draws", type=int, default=40)
    args = made.parse_args()
    torch.set_num_threads(1)
    (features, others), labels = seen(args.folder, args.crop)
    for wrong in args.wrong:
        found = []
        for draw in range(args.draws):
            sets, second = (drawn(each, labels, args, wrong, draw) for each in (features, others))
            found.append(dict(outcomes(*sets, second, draw)))
        base = np.array([each["real"] for each in found])
        print(
            f"{wrong:.0%} wrong; real alone: accuracy {100 * base[:, 0].mean():.1f}, log loss {base[:, 1].mean():.3f}"
        )
        for name in list(found[0])[1:]:
            gains = np.array([each[name] for each in found]) - base
            (points, nats), (point, nat) = gains.mean(axis=0), gains.std(axis=0, ddof=1) / len(gains) ** 0.5
            cells = f"{100 * points:+6.1f} +- {100 * point:.1f}   {nats:+.3f} +- {nat:.3f}"
            print(f"  {name:14} {cells}", flush=True)


def seen(folder: Path, crop: float) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    """What the probe sees of every image as it stands, what another network sees of it, and its class."""
    images, labels = [], []
    for label, each in enumerate(sorted(path for path in folder.iterdir() if path.is_dir())):
        for path in list_files([each]):
            with Image.open(path) as image:
                images.append(fit_image(image.convert("RGB"), 224, "rgb", Preparation(centre_crop=crop)))
            labels.append(label)
    settings = ProbeSettings()
    network = probe.build_classifier(settings, max(labels) + 1).eval()
    probe.start_from_pretrained(network, settings, Path("resources/weights"))

    def look(block: torch.Tensor) -> torch.Tensor:
        return torch.cat(network.network.raw_features(network.normalise(block)), dim=1)

    made = in_blocks(torch.from_numpy(np.stack(images)), look, torch.device("cpu"))
    extractor = load_extractor(OTHER, Path("resources/weights"))
    second = features_of(extractor, np.stack(images), torch.device("cpu"))
    return (made.double().numpy(), second.astype(np.float64)), np.array(labels)


def drawn(features: np.ndarray, labels: np.ndarray, args: argparse.Namespace, wrong: float, draw: int) -> list[Set]:
    """Training images, those that stand for synthetic ones, and tested ones, in the span and scale of the first two."""
    random = np.random.default_rng(draw)
    orders = [random.permutation(np.flatnonzero(labels == label)) for label in range(labels.max() + 1)]
    cuts = 0, args.train, args.train + args.pool, len(labels)
    parts = [np.concatenate([order[start:stop] for order in orders]) for start, stop in itertools.pairwise(cuts)]
    truth = [labels[part] for part in parts]
    renamed = random.random(len(parts[1])) < wrong
    truth[1][renamed] = (truth[1][renamed] + random.integers(1, len(orders), renamed.sum())) % len(orders)
    mean, scale = features[parts[0]].mean(axis=0), features[parts[0]].std() * features.shape[1] ** 0.5
    scaled = [(features[part] - mean) / scale for part in parts]
    span = np.linalg.svd(np.concatenate(scaled[:2]), full_matrices=False)[2].T
    return [(each @ span, label) for each, label in zip(scaled, truth, strict=True)]


def outcomes(
    real: Set, pool: Set, tested: Set, second: list[Set], draw: int
) -> Iterator[tuple[str, tuple[float, float]]]:
    """Accuracy and log loss by each way of using the pool. second: the same images in the other network's features."""
    strength = chosen(real, draw)
    alone = fit(real, strength)
    features, labels = (np.concatenate(both) for both in zip(real, pool, strict=True))
    synthetic = np.arange(len(labels)) >= len(real[1])
    share = synthetic.mean()
    weights = np.where(synthetic, 0.2 / share, 0.8 / (1 - share))
    shares = alone.predict_proba(pool[0])
    own = shares[np.arange(len(pool[1])), pool[1]]
    other = fit(second[0], chosen(second[0], draw)).predict_proba(second[1][0])
    also = other[np.arange(len(pool[1])), pool[1]]
    yield "real", judged(alone, tested)
    yield "mixed", judged(fit((features, labels), strength), tested)
    yield "weight 0.2", judged(fit((features, labels), strength, weights), tested)
    for least in THRESHOLDS:
        keep = np.concatenate([np.ones(len(real[1]), bool), own >= least])
        yield f"agreeing {least:g}", judged(fit((features[keep], labels[keep]), strength), tested)
        keep[len(real[1]) :] &= also >= least
        yield f"both {least:g}", judged(fit((features[keep], labels[keep]), strength), tested)
    # An image of several classes is one of each, by their probabilities.
    classes = shares.shape[1]
    spread = np.repeat(pool[0], classes, axis=0), np.tile(np.arange(classes), len(pool[0]))
    soft = tuple(np.concatenate(both) for both in zip(real, spread, strict=True))
    yield "soft", judged(fit(soft, strength, np.concatenate([np.ones(len(real[1])), shares.ravel()])), tested)
    for times in GAUSSIAN:
        more = chosen(real, draw, times)
        yield f"gaussian x{times}", judged(fit(with_gaussian(real, times, draw), more), tested)


def with_gaussian(real: Set, times: int, seed: int) -> Set:
    """The images' features, and `times` as many that are drawn."""
    features, labels = real
    means = np.stack([features[labels == label].mean(axis=0) for label in range(labels.max() + 1)])
    covariance = LedoitWolf(assume_centered=True).fit(features - means[labels]).covariance_
    root = np.linalg.cholesky(covariance + 1e-12 * np.eye(len(covariance)))
    drawn_labels = np.repeat(labels, times)
    noise = np.random.default_rng(seed).standard_normal((len(drawn_labels), features.shape[1]))
    return np.concatenate([features, means[drawn_labels] + noise @ root.T]), np.concatenate([labels, drawn_labels])


def chosen(real: Set, draw: int, times: int = 0) -> float:
    """The strength under which held-out images' classes are likeliest."""
    losses = np.zeros(len(STRENGTHS))
    for kept, out in StratifiedKFold(3, shuffle=True, random_state=draw).split(*real):
        part = real[0][kept], real[1][kept]
        shown = with_gaussian(part, times, draw) if times else part
        for index, strength in enumerate(STRENGTHS):
            losses[index] += judged(fit(shown, strength), (real[0][out], real[1][out]))[1] * len(out)
    return float(STRENGTHS[losses.argmin()])


def fit(of: Set, strength: float, weights: np.ndarray | None = None) -> LogisticRegression:
    """A probe's layer."""
    return LogisticRegression(C=strength, max_iter=500).fit(*of, sample_weight=weights)


def judged(model: LogisticRegression, on: Set) -> tuple[float, float]:
    """Accuracy and log loss."""
    shares, labels = model.predict_proba(on[0]), on[1]
    likely = np.maximum(shares[np.arange(len(labels)), labels], 1e-12)
    return float((shares.argmax(axis=1) == labels).mean()), float(-np.log(likely).mean())


if __name__ == "__main__":
    main()
