"""Splits: sizes by hand, and the promise that a specimen keeps its place."""

from collections import Counter

import pytest

from augury.command.errors import UserError
from augury.splits.assign import assign_parts, ordered
from augury.splits.borders import cut
from augury.splits.brought import part_named, parts_by_folder, read_parts
from augury.splits.guard import check_parts
from augury.splits.joint import JointDivision
from augury.splits.plan import parse_split, split_names
from augury.splits.shared import cut_around
from augury.study.split import Split
from augury.tables.rows import ImageRow, SplitRow

NOTHING = frozenset()


def settings(**changes):
    return Split(**changes)


def count(parts):
    return tuple(parts.count(part) for part in ("train", "validation", "test"))


def images(number, class_="a", specimen=lambda index: f"s{index}"):
    return [
        ImageRow(f"{index:064x}", f"in/{class_}/{index}.png", class_, specimen(index), 9, 9, "L")
        for index in range(number)
    ]


def split_of(**changes):
    return split_names(settings(**changes))[0]


@pytest.mark.parametrize(
    "number, changes, expected",
    [
        (20, {}, (14, 3, 3)),
        (12, {}, (8, 2, 2)),  # 12 * .3 = 3.6 and 12 * .15 = 1.8 round to 4 and 2
        (3, {}, (1, 1, 1)),
        (54, {"train": 32, "validation": 8, "test": "rest"}, (32, 8, 14)),  # study 4: 40 a class, the rest for testing
        (10, {"validation": 0, "test": 0.2}, (8, 0, 2)),
        (10, {"train": 4, "validation": "rest", "test": 3}, (4, 3, 3)),
        (20, {"reserve": 0.2}, (10, 3, 3)),
        (54, {"train": 20, "validation": 8, "reserve": "rest", "test": 14}, (20, 8, 14)),
        (54, {"train": 20, "validation": 8, "reserve": 12, "test": "rest"}, (20, 8, 14)),
    ],
)
def test_holdout_sizes(number, changes, expected):
    assert count(cut(number, settings(**changes), split_of(**changes), NOTHING, "a")) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"reserve": 0.2},
        {"reserve": 10, "folds": 5},
        {"reserve": 0.1, "folds": 4, "validation": 3},
        {"reserve": 9, "folds": 5, "rotate": "validation", "train": 32, "validation": 8, "test": "rest"},
    ],
)
def test_a_reserve_is_cut_beside_the_others_and_every_specimen_has_a_part(changes):
    for split in split_names(settings(**changes)):
        parts = cut(60, settings(**changes), split, NOTHING, "a")
        assert len(parts) == 60
        assert parts.count("reserve") == {0.2: 12, 10: 10, 0.1: 6, 9: 9}[changes["reserve"]]
        assert all(parts.count(part) for part in ("train", "validation", "test"))


@pytest.mark.parametrize("number", [5, 12, 23, 57])
def test_rotating_folds_test_every_specimen_once(number):
    changes = {"folds": 5, "validation": 0.2}
    tested = [0] * number
    for split in split_names(settings(**changes)):
        parts = cut(number, settings(**changes), split, NOTHING, "a")
        assert "validation" in parts
        for index, part in enumerate(parts):
            tested[index] += part == "test"
    assert tested == [1] * number


def test_folds_inside_a_fixed_training_part():
    """Study 4: 40 for cross-validation in five folds of eight, the other 14 are the same test part in each."""
    changes = {"folds": 5, "rotate": "validation", "train": 32, "validation": 8, "test": "rest"}
    validated = [0] * 54
    for split in split_names(settings(**changes)):
        parts = cut(54, settings(**changes), split, NOTHING, "a")
        assert count(parts) == (32, 8, 14)
        assert parts[40:] == ["test"] * 14
        for index, part in enumerate(parts):
            validated[index] += part == "validation"
    assert validated == [1] * 40 + [0] * 14


def test_training_parts_that_share_no_specimen():
    """Draws of training sets: 20 train and 4 validate in each of five, and all others of the 130 test."""
    changes = {"folds": 5, "rotate": "train", "train": 20, "validation": 4, "test": "rest"}
    seen = [0] * 130
    for split in split_names(settings(**changes)):
        parts = cut(130, settings(**changes), split, NOTHING, "a")
        assert count(parts) == (20, 4, 106)
        for index, part in enumerate(parts):
            seen[index] += part != "test"
    assert seen == [1] * 120 + [0] * 10


