"""Copies among images that begin with training images: whom they are counted by, and over what."""

import pytest
from scipy import stats

from augury.metrics.copies import of_level, summarise_copies
from augury.metrics.intervals import wilson
from augury.tables.selections import PoolRun


def record(specimens, sigmas, copied, looked=None, leaked=False):
    parents = [
        {"parent": f"{name}{place}", "parent_specimen": name, "sigma": sigma}
        for place, (name, sigma) in enumerate(zip(specimens, sigmas, strict=True))
    ]
    return {"parents": parents, "looked_at": looked or [*range(len(parents))], "copied": copied, "leaked": leaked}


def student(groups):
    return (stats.norm.ppf(0.975) / stats.t.ppf(0.975, groups - 1)) ** 2


def test_the_interval_of_a_level_is_over_specimens():
    one = record("aabbcc", [1.0] * 6, [0, 1])
    found = of_level([("Oithona", one)], 1.0)
    assert (found["images"], found["specimens"], found["copied"]) == (6, 3, pytest.approx(1 / 3))
    variance = 3 / 2 * ((2 - 2 / 3) ** 2 + (2 / 3) ** 2 + (2 / 3) ** 2) / 6**2  # of a specimen's two, 2/3 are expected
    trials = (1 / 3 * 2 / 3) / variance * student(3)
    assert (found["copied_low"], found["copied_high"]) == pytest.approx(wilson(trials / 3, trials))
    lone = of_level([("Oithona", record("aa", [1.0] * 2, [0]))], 1.0)
    assert (lone["copied_low"], lone["copied_high"]) == (None, None)


def test_a_likeness_counts_within_its_class_and_a_name_in_all():
    pools = [("Oithona", record(["s", "g:one"], [1.0] * 2, [])), ("Acartia", record(["s", "g:one"], [1.0] * 2, []))]
    assert of_level(pools, 1.0)["specimens"] == 3


def test_rows_are_by_generator_selection_and_level_over_all_classes_and_for_each():
    def run(split, class_, pool="edm", seed=0):
        return PoolRun(split, pool, "near", seed, class_)

    first = record("abcd", [0.5, 2.0] * 2, [0, 2])
    second = record("abcd", [0.5, 2.0] * 2, [0], looked=[0, 1, 2], leaked=True)
    pools = [(run("fold1", "x"), first), (run("fold2", "x"), second), (run("fold1", "y"), first)]
    rows = summarise_copies([*pools, (run("fold1", "x", "edm@best"), first)])
    assert [(row.generator, row.class_, row.sigma) for row in rows] == [
        *(("edm", class_, sigma) for class_ in ("all", "x", "y") for sigma in (0.5, 2.0)),
        *(("edm@best", "x", sigma) for sigma in (0.5, 2.0)),
    ]
    assert [row.copied for row in rows[:4]] == pytest.approx([5 / 6, 0, 3 / 4, 0])
    assert [(row.n_images, row.n_specimens, row.n_runs) for row in rows[:4]] == [
        (6, 4, 2),
        (5, 4, 2),
        (4, 2, 2),
        (3, 2, 2),
    ]
    assert [row.leaked for row in rows] == [True] * 4 + [False] * 4
