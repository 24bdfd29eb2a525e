"""A copier adds nothing to duplication; the verdict must not call it an improvement. Networks are really trained."""

import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).resolve().parents[2] / "benchmarks" / "copier_errors.py"


@pytest.mark.slow
@pytest.mark.parametrize("own_order", [False, True], ids=["one order", "an order for each arm"])
def test_a_copier_is_called_better_than_duplication_in_at_most_one_study_in_twenty(own_order):
    spec = importlib.util.spec_from_file_location("copier_errors", PATH)
    simulation = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(simulation)
    helps, _, error, accuracy, differ = simulation.errors(300, own_order)
    assert 0.6 < accuracy < 0.9  # neither too hard nor too easy to tell arms apart
    assert differ > 0.2
    assert helps <= 0.05 + 2 * error
