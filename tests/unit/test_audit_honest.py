"""Honest tables of many shapes: nothing in them is impossible, and no assumption that holds is said not to fit."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

from augury.audit.findings import audit
from augury.audit.hypotheses import Known, Reading
from augury.audit.printed import read_printed
from augury.tables.audit import CONDITIONAL, IMPOSSIBLE

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
FAST, SLOW = 300, 2000
# What must be true of a table for an assumption on rounding to hold; words of hypotheses.Tier.
ROUNDING = {
    "numbers are rounded once, all ties the same way": {"once", "runs whole", "one way"},
    "numbers are rounded once, to the nearest": {"once", "runs whole", "nearest"},
    "numbers are rounded once, all by one rule": {"once", "runs whole", "one rule"},
    "numbers are rounded once": {"once", "runs whole"},
}
USUAL = {"once", "runs whole", "one way"}  # where no rounding is named


@pytest.fixture(scope="module")
def layouts():
    sys.path.insert(0, str(BENCHMARKS))
    try:
        yield importlib.import_module("honest_layouts")
    finally:
        sys.path.remove(str(BENCHMARKS))


def holds(assumption, facts):
    """Whether what a finding assumes is true of the table."""
    reading, _, rounding = assumption.partition(", and numbers are rounded")
    needs = ROUNDING["numbers are rounded" + rounding] if rounding else set()
    names = {each.name.lower() for each in Reading if each.assumption == reading}
    assert names, assumption
    # An assumption without a word on rounding says that it fails however numbers are rounded.
    return needs <= facts and bool(names & facts)


def truthful(table):
    """What an author could say of it: nothing; that it is one run; and how it was rounded."""
    known = [Known()]
    single = "single run" in table.facts
    rounding = {"half-up": "half-up", "half-even": "half-even", "truncated": "truncated"}.get(table.rule, "")
    if table.rule in ("format", "numpy", "single", "ties", "twice"):
        rounding = "nearest"
    return known + [Known(single, rounding)] * (single or bool(rounding))


def check(layouts, folder, first, count):
    for seed in range(first, first + count):
        table = layouts.honest(np.random.default_rng(seed))
        path = folder / "printed.tsv"
        path.write_text(table.text)
        lines = read_printed(path)
        for known in truthful(table):
            for row in audit(lines, known=known):
                shown = f"seed {seed}, {table.shape}, {table.rule}, {known}: {row}\n{table.text}"
                assert row.word != IMPOSSIBLE, shown
                assert row.word != CONDITIONAL or not holds(row.assumption, table.facts), shown


def test_honest_tables_are_not_accused(layouts, tmp_path):
    check(layouts, tmp_path, 0, FAST)


@pytest.mark.slow
def test_two_thousand_honest_tables_are_not_accused(layouts, tmp_path):
    check(layouts, tmp_path, FAST, SLOW)
