"""A copier adds nothing to duplication; the verdict must not call it an improvement. Networks are really trained."""

import copier_errors
import pytest


@pytest.mark.slow
@pytest.mark.parametrize("own_order", [False, True], ids=["one order", "an order for each arm"])
def test_a_copier_is_called_better_than_duplication_in_at_most_one_study_in_twenty(own_order):
    helps, _, error, accuracy, differ = copier_errors.errors(300, own_order)
    assert 0.6 < accuracy < 0.9  # neither too hard nor too easy to tell arms apart
    assert differ > 0.2
    assert helps <= 0.05 + 2 * error
