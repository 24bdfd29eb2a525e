"""What the bootstrap finds uncertain, against closed formulas."""

import numpy as np
import pytest
from scipy import stats
from simulation.experiments import Design, correct, evidence_of

from augury.tables.measures import MEASURES
from augury.tables.predictions import Predictions
from augury.verdict.comparison import compare
from augury.verdict.components import larger, root, seed_variance, with_pseudo_counts
from augury.verdict.decision import Rule, judge
from augury.verdict.evidence import NONE, covariance, gather
from augury.verdict.replicates import Bootstrap, Sides, Specimens, count, measures, specimen_interval
from augury.verdict.runs import Key, Pair, find_side
from tests.predicted import write_arm

CLASSES = ("a", "b")


def table(names, labels, right):
    predicted = np.where(right, labels, 1 - labels)
    names = np.array(names)
    part = np.full(len(names), "test")
    return Predictions(names, names, names, part, labels, 0.2 + 0.6 * np.eye(2)[predicted], CLASSES)


def pairs_of(baseline, arm, specimens=None):
    """Pairs from bool arrays (J, R, N) and the specimens at (J, N) places; by default none stands in two splits."""
    specimens = np.arange(baseline[:, 0].size).reshape(baseline[:, 0].shape) if specimens is None else specimens
    made = []
    for split, seed in np.ndindex(baseline.shape[:2]):
        labels = (specimens[split] % 10 > 7).astype(np.int64)  # a fifth is of another class
        names = [f"s{specimen:04}" for specimen in specimens[split]]
        sides = [table(names, labels, side[split, seed]) for side in (baseline, arm)]
        made.append(Pair(Key("cnn", f"fold{split}", seed), *sides, False))
    return made