def test_what_shows_several_classes_tests_in_every_draw_of_training_sets():
    """One part for all its classes, and in no training part twice: so in none, and each class draws from its own."""
    changes = {"folds": 2, "rotate": "train", "train": 3, "validation": 1, "test": "rest"}
    specimens = {f"both {number}": ("a", "b") for number in range(5)}
    division = JointDivision(specimens, {"a": 15, "b": 15}, settings(**changes), NOTHING)
    for split in split_names(settings(**changes)):
        parts, folds = division.of(split)
        assert (parts, folds) == (dict.fromkeys(specimens, "test"), {})
        own = cut_around(10, Counter(parts.values()), [0, 0], settings(**changes), split, NOTHING, "a")
        assert count(own) == (3, 1, 6)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"folds": 5},
        {"folds": 5, "rotate": "train", "train": 0.1, "validation": 0.03, "test": "rest"},
        {"folds": 5, "rotate": "validation"},
        {"train": 30, "validation": 0.1, "test": "rest"},
        {"folds": 4, "validation": 3},
        {"repeats": 2, "validation": 0.33, "test": 0.34},
        {"reserve": 0.17},
        {"reserve": 0.2, "folds": 5},
        {"reserve": 0.13, "folds": 5, "rotate": "validation"},
    ],
)
def test_a_new_specimen_moves_at_most_one_other_across_each_border(changes):
    names = [f"specimen {number}" for number in range(160)]
    for split in split_names(settings(**changes)):
        for number in range(60, 159):
            before = ordered(set(names[:number]), 0, split.repeat)
            after = ordered(set(names[: number + 1]), 0, split.repeat)
            old = dict(zip(before, cut(number, settings(**changes), split, NOTHING, "a"), strict=True))
            new = dict(zip(after, cut(number + 1, settings(**changes), split, NOTHING, "a"), strict=True))
            moved = [name for name in old if old[name] != new[name]]
            # Ranges are contiguous: a border is where the part changes along the order.
            parts = list(old.values())
            borders = sum(parts[index] != parts[index - 1] for index in range(1, len(parts)))
            assert len(moved) <= borders


def test_order_depends_on_names_alone_and_repeats_differ():
    assert ordered({"b", "a", "c"}, 0, 1) == ordered({"c", "b", "a"}, 0, 1)
    many = {str(number) for number in range(30)}
    assert ordered(many, 0, 1) != ordered(many, 0, 2)
    assert ordered(many, 0, 1) != ordered(many, 1, 1)


def test_images_of_a_specimen_stay_together():
    rows, left_out = assign_parts(
        images(40, specimen=lambda index: f"s{index // 2}"), {}, NOTHING, settings(), split_of()
    )
    parts = {}
    for row in rows:
        parts.setdefault(row.specimen, set()).add(row.part)
    assert all(len(each) == 1 for each in parts.values())
    assert left_out == []
    assert count([row.part for row in rows]) == (28, 6, 6)


def test_too_few_specimens_is_told_with_class_and_remedy():
    with pytest.raises(UserError, match=r"class 'rare' has 2 specimens, too few .*: 3 would do; add images"):
        assign_parts(images(2, "rare"), {}, NOTHING, settings(), split_of())


@pytest.mark.parametrize(
    "number, changes, least",
    [
        (2, {"folds": 5}, 5),
        (9, {"folds": 5, "validation": 8, "train": "rest"}, 12),  # 8 validate; of 11, a fold of 3 leaves none
        (20, {"train": 32, "validation": 8, "test": "rest"}, 41),
        (6, {"folds": 5, "rotate": "validation", "test": 0.4}, 8),  # 8 * .4 = 3.2 test, 5 are left for 5 folds
        (90, {"folds": 5, "rotate": "train", "train": 20, "validation": 4, "test": "rest"}, 120),
        (2, {"validation": 0.45, "test": 0.45}, 6),  # .9 * 5 rounds to 5
    ],
)
def test_the_number_that_would_do_does(number, changes, least):
    with pytest.raises(UserError, match=f"class 'a' has {number} specimens, too few .*: {least} would do"):
        cut(number, settings(**changes), split_of(**changes), NOTHING, "a")
    for split in split_names(settings(**changes)):
        assert "train" in cut(least, settings(**changes), split, NOTHING, "a")


def test_small_classes_stay_in_the_training_part_of_every_fold():
    changes = {"folds": 5, "small_classes": "train"}
    for split in split_names(settings(**changes)):
        assert cut(4, settings(**changes), split, NOTHING, "a") == ["train"] * 4
        assert count(cut(5, settings(**changes), split, NOTHING, "a")) == (3, 1, 1)


def test_brought_test_part_stays_and_its_twins_are_left_out():
    rows = images(20, specimen=lambda index: "twin" if index in (0, 19) else f"s{index}")
    brought = {row.sha256: "test" if index >= 15 else "train" for index, row in enumerate(rows)}
    split, left_out = assign_parts(rows, brought, frozenset({"train", "test"}), settings(), split_of())
    assert [row.sha256 for row in split if row.part == "test"] == [row.sha256 for row in rows[15:]]
    assert [row.sha256 for row in left_out] == [rows[0].sha256]
    # 14 specimens are left for training and validation: 14 * .15 = 2.1 rounds to 2.
    assert count([row.part for row in split]) == (12, 2, 5)


def test_brought_validation_is_not_cut_again():
    rows = images(12)
    brought = {row.sha256: ("train", "validation", "test")[index % 3] for index, row in enumerate(rows)}
    split, _ = assign_parts(rows, brought, frozenset({"train", "validation", "test"}), settings(), split_of())
    assert {row.sha256: row.part for row in split} == brought


