"""From the scores of trainings to those of generators, and which of two is nearer to the real images."""

import numpy as np
import pytest
from scipy import stats

from augury.scores.generators import compare_generators, holm, spread, summarise_generators
from augury.tables.columns import described, names
from augury.tables.generator_pairs import PairRow
from augury.tables.generators import GeneratorRow
from tests.synthetic_scores import score_row


def runs(generator, values, class_="Calanoida", **cells):
    """A score a training: splits fold0, fold1 ... of one seed."""
    return [
        score_row(generator=generator, class_=class_, split=f"fold{index}", frechet_distance=value, kid=value, **cells)
        for index, value in enumerate(values)
    ]


def test_a_mean_and_its_interval_by_hand():
    # 1, 2, 3: mean 2, sd 1, standard error 1/sqrt(3); t(0.975, 2) = 4.30265 (any printed table), so +- 2.48414.
    interval = spread([1.0, 2.0, 3.0])
    assert (interval.n, interval.mean, interval.sd) == (3, 2, 1)
    assert (interval.low, interval.high) == pytest.approx((2 - 2.48414, 2 + 2.48414), abs=1e-5)


@pytest.mark.parametrize("n", [2, 3, 7, 40])
def test_intervals_and_p_values_are_those_of_scipy_stats(n):
    values = np.random.default_rng(n).normal(0.5, 1, n)
    summary, other = spread(values), stats.ttest_1samp(values, 0)
    assert summary.p == pytest.approx(other.pvalue, rel=1e-10)
    assert (summary.low, summary.high) == pytest.approx(tuple(other.confidence_interval(0.95)), rel=1e-10)


def test_too_few_values_have_no_interval_and_equal_ones_no_certainty():
    assert spread([]) == spread([None]) == (0, None, None, None, None, None)
    assert spread([3.0, None]) == (1, 3, None, None, None, None)
    assert spread([0.1 + 0.2, 0.3, 0.3]) == (3, pytest.approx(0.3), 0, None, None, None)


def test_holm_by_hand():
    # 0.01 x 4; 0.02 x 3; 0.03 x 2 = 0.06, no smaller than the one before; 0.04 x 1, raised to it.
    assert holm([0.04, 0.01, None, 0.03, 0.02]) == pytest.approx([0.06, 0.04, None, 0.06, 0.06])
    assert holm([0.6, 0.7]) == [1, 1]
    assert holm([None]) == [None]


def test_a_generator_is_summarised_over_its_trainings():
    rows = runs("dcgan", [4.0, 6.0], recall=0.5, start="sideways/a") + runs("other", [1.0])
    rows += [score_row(split="fold0", truncation=0.5, frechet_distance=99.0), score_row(selection="genetic", kid=99.0)]
    summaries = summarise_generators(rows)
    assert [(row.generator, row.when, row.n_runs) for row in summaries] == [("dcgan", "end", 2), ("other", "end", 1)]
    # Two values 4 and 6: sd sqrt(2), standard error 1, t(0.975, 1) = 12.7062.
    first = summaries[0]
    assert (first.frechet_distance, first.frechet_sd) == (5, pytest.approx(np.sqrt(2)))
    assert (first.frechet_low, first.frechet_high) == pytest.approx((5 - 12.7062, 5 + 12.7062), abs=1e-4)
    assert (first.start, first.recall, first.precision) == ("sideways/a", 0.5, None)
    assert (summaries[1].frechet_distance, summaries[1].frechet_low, summaries[1].frechet_sd) == (1, None, None)


def test_the_best_snapshots_have_a_row_of_their_own():
    rows = [
        score_row(snapshot=50, kid=1.0, best=True), score_row(kid=2.0),
        score_row(seed=1, snapshot=50, kid=5.0), score_row(seed=1, kid=3.0, best=True),
    ]  # fmt: skip
    assert [(row.when, row.kid, row.n_runs) for row in summarise_generators(rows)] == [("end", 2.5, 2), ("best", 2, 2)]


