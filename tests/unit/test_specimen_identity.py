"""A named specimen is one and the same in all classes; whatever counts specimens counts it once."""

from pathlib import Path

import numpy as np
import pytest

from augury.classifiers.arm_counts import drawn_specimens
from augury.command.errors import UserError
from augury.explain.choice import choose
from augury.images.packs import Picked
from augury.metrics.intervals import bootstrap_weights, units
from augury.metrics.summaries import summarise
from augury.report.summary import parts as parts_of
from augury.splits.guard import check_parts
from augury.splits.identity import specimen_key
from augury.tables.predictions import Predictions, Run
from augury.tables.rows import SplitRow
from augury.verdict.differences import difference_row
from augury.verdict.replicates import Bootstrap, count
from augury.verdict.runs import Key, Pair

CLASSES = ("a", "b")


def row(sha, specimen, part, class_):
    return SplitRow(sha, f"{class_}/{sha}.png", class_, specimen, part)


def table(names, labels, right):
    labels = np.array(labels)
    predicted = np.where(right, labels, 1 - labels)
    hashes = np.array([f"{label}{name}{index}" for index, (name, label) in enumerate(zip(names, labels, strict=True))])
    part = np.full(len(names), "test")
    return Predictions(hashes, hashes, np.array(names), part, labels, 0.2 + 0.6 * np.eye(2)[predicted], CLASSES)


def test_marked_names_are_the_same_in_all_classes_and_others_are_not():
    assert specimen_key("a", "g:p1") == specimen_key("b", "g:p1") == specimen_key(0, np.str_("g:p1"))
    assert specimen_key("a", "p1") != specimen_key("b", "p1")
    assert specimen_key("a", "0123456789abcdef") != specimen_key("b", "0123456789abcdef")
    assert specimen_key("a", "p1") == specimen_key("a", "p1")


def test_the_guard_compares_named_specimens_without_the_class():
    test = [row("9", "g:p1", "test", "b"), row("8", "h1", "test", "b")]
    train = [row("1", "g:p1", "train", "a"), row("2", "h1", "train", "a"), row("3", "g:p2", "train", "a")]
    with pytest.raises(UserError, match=r"train on 1 images of specimens in its test part \(a/1\.png\)"):
        check_parts(train, test, "enforce", "generator g")
    assert check_parts(train, test, "record", "generator g") == ["1"]
    assert check_parts(train[1:], test, "enforce", "generator g") == []


def test_a_specimen_of_two_classes_is_one_unit_in_a_stratum_of_such():
    drawn_units = units([(np.array([0, 0, 1, 1, 1]), np.array(["g:p", "g:q", "g:p", "g:q", "r"]))])
    assert drawn_units.strata.tolist() == [1, 2, 2]  # r, then p and q, beyond the two classes
    assert drawn_units.indices[0].tolist() == [1, 2, 1, 2, 0]
    alone = units([(np.array([0, 1, 0, 1]), np.array(["g:p", "g:p", "s", "r"]))])
    assert alone.strata.tolist() == [0, 0, 1]  # a lone one is drawn with those of its first class
    apart = units([(np.array([0, 1, 2, 3, 2, 3]), np.array(["g:p", "g:p", "g:q", "g:q", "g:r", "g:r"]))])
    assert apart.strata.tolist() == [0, 6, 6]  # p connects classes 0 and 1, the others 2 and 3
    chained = units([(np.array([0, 1, 1, 2]), np.array(["g:p", "g:p", "g:q", "g:q"]))])
    assert chained.strata.tolist() == [3, 3]


def test_unmarked_names_are_drawn_as_ever():
    drawn_units = units([(np.array([0, 0, 1, 1]), np.array(["b", "a", "a", "c"]))])
    assert (drawn_units.strata.tolist(), drawn_units.indices[0].tolist()) == ([0, 0, 1, 1], [1, 0, 2, 3])


def test_the_spread_of_an_accuracy_counts_patients_and_not_their_classes():
    # Six patients with an image of either class, both right or both wrong, half of them: s^2 / n over six patients is
    # 0.3 / 6 = 0.05; over twelve (class, patient) pairs it would be half of that.
    right = np.tile([1.0, 1.0, 1.0, 0.0, 0.0, 0.0], 2)
    drawn_units = units([(np.repeat([0, 1], 6), np.array([f"g:{n}" for n in range(6)] * 2))])
    drawn = bootstrap_weights(drawn_units.strata, 4000, seed=1)[:, drawn_units.indices[0]]
    assert ((drawn @ right) / drawn.sum(axis=1)).var() == pytest.approx(0.05, rel=0.07)