def test_split_names():
    assert [str(name) for name in split_names(settings())] == ["holdout"]
    assert [str(name) for name in split_names(settings(folds=2, repeats=2))] == [
        "fold1",
        "fold2",
        "repeat2-fold1",
        "repeat2-fold2",
    ]
    assert [str(name) for name in split_names(settings(repeats=2))] == ["holdout", "repeat2-holdout"]


@pytest.mark.parametrize("changes", [{}, {"repeats": 12}, {"folds": 11}, {"folds": 3, "repeats": 11}])
def test_a_name_says_which_split_it_is(changes):
    split_list = split_names(settings(**changes))
    assert [parse_split(str(name), settings(**changes).folds) for name in split_list] == split_list


@pytest.mark.parametrize(
    "name, folds",
    [("fold4", 3), ("fold0", 3), ("fold1", 1), ("holdout", 3), ("repeat1-fold1", 3), ("repeat02-fold1", 3),
     ("repeat2-", 3), ("fold1.tsv", 3)],
)  # fmt: skip
def test_names_that_are_no_split(name, folds):
    with pytest.raises(ValueError, match=f"no split is called {name}"):
        parse_split(name, folds)


@pytest.mark.parametrize("changes", [{}, {"folds": 3}, {"folds": 3, "rotate": "validation"}])
def test_further_repeats_leave_the_splits_that_there_are(changes):
    rows = images(30)
    few, many = (
        {
            str(name): assign_parts(rows, {}, NOTHING, settings(repeats=repeats, **changes), name)
            for name in split_names(settings(repeats=repeats, **changes))
        }
        for repeats in (1, 3)
    )
    assert len(many) == 3 * len(few)
    assert {name: many[name] for name in few} == few
    assert len({str(rows) for rows in many.values()}) == len(many)


def row(sha, specimen, part, class_="a"):
    return SplitRow(sha, f"{sha}.png", class_, specimen, part)


def test_guard_names_the_images_by_content_and_by_specimen():
    train = [row("1", "x", "train"), row("2", "y", "train"), row("3", "z", "train")]
    test = [row("1", "w", "test"), row("9", "y", "test"), row("8", "z", "test", class_="b")]
    with pytest.raises(UserError, match=r"generator g would train on 2 images .*1\.png, 2\.png"):
        check_parts(train, test, "enforce", "generator g")
    assert check_parts(train, test, "record", "generator g") == ["1", "2"]
    assert check_parts(train[2:], test, "enforce", "generator g") == []


def test_guard_knows_a_test_image_that_was_saved_anew_by_its_path():
    seen = [SplitRow("old", "in/a/1.png", "a", "one", "train"), SplitRow("2", "in/a/2.png", "a", "two", "train")]
    test = [SplitRow("new", "in/a/1.png", "a", "three", "test")]
    assert check_parts(seen, test, "record", "generator g") == ["old"]


def test_parts_by_folder_are_read_above_the_class():
    rows = [
        ImageRow("1", "some/train/folder/Test/train/a/x/1.png", "a", "s", 9, 9, "L"),
        ImageRow("2", "some/train/folder/VAL/a/2.png", "a", "s", 9, 9, "L"),
        ImageRow("3", "train/b/3.png", "b", "s", 9, 9, "L"),
    ]
    nested = ImageRow("4", "home/b/data/test/b/more/4.png", "b", "s", 9, 9, "L")
    assert parts_by_folder([*rows, nested]) == {"1": "train", "2": "validation", "3": "train", "4": "test"}
    with pytest.raises(UserError, match=r"c/5\.png lies in no train, validation or test folder"):
        parts_by_folder([ImageRow("5", "c/5.png", "c", "s", 9, 9, "L")])


def test_parts_by_table(tmp_path):
    path = tmp_path / "parts.tsv"
    path.write_text("path\tpart\na/0.png\ttest\n")
    assert [row["part"] for row in read_parts(path).rows] == ["test"]
    path.write_text("path\tpart\na/0.png\texam\n")
    with pytest.raises(UserError, match=r"parts\.tsv, line 2: part 'exam' is none of train, validation, reserve, test"):
        read_parts(path)
    path.write_text("file\tpart\na/0.png\ttest\n")
    with pytest.raises(UserError, match="has no column sha256 or path; its header, line 1, has `file`, `part`"):
        read_parts(path)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("train", "Training", "TRAIN ", "training set", "Train_Set"), "train"),
        (("val", "Valid", "validation", "dev", "Development", "dev-set"), "validation"),
        (("test", "Testing", "test set", "Test split"), "test"),
        (("reserve",), "reserve"),
        (("", "eval", "0", "exam", "set", "train/test", "holdout"), None),
    ],
)
def test_words_for_parts_that_have_one_meaning(words, part):
    assert {part_named(word) for word in words} == {part}
