"""Classifiers in whose training nothing is random: one run of a training set, which stands for all seeds."""

import shutil

import numpy as np
import pytest

from augury.command.errors import UserError
from augury.study.statistics import Statistics
from augury.tables.measures import MEASURES
from augury.tables.predictions import write_predictions
from augury.tables.table import read_rows
from augury.tables.verdict import ALL, VerdictRow
from augury.verdict.comparison import compare
from augury.verdict.components import PROBE_PRIOR
from augury.verdict.decision import Rule
from augury.verdict.evidence import NONE
from augury.verdict.known import Known
from augury.verdict.runs import Key, find_side, read_pairs
from augury.verdict.variance import PROBE
from tests.predicted import CLASSES, write_arm
from tests.scripts.in_process import call

ONCE = Known(deterministic=[""])


@pytest.fixture(scope="module")
def arms(tmp_path_factory):
    folder = tmp_path_factory.mktemp("once")
    wanted = {"real": (0.7, 1), "gan": (0.8, 3), "two": (0.8, 2), "copies": (0.75, 3), "one": (0.8, 1)}
    return {
        name: write_arm(folder / name, right, splits=2, seeds=seeds, n=40) for name, (right, seeds) in wanted.items()
    }


def side(arms, name):
    return find_side([arms[name]])


def row(comparisons, known=None):
    rows, _ = compare(comparisons, Rule(), 200, known=known)
    return next(row for row in rows if row.class_ == ALL and row.measure == "accuracy")


def test_the_baselines_only_run_is_the_partner_of_every_seed(arms):
    real, gan = side(arms, "real"), side(arms, "gan")
    pairs = read_pairs(real, gan, [""])
    assert [pair.key for pair in pairs] == [Key("", f"fold{split}", seed) for split in (0, 1) for seed in (0, 1, 2)]
    assert {pair.partner for pair in pairs} == set(real.runs)
    for pair in pairs:
        assert pair.partner.split == pair.key.split
    assert not np.array_equal(pairs[0].arm.probabilities, pairs[1].arm.probabilities)
    turned = read_pairs(gan, real, [""])
    assert [pair.key for pair in turned] == [pair.key for pair in pairs]
    assert [pair.partner for pair in turned] == [pair.key for pair in pairs]


def test_fewer_runs_stand_for_more_seeds_going_round(arms):
    """As pools of two generators do for three seeds (Study.generator_seed)."""
    pairs = read_pairs(side(arms, "two"), side(arms, "gan"), [""])
    assert [pair.partner.seed for pair in pairs] == [0, 1, 0] * 2


def test_without_being_told_a_missing_partner_stops(arms):
    with pytest.raises(UserError, match="has no partner: 'real' has no split 'fold0' with seed 1"):
        read_pairs(side(arms, "real"), side(arms, "gan"))


def test_what_was_trained_on_every_specimen_is_no_run(arms, tmp_path):
    shutil.copytree(arms["gan"], tmp_path / "gan")
    last = tmp_path / "gan" / "final" / "seed0" / "predictions.tsv"
    write_predictions(last, [], [], [], [], [], CLASSES, np.zeros((0, 2)))
    assert find_side([tmp_path / "gan"]).runs.keys() == side(arms, "gan").runs.keys()
    alone = tmp_path / "final" / "classifiers" / "gan" / "cnn" / "seed0"
    shutil.copytree(last.parent, alone)
    with pytest.raises(UserError, match="was trained on every specimen, so that no image is left to judge it by"):
        find_side([alone])
    write_predictions(last, ["a"], ["a"], ["a"], ["test"], [0], CLASSES, np.array([[0.9, 0.1]]))
    assert Key("", "final", 0) in find_side([tmp_path / "gan"]).runs  # a split of that name, of another tool


def test_a_missing_split_stops_all_the_same(arms, tmp_path):
    shutil.copytree(arms["real"], tmp_path / "real")
    shutil.rmtree(tmp_path / "real" / "fold1")
    with pytest.raises(UserError, match="no split 'fold1'"):
        read_pairs(find_side([tmp_path / "real"]), side(arms, "gan"), [""])