def test_tables_count_such_a_specimen_once_and_in_each_of_its_classes():
    seen = table(["g:p", "g:q", "g:p", "r", "g:q"], [0, 0, 1, 1, 1], [True] * 5)
    rows, by_class = summarise([(Run("fold0", "real", "cnn", 0), seen)], leaked=False, replicates=20)
    assert rows[0].n_specimens == 3
    assert [each.n_specimens for each in by_class if each.split == "fold0"] == [2, 3]


def test_power_and_mcnemar_count_such_a_specimen_once():
    names, labels = ["g:p", "g:q", "g:p", "g:q", "r", "s"], [0, 0, 1, 1, 1, 0]
    baseline = table(names, labels, [True, False, True, False, False, True])
    arm = table(names, labels, [True, True, True, True, False, False])
    pair = Pair(Key("cnn", "fold0", 0), baseline, arm, False)
    seen = count([pair])
    assert (seen[-1].total, seen[-1].per_split) == (4, 4)
    assert [seen[k].total for k in (0, 1)] == [3, 3]
    side = Bootstrap([pair], 20, 0).sides(pair)
    difference = difference_row({"arm": "x", "baseline": "real", "classifier": "cnn"}, pair, side)
    assert (difference.n_specimens, difference.arm_only, difference.baseline_only) == (4, 1, 1)


def test_the_report_counts_such_a_specimen_once():
    rows = [row(str(n), name, "train", class_) for n, (name, class_) in enumerate(
        [("g:p", "a"), ("g:p", "b"), ("h", "a"), ("h", "b")])]  # fmt: skip
    sizes = {class_: parts["train"] for _, class_, parts in parts_of({"holdout": rows}, CLASSES)}
    assert sizes["a"] == sizes["b"] == (2, 2)
    assert sizes["all classes"] == (4, 3)


def test_explained_images_show_such_a_specimen_once():
    seen = table(["g:p", "g:p", "g:q", "g:r"], [0, 1, 0, 1], [True] * 4)
    assert sorted(choose(seen, 4)) == ["0g:p0", "0g:q2", "1g:r3"]


def images(rows):
    return Picked(Path("none.npy"), (len(rows), 1, 1, 1), np.arange(len(rows))), rows


@pytest.mark.parametrize("multiple", [0.1, 0.25, 0.5, 0.75, 1, 1.2, 1.5])
def test_a_learning_curve_draws_such_a_specimen_in_all_its_classes_or_in_none(multiple):
    train = {"a": range(12), "b": range(6, 20)}
    train = [images([row(f"{n}", f"g:{n}", "train", name) for n in numbers]) for name, numbers in train.items()]
    reserve = [images([row(f"{n}", f"g:{n}", "reserve", name) for n in range(30, 40)]) for name in CLASSES]
    drawn = [{each.specimen for each in rows} for _, rows in drawn_specimens(multiple, train, reserve, CLASSES, "cnn")]
    shared = {f"g:{n}" for n in [*range(6, 12), *range(30, 40)]}
    assert drawn[0] & shared == drawn[1] & shared
    wanted = [max(1, int(multiple * n + 0.5)) for n in (12, 14)]
    assert all(abs(len(each) - n) <= 3 and each for each, n in zip(drawn, wanted, strict=True))
    more = drawn_specimens(multiple * 1.1, train, reserve, CLASSES, "cnn")
    assert all(each <= {row.specimen for row in rows} for each, (_, rows) in zip(drawn, more, strict=True))


@pytest.mark.parametrize("multiple, wanted", [(0.1, 1), (0.25, 3), (0.5, 5), (1, 10), (1.25, 13)])
def test_a_learning_curve_without_such_specimens_draws_the_first_by_hash(multiple, wanted):
    train = images([row(f"{n}", f"{n}", "train", "a") for n in range(10)])
    reserve = images([row(f"r{n}", f"r{n}", "reserve", "a") for n in range(5)])
    [(picked, rows)] = drawn_specimens(multiple, [train], [reserve], ["a"], "cnn")
    assert len(rows) == len(picked) == wanted
    assert all(each.part == "train" for each in rows) or len([r for r in rows if r.part == "train"]) == 10
    with pytest.raises(UserError, match=r"class 'a': `specimens: 2` wants 20 specimens, and .* have 15"):
        drawn_specimens(2, [train], [reserve], ["a"], "cnn")
