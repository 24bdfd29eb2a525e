"""Means over splits by seed, with the ranking of hard answers."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from augury.metrics.seeds import summarise_seeds
from augury.tables.predictions import Predictions, Run


def predictions(seed, count=40):
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    shares = random.dirichlet(np.ones(3), count)
    names = np.array([f"h{index}" for index in range(count)])
    return Predictions(names, names, names, np.array(["test"] * count), labels, shares, ("a", "b", "c"))


def test_rows_are_means_over_splits_and_over_all():
    runs = [
        (Run(f"fold{split}", "real", "cnn", seed), predictions(10 * seed + split))
        for seed in (4, 2)
        for split in (1, 2)
    ]
    rows = summarise_seeds(runs, leaked=False)
    assert [(row.seed, row.n_runs, row.part) for row in rows] == [
        ("all", 4, "test"),
        ("2", 2, "test"),
        ("4", 2, "test"),
    ]
    accuracies = {run: float((found.predicted == found.labels).mean()) for run, found in runs}
    of_2 = [value for run, value in accuracies.items() if run.seed == 2]
    assert rows[1].accuracy == pytest.approx(np.mean(of_2))
    assert rows[0].accuracy == pytest.approx(np.mean(list(accuracies.values())))


def test_hard_labels_rank_answers_as_scikit_learn_does():
    found = predictions(1)
    (row, _) = summarise_seeds([(Run("holdout", "real", "cnn", 0), found)], leaked=True)
    answers, true = np.eye(3)[found.predicted], np.eye(3)[found.labels]
    assert row.auroc_hard == pytest.approx(roc_auc_score(true, answers, average="macro"))
    assert row.ap_hard == pytest.approx(average_precision_score(true, answers, average="macro"))
    assert row.auroc == pytest.approx(roc_auc_score(true, found.probabilities, average="macro"))
    assert row.leaked
