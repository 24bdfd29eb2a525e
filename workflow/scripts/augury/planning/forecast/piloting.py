"""A pilot on real images before a study: how often two linear layers disagree about a specimen. Imports torch.

It sees the training part of one split alone, and no arm of the study: what is learned of the noise before a study does
not touch the error rates of its tests (Kieser and Friede 2003, Statistics in Medicine 22:3571, of blinded pilots).
"""

from pathlib import Path

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from augury.classifiers.sources import FOLDER
from augury.command.errors import UserError
from augury.metrics.classification import Scores, score
from augury.metrics.intervals import bootstrap_weights, units
from augury.planning.forecast.pilots import LINEAR, MEASURES, Pilots, kind_of
from augury.planning.study import Study
from augury.prediction.split_images import split_images
from augury.scores.extractors import DEFAULT, extract, load_extractor
from augury.verdict.design import Pilot

MOST = 60  # images of a class
FOLDS, REPEATS, DRAWN = 5, 4, 500
STRENGTHS = (1.0, 10.0, 100.0, 1000.0)


def pilot(study: Study, threads: int = 1) -> Pilots:
    """Of linear layers on EfficientNet-Lite0, one fitted to a training part, one to the same specimens drawn anew.

    Raises UserError where the study has no splits yet, or a class has fewer than two specimens to train on.
    """
    torch.set_num_threads(threads)
    images, labels, specimens = training_images(study)
    features = extract(load_extractor(DEFAULT, Path(FOLDER)), images, torch.device("cpu"), "pilot")
    pilots = pilots_from(features, labels, specimens)
    return Pilots(pilots, f"a pilot on {len(set(specimens))} training specimens, of linear layers")


def training_images(study: Study) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of the first split's training part: pixels (N, 224, 224, 3), labels (N,), specimens (N,)."""
    images, labels, specimens = [], [], []
    for label, class_ in enumerate(study.classes):
        for rows, pixels in split_images(study, class_, "a pilot", "train", MOST):
            images.append(pixels)
            labels += [label] * len(rows)
            specimens += [row.specimen for row in rows]
    return np.concatenate(images), np.array(labels), np.array(specimens)


def pilots_from(features: np.ndarray, labels: np.ndarray, specimens: np.ndarray) -> dict[str, Pilot]:
    """By measure, from features (N, D): mean over repeated folds, in which neither layer sees what it is judged by."""
    least = min(len(set(specimens[labels == label])) for label in np.unique(labels))
    if least < 2:
        raise UserError("a pilot needs two training specimens in every class; leave small classes out by `classes`")
    rooted = np.sign(features) * np.sqrt(np.abs(features))  # as classifiers.probe has them
    rooted /= rooted.std() * np.sqrt(rooted.shape[1])
    values: dict[str, list[tuple[float, float]]] = {name: [] for name in MEASURES}
    strength = None
    for repeat in range(REPEATS):
        random = np.random.default_rng(repeat)
        folds = StratifiedGroupKFold(min(FOLDS, least), shuffle=True, random_state=repeat)
        parts = list(folds.split(rooted, labels, specimens))
        strength = strength or max(STRENGTHS, key=lambda each: _likelihood(rooted, labels, parts, each))
        sides = [np.zeros((len(labels), int(labels.max()) + 1)) for _ in range(2)]
        for fit, held_out in parts:
            for side, chosen in zip(sides, (fit, _drawn_anew(fit, labels, specimens, random)), strict=True):
                model = _fit(rooted[chosen], labels[chosen], strength)
                side[np.ix_(held_out, model.classes_)] = model.predict_proba(rooted[held_out])
        one = units([(labels, specimens)])
        weights = bootstrap_weights(one.strata, DRAWN, repeat)[:, one.indices[0]]
        baseline, arm = (score(labels, side, weights) for side in sides)
        level, number = score(labels, sides[0]), len(one.strata)
        for name in MEASURES:
            gain = arm.macro(name) - baseline.macro(name)
            values[name].append((number * float(np.nanvar(gain)), _value(level, name)))
    *_, shared, seeds = LINEAR
    means = {name: np.mean(pairs, axis=0).tolist() for name, pairs in values.items()}
    return {name: Pilot(mean[0], mean[1], shared, seeds, **kind_of(name)) for name, mean in means.items()}


def _drawn_anew(
    indices: np.ndarray, labels: np.ndarray, specimens: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """As many specimens of each class, with replacement, and their images."""
    chosen = []
    for label in np.unique(labels[indices]):
        of_class = indices[labels[indices] == label]
        for name in random.choice(names := np.unique(specimens[of_class]), len(names)):
            chosen.append(of_class[specimens[of_class] == name])
    return np.concatenate(chosen)


def _likelihood(features: np.ndarray, labels: np.ndarray, parts: list, strength: float) -> float:
    total = 0.0
    for fit, held_out in parts:
        model = _fit(features[fit], labels[fit], strength)
        at = np.searchsorted(model.classes_, labels[held_out])
        likelihoods = model.predict_proba(features[held_out])[np.arange(len(held_out)), at]
        total += float(np.log(np.maximum(likelihoods, 1e-12)).sum())
    return total


def _fit(features: np.ndarray, labels: np.ndarray, strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=1000).fit(features, labels)


def _value(scores: Scores, name: str) -> float:
    return float(np.ravel(scores.macro(name))[0])
