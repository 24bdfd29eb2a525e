"""Honest tables of many shapes: nothing in them is impossible, and no assumption that holds is said not to fit."""

import audit_tables as bench
import numpy as np
import pytest

FAST, SLOW = 300, 2000


def check(first, count):
    for seed in range(first, first + count):
        table = bench.honest(np.random.default_rng(seed))
        accused = bench.accusations(table)
        assert not accused, f"seed {seed}, {table.shape}, {table.rule}: {accused[0]}\n{table.text}"


def test_honest_tables_are_not_accused():
    check(0, FAST)


@pytest.mark.slow
def test_two_thousand_honest_tables_are_not_accused():
    check(FAST, SLOW)


FOUND = ["a cell moved by two", "F1 above precision and recall", "numbers of two classes swapped"]


@pytest.mark.parametrize("kind", FOUND)
def test_forged_tables_are(kind):
    sized, known = bench.SETTINGS["with n, one run"]
    impossible, doubted = bench.caught(bench.FORGERIES[kind], sized, known, 15)
    assert impossible > 0.5
    assert impossible + doubted > 0.8