def test_differences_of_pairs_are_those_of_scipys_paired_test():
    random = np.random.default_rng(0)
    a, b = random.normal(10, 3, 6), random.normal(8, 3, 6)
    (row,) = compare_generators(runs("a", a) + runs("b", b))
    other = stats.ttest_rel(b, a)
    assert (row.generator_a, row.generator_b, row.frechet_pairs, row.class_) == ("a", "b", 6, "Calanoida")
    assert row.frechet_difference == pytest.approx(np.mean(b - a))
    assert row.frechet_p == row.frechet_p_holm == pytest.approx(other.pvalue)
    assert (row.frechet_low, row.frechet_high) == pytest.approx(tuple(other.confidence_interval(0.95)))


def test_only_equal_splits_and_seeds_are_paired():
    rows = runs("a", [1.0, 2.0, 3.0]) + runs("b", [5.0], seed=0) + runs("b", [7.0], seed=1)
    (row,) = compare_generators(rows)
    assert (row.kid_pairs, row.kid_difference, row.kid_low, row.kid_word) == (1, 4, None, "not resolved")


def test_all_classes_are_averaged_within_a_split_and_seed():
    # Class x differs by 1, 2, 3 and y by 3, 4, 8; z is no class of b. Their means are 2, 3, 5.5.
    rows = runs("a", [0.0, 0, 0], "x") + runs("a", [0.0, 0, 0], "y") + runs("a", [9.0, 9, 9], "z")
    rows += runs("b", [1.0, 2, 3], "x") + runs("b", [3.0, 4, 8], "y")
    summaries = compare_generators(rows)
    assert [row.class_ for row in summaries] == ["all", "x", "y"]
    assert (summaries[0].kid_pairs, summaries[0].kid_difference) == (3, pytest.approx(3.5))
    assert summaries[0].kid_p == pytest.approx(stats.ttest_1samp([2, 3, 5.5], 0).pvalue)
    assert [row.kid_p_holm for row in summaries] == pytest.approx(holm([row.kid_p for row in summaries]))


def test_words_follow_the_corrected_p_value():
    near, far = [1.0, 1.1, 1.2, 1.0], [9.0, 9.3, 9.1, 9.4]
    assert compare_generators(runs("a", near) + runs("b", far))[0].kid_word == "higher"
    assert compare_generators(runs("a", far) + runs("b", near))[0].kid_word == "lower"
    # What is resolved alone is not where the table holds three rows (all, x and y) that are equally sure.
    a, b = [0.0, 0.0, 0.0, 0.0], [1.0, 2.0, 0.5, 1.8]
    alone = compare_generators(runs("a", a) + runs("b", b))[0]
    assert alone.kid_p == pytest.approx(stats.ttest_1samp(b, 0).pvalue)
    assert alone.kid_word == "higher"
    both = compare_generators(runs("a", a, "x") + runs("b", b, "x") + runs("a", a, "y") + runs("b", b, "y"))
    assert {row.kid_word for row in both} == {"not resolved"}


def test_two_pairs_are_too_few_however_far_apart():
    (row,) = compare_generators(runs("a", [1.0, 1.1]) + runs("b", [90.0, 90.05]))
    assert row.kid_low is not None
    assert (row.kid_p, row.kid_word) == (None, "not resolved")


def test_a_leak_of_either_side_is_kept():
    (row,) = compare_generators(runs("a", [1.0]) + runs("b", [2.0], leaked=True))
    assert row.leaked
    assert summarise_generators(runs("b", [2.0], leaked=True))[0].leaked


def test_every_column_is_explained():
    for kind in (GeneratorRow, PairRow):
        assert list(described(kind)) == names(kind)


def test_a_pair_with_one_class_in_common_has_no_row_over_all():
    """Three generators of which one knows a single class: only the pair of the other two is averaged over classes."""
    rows = [
        *runs("a", [1.0, 2.0, 3.0], class_="x"),
        *runs("a", [1.0, 2.0, 3.0], class_="y"),
        *runs("b", [2.0, 4.0, 3.5], class_="x"),
        *runs("b", [2.0, 4.0, 3.5], class_="y"),
        *runs("c", [5.0, 4.0, 6.0], class_="x"),
    ]
    summaries = {(row.generator_a, row.generator_b, row.class_) for row in compare_generators(rows)}
    assert summaries == {("a", "b", "all"), ("a", "b", "x"), ("a", "b", "y"), ("a", "c", "x"), ("b", "c", "x")}
