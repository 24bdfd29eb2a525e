"""What linear layers on frozen features say of images whose specimens they have not seen.

Ridge regression on indicators of the classes says of every specimen what it would without having seen it, in closed
form and from one decomposition (Allen 1974, Technometrics 16:125; of groups, Rifkin and Lippert 2007, MIT-CSAIL-TR-
2007-025): nothing is fitted anew, nor divided at random. It is done twice. In the second pass an image weighs as much
as the first one believes its label, so that wrong labels say less about the others. Strength and temperature are those
under which the labels are likeliest. benchmarks/label_audit.py holds it against logistic regressions in repeated folds.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import log_softmax

PASSES = 2
STRENGTHS = np.geomspace(0.01, 10, 10)  # of the penalty; features of an image have a squared length of 1 in the mean
TEMPERATURES = 1 / np.geomspace(1, 40, 25)  # of a softmax over regressions on 0 and 1
_INTERCEPT = 10.0  # the square of a constant feature, which its penalty hardly holds back
_LEAST = 1e-3  # weight of an image


def held_out(
    networks: Sequence[np.ndarray], labels: np.ndarray, specimens: np.ndarray, passes: int = PASSES
) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities (N, K) by the mean logit of all networks, and how many networks answer with each class (N, K).

    networks: features (N, D) of each; labels: (N,) 0 to K - 1; specimens: (N,), what is left out together.
    """
    designs = [_design(features) for features in networks]
    names, specimens = np.unique(specimens, return_inverse=True)
    groups = [] if len(names) == len(labels) else [np.flatnonzero(specimens == each) for each in range(len(names))]
    weights = np.ones(len(labels))
    for _ in range(passes):
        logits = np.stack([_logits(design, labels, weights, groups) for design in designs])
        probabilities = np.exp(log_softmax(logits.mean(axis=0), axis=1))
        weights = np.maximum(_own(probabilities, labels) / probabilities.max(axis=1), _LEAST)
    votes = np.eye(logits.shape[2], dtype=np.int64)[logits.argmax(axis=2)].sum(axis=0)
    return probabilities, votes


def _design(features: np.ndarray) -> np.ndarray:
    """Signed roots, as a probe takes them, of one mean length, in as few columns as hold them; and a constant."""
    rooted = np.sign(features) * np.sqrt(np.abs(features.astype(np.float64)))
    rooted -= rooted.mean(axis=0)
    turned, lengths, _ = np.linalg.svd(rooted, full_matrices=False)
    columns = turned * lengths
    columns /= np.sqrt(np.square(lengths).sum() / len(columns)) or 1.0
    return np.column_stack([columns, np.full(len(columns), np.sqrt(_INTERCEPT))])


def _logits(design: np.ndarray, labels: np.ndarray, weights: np.ndarray, groups: Sequence[np.ndarray]) -> np.ndarray:
    """(N, K): regressions that have not seen an image's specimen, over the temperature; both as likely as can be."""
    best, likeliest = np.zeros(0), -np.inf
    for scores in _scores(design, np.eye(labels.max() + 1)[labels], weights, groups):
        for temperature in TEMPERATURES:
            likelihood = float(weights @ _own(log_softmax(scores / temperature, axis=1), labels))
            if likelihood > likeliest:
                best, likeliest = scores / temperature, likelihood
    return best


def _scores(design: np.ndarray, targets: np.ndarray, weights: np.ndarray, groups: Sequence[np.ndarray]) -> np.ndarray:
    """(S, N, K): of each strength, the weighted regression's value for each image without its group."""
    roots = np.sqrt(weights)[:, None]
    left, lengths, _ = np.linalg.svd(roots * design, full_matrices=False)
    made = []
    for strength in STRENGTHS:
        kept = lengths**2 / (lengths**2 + strength)
        residuals = roots * targets - (left * kept) @ (left.T @ (roots * targets))
        if groups:
            for group in groups:
                hat = (left[group] * kept) @ left[group].T
                residuals[group] = np.linalg.solve(np.eye(len(group)) - hat, residuals[group])
        else:
            residuals /= 1 - (left**2 @ kept)[:, None]
        made.append(targets - residuals / roots)
    return np.stack(made)


def _own(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return values[np.arange(len(labels)), labels]