def test_nothing_is_taken_for_seeds_where_nothing_is_random(arms):
    comparison = [(side(arms, "real"), side(arms, "one"))]
    stated, untold = row(comparison, ONCE), row(comparison)
    assert stated.difference == untold.difference
    assert stated.n_runs == untold.n_runs == 2
    assert stated.high - stated.low < untold.high - untold.low


def test_less_is_allowed_for_other_training_sets_of_a_probe_unless_it_is_stated(arms):
    comparison = [(side(arms, "real"), side(arms, "gan"))]
    luck = {"gan": {0: 0, 1: 1, 2: 2}}
    as_probe = row(comparison, Known(deterministic=[""], generators=luck, probes=[""]))
    as_network = row(comparison, Known(deterministic=[""], generators=luck))
    assert as_probe.difference == as_network.difference
    assert as_probe.high - as_probe.low < as_network.high - as_network.low
    auto, stated = (Rule.of(Statistics(training_set_variance=given)) for given in ("auto", 0.4))
    assert auto == Rule()
    assert (auto.for_probe().training_set_variance, auto.for_probe().seed_prior) == (PROBE, PROBE_PRIOR)
    assert (stated.for_probe().training_set_variance, stated.for_probe().seed_prior) == (0.4, PROBE_PRIOR)


def test_the_luck_of_generators_and_of_copies_remains(arms):
    known = Known(deterministic=["probe"], generators={"gan": {0: 0, 1: 1}}, copied=["copies"])
    assert known.luck("real", "probe") is NONE
    assert known.luck("gan", "probe") == {0: 0, 1: 1}
    assert known.luck("copies", "probe") == {}
    assert known.luck("real", "cnn") == {}


def test_a_difference_is_the_mean_over_the_arms_runs(arms):
    """By hand: the mean accuracy of the arm's six runs, less that of the baseline's two."""
    difference = row([(side(arms, "real"), side(arms, "gan"))], ONCE)

    def accuracy(name):
        tables = [pair.arm for pair in read_pairs(side(arms, name), side(arms, name))]
        return np.mean([(table.predicted == table.labels).mean() for table in tables])

    assert difference.difference == pytest.approx(accuracy("gan") - accuracy("real"))
    assert difference.n_runs == 6


def test_arms_with_other_numbers_of_runs_share_a_baseline(arms):
    real = side(arms, "real")
    rows, differences = compare([(real, side(arms, name)) for name in ("one", "gan")], Rule(), 100, known=ONCE)
    alone, _ = compare([(real, side(arms, "gan"))], Rule(), 100, known=ONCE)
    of_gan = [row.difference for row in rows if row.arm == "gan" and row.measure in MEASURES]
    assert of_gan == [row.difference for row in alone]
    assert len(differences) == 2 + 6


def test_the_script_is_told_by_an_option(arms, tmp_path):
    words = ["--baseline", arms["real"], "--arm", arms["gan"], "--output", tmp_path / "verdict.tsv"]
    call("judge_arms", [*words, "--bootstrap", "100", "--deterministic", "--threads", "1"])
    rows = read_rows(tmp_path / "verdict.tsv", VerdictRow)
    assert {row.n_runs for row in rows} == {6}
    more = ["--probes", "--training-set-variance"]
    highs = [[row.high for row in rows]]
    for given in ("auto", "0.5"):
        call("judge_arms", [*words, "--bootstrap", "100", "--deterministic", *more, given, "--threads", "1"])
        highs.append([row.high for row in read_rows(tmp_path / "verdict.tsv", VerdictRow)])
    untold, auto, stated = ([high for high in each if high is not None] for each in highs)
    assert all(one < other for one, other in zip(auto, untold, strict=True))
    assert all(one < other for one, other in zip(auto, stated, strict=True))