SHAPES = {
    "folds": Design(n_splits=3, n_seeds=3, n_test=80, seed_effect=0.05),
    "one seed": Design(n_splits=5, n_seeds=1, n_test=12, seed_effect=0.05),
    "one test part": Design(n_splits=3, n_seeds=3, n_test=80, same_test=True, seed_effect=0.05),
    "repeats": Design(n_splits=4, n_seeds=1, n_test=40, n_repeats=2, seed_effect=0.05),
    "one generator": Design(n_splits=3, n_seeds=2, n_test=80, n_generators=1, generator_effect=0.05),
    "one generator, one split": Design(n_splits=1, n_seeds=3, n_test=80, n_generators=1, seed_effect=0.05),
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_bootstrap_agrees_with_the_closed_form(name):
    design = SHAPES[name]
    baseline, arm = correct(design, 1, np.random.default_rng(2))
    expected = evidence_of(baseline, arm, design.tested_specimens, design.n_generators)
    pairs = pairs_of(baseline[0], arm[0], design.tested_specimens)
    bank = Bootstrap(pairs, 4000, 0)
    luck = dict.fromkeys(range(design.n_seeds), 0) if design.n_generators else {}
    gathered = gather([bank.sides(pair) for pair in pairs], 0, count(pairs)[-1], luck=luck)
    assert gathered.difference == pytest.approx(expected.difference[0], abs=1e-7)
    assert gathered.spread == pytest.approx(expected.spread[0], abs=1e-7, nan_ok=True)
    # The bootstrap draws within classes, of which one is small; and it draws.
    for field in ("specimens", "within", "once"):
        assert getattr(gathered, field) == pytest.approx(getattr(expected, field)[0], rel=0.15), field
    assert gathered.seeds == pytest.approx(expected.seeds[0], rel=0.25, abs=2e-5)
    assert gathered.seed_df == expected.seed_df


def test_a_class_with_a_specimen_a_fold_has_the_variance_of_its_specimens():
    """Weighed against itself alone a specimen never varies; between folds it does."""
    names, labels = ["one", "two", "three"], np.array([0, 0, 1])
    gains = np.array([1, 0, 0, -1, 1, 0])  # of the third specimen, fold by fold
    made = []
    for fold, gain in enumerate(gains):
        sides = [np.array([True, False, gain < 0]), np.array([True, False, gain > 0])]
        specimens = [f"{fold}-{name}" for name in names]
        made.append(Pair(Key("cnn", f"fold{fold}", 0), *(table(specimens, labels, side) for side in sides), False))
    bank = Bootstrap(made, 200, 0)
    column = measures(CLASSES).index(("b", "accuracy"))
    sides, specimens = [bank.sides(pair) for pair in made], count(made)[1]
    gathered = gather(sides, column, specimens)
    assert gathered.specimens == pytest.approx(with_pseudo_counts(gains.var(ddof=1) / 6, gains.mean(), 6))
    assert gathered.df == 5
    half = stats.norm.isf(0.025) * gains.std(ddof=1) / np.sqrt(6)
    assert specimen_interval(sides, column, specimens) == pytest.approx((gains.mean() - half, gains.mean() + half))
    assert np.isnan(specimen_interval(sides[:1], column, count(made[:1])[1])).all()  # a single one tells nothing


def test_specimens_are_counted_by_class_and_split():
    right = np.ones((2, 3, 10), dtype=bool)
    for same_test, total in ((False, 20), (True, 10)):
        seen = count(pairs_of(right, right, np.tile(np.arange(10), (2, 1)) if same_test else None))
        assert (seen[-1].total, seen[-1].per_split, seen[-1].strata) == (total, 10, 2)
        assert (seen[1].per_split, seen[1].strata) == (2, 1)


def test_lone_specimens_of_classes_are_one_stratum():
    labels, names = np.arange(6).repeat([1, 1, 1, 4, 4, 4]), np.array([f"s{index}" for index in range(15)])
    table = Predictions(names, names, names, np.full(15, "test"), labels, np.eye(6)[labels], tuple("abcdef"))
    seen = count([Pair(Key("cnn", "holdout", 0), table, table, False)])
    assert seen[-1].strata == 4


def test_arms_that_never_differ_are_not_known_to_be_equal():
    right = np.ones((1, 1, 50), dtype=bool)
    (pair,) = pairs_of(right, right)
    gathered = gather([Bootstrap([pair], 100, 0).sides(pair)], 0, count([pair])[-1])
    assert gathered.difference == 0
    assert gathered.specimens == 1 / 52**2  # half a count in each of four cells


def test_arms_that_rank_all_images_rightly_are_not_known_to_be_equal():
    # A quarter of what a right or wrong answer moves, in place of nothing; else the variance is the bootstrap's.
    right = np.ones((1, 1, 50), dtype=bool)
    (pair,) = pairs_of(right, right)
    measure, column = MEASURES["auroc"], 2
    gathered = gather(
        [Bootstrap([pair], 100, 0).sides(pair)], column, count([pair])[-1], measure.counts, least=measure.least
    )
    assert gathered.specimens == (0.25 / 52) ** 2
    arm = np.random.default_rng(0).random((1, 1, 50)) < 0.7
    (pair,) = pairs_of(right, arm)
    sides = Bootstrap([pair], 500, 0).sides(pair)
    gathered = gather([sides], column, count([pair])[-1], measure.counts, least=measure.least)
    assert gathered.specimens == pytest.approx(sides.replicates[:, column].var(ddof=1))


@pytest.mark.parametrize("n", [2, 3])
def test_two_or_three_specimens_resolve_nothing_in_any_measure(n):
    right = np.ones((1, 1, n), dtype=bool)
    (pair,) = pairs_of(~right, right, np.arange(9 - n, 9)[None])  # the last is of another class
    side = Bootstrap([pair], 500, 0).sides(pair)
    for column, (class_, measure) in enumerate(measures(pair.baseline.classes)):
        if class_ == "all" and np.isfinite(side.difference[column]):
            meant = MEASURES[measure]
            gathered = gather([side], column, count([pair])[-1], meant.counts, least=meant.least)
            assert judge(gathered, Rule()).p > 0.05, measure


def test_pseudo_counts_are_the_published_interval():
    # Agresti and Min 2005: b and c discordant of n, with half a count more in each cell.
    b, c, n = 9, 3, 60
    gain = np.repeat([1.0, -1.0, 0.0], [b, c, n - b - c])
    expected = ((b + c + 1) - (b - c) ** 2 / (n + 2)) / (n + 2) ** 2
    assert with_pseudo_counts(gain.var() / n, gain.mean(), n) == pytest.approx(expected, rel=1e-12)


def test_classifiers_that_share_a_generator_share_its_luck():
    """Three seeds of one generator per split: splits, not seeds, show what the generators' luck adds."""
    random = np.random.default_rng(5)
    lucky = random.normal(0, 0.2, (6, 1, 1))
    right = random.random((6, 3, 60)) < 0.6
    arm = random.random((6, 3, 60)) < np.clip(0.6 + lucky, 0, 1)
    pairs = pairs_of(right, arm)
    bank = Bootstrap(pairs, 500, 0)
    sides = [bank.sides(pair) for pair in pairs]
    own = gather(sides, 0, count(pairs)[-1])
    shared = gather(sides, 0, count(pairs)[-1], luck={0: 0, 1: 0, 2: 0})
    assert shared.difference == pytest.approx(own.difference)
    assert shared.seeds > 5 * own.seeds
    assert (own.seed_df, shared.seed_df) == (12 + 4, 5 + 4)
    assert gather(sides, 0, count(pairs)[-1], luck=NONE).seeds == 0


def test_a_lone_seed_is_taken_to_vary_by_the_noise_of_its_training_set():
    baseline, arm = correct(Design(n_splits=1, n_seeds=1, n_test=200), 1, np.random.default_rng(0))
    pairs = pairs_of(baseline[0], arm[0])
    sides = [Bootstrap(pairs, 300, 0).sides(pairs[0])]
    for n_train in (50, 800):
        gathered = gather(sides, 0, count(pairs)[-1], test_to_train=200 / n_train)
        assert gathered.seeds == pytest.approx(200 * gathered.specimens / n_train)  # s2 / n_train
        assert gathered.seed_df == 4
    # Two seeds that agree take a fifth off, and are averaged.
    assert seed_variance(0.0, 1, 0.01) == pytest.approx(0.008)
    assert seed_variance(0.02, 4, 0.01) == pytest.approx(0.015)


def test_no_variance_of_replicates_is_below_zero():
    some, all_ = ([1.0, -1.0, np.nan, np.nan], [-1.0, 1.0, 1.0, -1.0])
    assert covariance(np.array([some, all_])).mean() < 0
    sides = [
        Sides(Key("cnn", split, 0), np.zeros(1), np.full(1, 0.5), np.array(drawn)[:, None])
        for split, drawn in (("fold0", some), ("fold1", all_))
    ]
    assert specimen_interval(sides, 0, Specimens(4, 4.0, 1)) == (0.5, 0.5)


def test_on_these_images_less_is_open_than_on_others(tmp_path):
    """Seeds that differ by much, at a first look: without training sets fewer degrees of freedom are left."""
    for seed, right in enumerate((0.2, 0.9, 0.5)):
        for name, share in (("real", 0.5), ("gan", right)):
            write_arm(tmp_path / name, share, splits=1, layout=f"{{split}}/seed{seed}")
    sides = find_side([tmp_path / "real"]), find_side([tmp_path / "gan"])
    row = compare([sides], Rule(alpha=0.0005), 200)[0][0]
    assert row.low <= row.here_low < row.here_high <= row.high
    assert row.here_p <= row.p


def test_measures_stand_in_the_order_of_the_columns():
    right = np.ones((1, 1, 10), dtype=bool)
    wrong = right.copy()
    wrong[0, 0, -1] = False  # one of the two of class b
    (pair,) = pairs_of(right, wrong)
    seen = dict(zip(measures(CLASSES), Bootstrap([pair], 20, 0).sides(pair).difference, strict=True))
    assert seen["all", "accuracy"] == pytest.approx(-0.1)
    assert seen["a", "accuracy"] == 0
    assert seen["b", "accuracy"] == pytest.approx(-0.5)


def test_covariances_pass_over_replicates_without_a_value():
    rows = np.random.default_rng(0).normal(size=(2, 500))
    assert covariance(rows) == pytest.approx(np.cov(rows))
    rows[1, :50] = np.nan
    assert covariance(rows)[1, 1] == pytest.approx(np.var(rows[1, 50:], ddof=1))


def test_numbers_without_numpy_are_those_of_its_arrays():
    pairs = [(1.0, 2.0), (2.0, 1.0), (0.1, float("nan")), (float("nan"), 0.1), (-1.0, 0.0)]
    ones, others = (np.array(column) for column in zip(*pairs, strict=True))
    assert np.array_equal([larger(*pair) for pair in pairs], larger(ones, others), equal_nan=True)
    assert isinstance(larger(1.0, 2.0), float)
    numbers = np.random.default_rng(0).random(1000)
    assert [root(float(number)) for number in numbers] == list(root(numbers))
