"""Coverage of prediction sets, and what the abstention leaves, counted by hand."""

import numpy as np
import pytest

from augury.metrics.conformal import prediction_sets
from augury.metrics.coverage import STATED, promised_of, summarise_coverage
from augury.metrics.intervals import wilson
from augury.tables.predictions import Predictions, Run

CLASSES = ("a", "b")


def run(validation, test, seed=0, specimens=None):
    """Predictions by the probability of class b: {label: [values]} of each part; each image is a specimen."""
    parts, labels, values = [], [], []
    for part, of in (("validation", validation), ("test", test)):
        for label, given in of.items():
            parts += [part] * len(given)
            labels += [label] * len(given)
            values += given
    names = np.array([f"i{index}" for index in range(len(labels))])
    called = names if specimens is None else np.array(specimens)
    probabilities = np.stack([1 - np.array(values), np.array(values)], axis=1)
    table = Predictions(names, names, called, np.array(parts), np.array(labels), probabilities, CLASSES)
    return Run("fold0", "real", "net", seed), table


def test_sets_are_those_of_thresholds_from_the_validation_part():
    """Of nine of each class at .9 the least true probability is the threshold: of a that is .6, of b .7."""
    known = {0: [0.4, 0.3, 0.2, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1], 1: [0.7, 0.8, 0.8, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9]}
    # Probabilities of b: called a alone; neither reaches its threshold, so the most probable; b alone
    _, table = run(known, {0: [0.3, 0.55], 1: [0.65, 0.9]})
    assert promised_of(table).sets.tolist() == [[True, False], [False, True], [False, True], [False, True]]
    rows = summarise_coverage([(_, table)], leaked=False)
    assert [(row.class_, row.coverage, row.n_images) for row in rows] == [
        ("all", 0.75, 4),
        ("a", 0.5, 2),
        ("b", 1.0, 2),
    ]
    assert {(row.stated, row.n_runs, row.n_validation, row.set_size, row.single) for row in rows} == {
        (0.9, 1, 18, 1, 1)
    }


def test_a_wide_threshold_makes_sets_of_both_classes():
    known = {0: [0.9] + [0.1] * 8, 1: [0.1] + [0.9] * 8}
    _, table = run(known, {0: [0.5, 0.8], 1: [0.5]})
    (all_, of_a, of_b) = summarise_coverage([(_, table)], leaked=True)
    assert (all_.coverage, all_.set_size, all_.single, all_.leaked) == (1.0, 2.0, 0.0, True)
    assert of_b.coverage_low is None  # a single specimen
    assert 0 < of_a.coverage_low < wilson(2, 2)[0]


def test_trainings_without_a_promise_are_left_out():
    few, enough = {0: [0.1] * 4, 1: [0.9] * 4}, {0: [0.1] * 9, 1: [0.9] * 9}
    assert promised_of(run(few, {0: [0.1]})[1]) is None
    assert summarise_coverage([run(few, {0: [0.1]})], leaked=False) == []
    assert summarise_coverage([run(enough, {})], leaked=False) == []
    rows = summarise_coverage([run(few, {0: [0.2]}), run(enough, {0: [0.1]}, seed=1)], leaked=False)
    assert [(row.class_, row.n_runs) for row in rows] == [("all", 1), ("a", 1)]


def test_answers_that_stand_are_those_as_sure_as_59_that_were_right():
    """60 of 62 validation images are surer than the two wrong ones, and all right: the limit is the least sure of them.

    At .95 certainty 59 right ones of 59 allow 5% (1 - .05 ** (1 / 59) = .0495), and one wrong of 61 does not.
    """
    known = {0: [0.05] * 30 + [0.6], 1: [0.95] * 15 + [0.85] * 15 + [0.4]}
    # Of a: .9 says b and is as sure as is needed; .7 says b, and is not. Of b two stand.
    _, table = run(known, {0: [0.05, 0.9, 0.7], 1: [0.95, 0.85, 0.8]})
    all_, of_a, of_b = summarise_coverage([(_, table)], leaked=False)
    assert (all_.stated_error, all_.n_answering) == (0.05, 1)
    assert (all_.answered, all_.error) == (4 / 6, 1 / 4)
    assert (of_a.answered, of_a.error) == (2 / 3, 1 / 2)
    assert (of_b.answered, of_b.error, of_b.error_low) == (2 / 3, 0.0, 0.0)
    assert 0 < all_.error_low < 1 / 4 < all_.error_high < 1


def test_trainings_with_too_few_validation_images_promise_no_error():
    """Of 18, sets are; of 60, both: what is answered is of that training alone."""
    few, enough = {0: [0.1] * 9, 1: [0.9] * 9}, {0: [0.1] * 30, 1: [0.9] * 30}
    (row, *_) = summarise_coverage([run(few, {0: [0.1]})], leaked=False)
    assert (row.n_runs, row.n_answering, row.answered, row.error, row.error_low) == (1, 0, None, None, None)
    (row, *_) = summarise_coverage([run(few, {0: [0.1]}), run(enough, {0: [0.1, 0.4]}, seed=1)], leaked=False)
    assert (row.n_runs, row.n_answering, row.answered, row.error) == (2, 1, 0.5, 0.0)


def drawn(random, certainty, noise, n_validation, n):
    """The parts of a study of n images that a classifier tells apart so well, with so many for validation."""
    labels = random.integers(0, 2, n)
    values = 1 / (1 + np.exp(-certainty * (labels - 0.5) - random.normal(0, noise, n)))
    return (
        {label: values[at][labels[at] == label].tolist() for label in (0, 1)}
        for at in (slice(n_validation), slice(n_validation, n))
    )


def test_what_stands_errs_no_more_often_than_is_stated():
    """Over 200 drawn studies of 300 validation images the error of answers that stand is above .05 in one of 20."""
    random, errors = np.random.default_rng(1), []
    for _ in range(200):
        row = summarise_coverage([run(*drawn(random, 5, 2, 300, 1300))], leaked=False)[0]
        errors.append(row.error)
    assert len([error for error in errors if error is not None]) > 150
    assert np.mean([error is not None and error > 0.05 for error in errors]) < 0.08


def test_it_holds_what_it_states_on_images_like_the_validation_part():
    """A classifier that says a little: coverage over 300 drawn studies of 60 validation images is .9 or above."""
    random, held = np.random.default_rng(0), []
    for _ in range(300):
        row = summarise_coverage([run(*drawn(random, 2, 1.2, 60, 90))], leaked=False)[0]
        held.append(row.coverage)
    assert STATED - 0.01 < np.mean(held) < 0.97
    assert prediction_sets(np.array([[0.2, 0.8]]), np.zeros(2)).all() == pytest.approx(1)
