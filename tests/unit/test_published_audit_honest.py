"""Honest tables of many shapes: nothing in them is impossible, and no assumption that holds is said not to fit."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
FAST, SLOW = 300, 2000


@pytest.fixture(scope="module")
def bench():
    sys.path.insert(0, str(BENCHMARKS))
    try:
        yield importlib.import_module("audit_tables")
    finally:
        sys.path.remove(str(BENCHMARKS))


def check(bench, first, count):
    for seed in range(first, first + count):
        table = bench.honest(np.random.default_rng(seed))
        accused = bench.accusations(table)
        assert not accused, f"seed {seed}, {table.shape}, {table.rule}: {accused[0]}\n{table.text}"


def test_honest_tables_are_not_accused(bench):
    check(bench, 0, FAST)


@pytest.mark.slow
def test_two_thousand_honest_tables_are_not_accused(bench):
    check(bench, FAST, SLOW)


FOUND = ["a cell moved by two", "F1 above precision and recall", "numbers of two classes swapped"]


@pytest.mark.parametrize("kind", FOUND)
def test_forged_tables_are(bench, kind):
    sized, known = bench.SETTINGS["with n, one run"]
    impossible, doubted = bench.caught(bench.FORGERIES[kind], sized, known, 15)
    assert impossible > 0.5
    assert impossible + doubted > 0.8
