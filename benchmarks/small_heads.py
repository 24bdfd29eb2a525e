"""Small heads on features of frozen networks, of which each chooses its strength by specimens that it has not seen."""

from collections.abc import Callable

import numpy as np
from closed_form import TEMPERATURES, Part, Said
from scipy.special import log_softmax, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import LinearSVC

from augury.classifiers.probe import regression
from augury.classifiers.probe.training import STRENGTHS

FOLDS = 5


def folds_of(train: Part, number: int) -> list[tuple[np.ndarray, np.ndarray]]:
    least = min(len(set(train.specimens[train.labels == each])) for each in np.unique(train.labels))
    divided = StratifiedGroupKFold(max(2, min(FOLDS, least)), shuffle=True, random_state=number)
    return list(divided.split(train.labels, train.labels, train.specimens))


def probe(networks: list[np.ndarray], train: Part, test: Part, number: int) -> Said:
    """The workflow's own choice of strength and fit on features (N, V, D), in as few columns as hold 256 directions."""
    parts = [each / (each[train.rows, 0].std() * np.sqrt(each.shape[2] * len(networks))) for each in networks]
    known, new = (np.concatenate([each[part.rows] for each in parts], axis=2) for part in (train, test))
    flat = known.reshape(-1, known.shape[2]) - known.mean(axis=(0, 1))
    lengths, turned = np.linalg.eigh(flat @ flat.T)
    axes = flat.T @ turned[:, lengths > 1e-7 * lengths[-1]][:, -256:]
    axes /= np.linalg.norm(axes, axis=0)
    known, new = ((each - flat.mean(axis=0)) @ axes for each in (known, new))
    folds, losses, models = folds_of(train, number), [], dict[int, LogisticRegression]()
    for strength in STRENGTHS:
        loss = 0.0
        for fold, (fit, held_out) in enumerate(folds):
            models[fold] = regression.fit(known[fit], train.labels[fit], strength, models.get(fold))
            loss -= float(np.log(regression.likelihoods(models[fold], known[held_out], train.labels[held_out])).sum())
        losses.append(loss)
        if len(losses) - 1 - int(np.argmin(losses)) >= 2:
            break
    model = regression.fit(known, train.labels, STRENGTHS[int(np.argmin(losses))])
    made = model.predict_proba(new.reshape(-1, new.shape[2])).reshape(*new.shape[:2], -1).mean(axis=1)
    return Said(np.zeros(0), made)


def nearest_mean(known: np.ndarray, labels: np.ndarray, new: np.ndarray, strength: float) -> np.ndarray:
    """Less the squared distance from the classes' means, by a shared covariance that is shrunk to a multiple of one."""
    means = np.stack([known[labels == each].mean(axis=0) for each in range(labels.max() + 1)])
    within = np.cov((known - means[labels]).T)
    within = (1 - strength) * within + strength * np.trace(within) / len(within) * np.eye(len(within))
    inverse, apart = np.linalg.inv(within), new[:, None] - means[None]
    return -np.einsum("nkd,de,nke->nk", apart, inverse, apart, optimize=True) / 2


def vector_machine(known: np.ndarray, labels: np.ndarray, new: np.ndarray, strength: float) -> np.ndarray:
    """Distances from the planes of one class against all others."""
    made = LinearSVC(C=strength, max_iter=5000).fit(known, labels).decision_function(new)
    return made if made.ndim == 2 else np.stack([-made, made], axis=1)


def logistic(known: np.ndarray, labels: np.ndarray, new: np.ndarray, strength: float) -> np.ndarray:
    """Multinomial logistic regression."""
    return LogisticRegression(C=strength, max_iter=500).fit(known, labels).predict_log_proba(new)


HEADS: dict[str, tuple[Callable, tuple[float, ...]]] = {
    "nearest mean": (nearest_mean, (1.0, 0.5, 0.2, 0.05)),
    "SVM": (vector_machine, (0.03, 0.3, 3, 30)),
    "logistic": (logistic, (1, 10, 100, 1000)),
}


def headed(name: str, known: np.ndarray, new: np.ndarray, train: Part, number: int) -> Said:
    """Of the strength and temperature under which held-out images are likeliest."""
    axes = np.linalg.svd(known, full_matrices=False)[2]
    known, new = known @ axes.T, new @ axes.T
    fit, strengths = HEADS[name]
    best, likeliest = (np.zeros(0), 1.0, 0.0), -np.inf
    for strength in strengths:
        scores = np.zeros((len(known), train.labels.max() + 1))
        for within, held_out in folds_of(train, number):
            there, labels = np.unique(train.labels[within], return_inverse=True)  # specimens may take their class along
            made = fit(known[within], labels, known[held_out], strength)
            scores[held_out] = made.min(axis=1, keepdims=True)
            scores[np.ix_(held_out, there)] = made
        for temperature in TEMPERATURES:
            inner = log_softmax(scores / temperature, axis=1)
            likelihood = float(inner[np.arange(len(inner)), train.labels].sum())
            if likelihood > likeliest:
                best, likeliest = (np.exp(inner), temperature, strength), likelihood
    return Said(best[0], softmax(fit(known, train.labels, new, best[2]) / best[1], axis=1))
