"""Of which class to collect more, from tables of a study that are written by hand."""

import json

import pytest

from augury.command.errors import UserError
from augury.prediction.next_class import next_classes, study_of, write_classes
from augury.tables.per_class import PerClassRow
from augury.tables.rows import SplitRow
from augury.tables.table import read_rows, write_rows
from tests.per_class_rows import per_class_row as row

CLASSES = ["a", "b", "c", "d"]


@pytest.fixture
def study(tmp_path):
    """Classes of 4 to 1 specimens of two images each; other arms, splits and parts say the contrary."""
    measured = {"a": 0.9, "b": 0.6, "c": 0.7}
    rows = [row(class_, f1) for class_, f1 in measured.items()] + [row("d", None)]
    rows += [row("a", 0.1, **other) for other in (
        {"arm": "gan"}, {"classifier": "cnn"}, {"split": "fold1"}, {"seed": "0"}, {"part": "validation"},
    )]  # fmt: skip
    write_rows(tmp_path / "tables" / "per_class.tsv", PerClassRow, rows)
    images = [
        SplitRow(f"{class_}{number}{view}", "", class_, f"s{number}", ("train", "test")[number % 2])
        for at, class_ in enumerate(CLASSES)
        for number in range(4 - at)
        for view in range(2)
    ]
    write_rows(tmp_path / "splits" / "fold1.tsv", SplitRow, images)
    return tmp_path


def test_what_is_never_tested_comes_first_and_then_the_lowest_f1(study):
    rows, _ = next_classes(study, "fold1", "real", "probe", CLASSES)
    assert [(each.order, each.class_, each.n_images, each.n_specimens) for each in rows] == [
        (1, "d", 2, 1), (2, "b", 6, 3), (3, "c", 4, 2), (4, "a", 8, 4),
    ]  # fmt: skip
    assert [each.f1 for each in rows] == [None, 0.6, 0.7, 0.9]
    assert (rows[1].f1_low, rows[1].f1_high) == pytest.approx((0.5, 0.7))


def test_of_equal_classes_the_one_with_the_fewest_specimens_comes_first(study):
    write_rows(study / "tables" / "per_class.tsv", PerClassRow, [row(class_, 0.8) for class_ in CLASSES])
    assert [each.class_ for each in next_classes(study, "fold1", "real", "probe", CLASSES)[0]] == ["d", "c", "b", "a"]


def test_without_a_test_part_validation_images_say_it(study):
    rows = [row(class_, f1, part="validation") for class_, f1 in zip(CLASSES, (0.9, 0.2, 0.8, 0.7), strict=True)]
    write_rows(study / "tables" / "per_class.tsv", PerClassRow, rows)
    assert [each.class_ for each in next_classes(study, "fold1", "real", "probe", CLASSES)[0]] == ["b", "d", "c", "a"]


def test_what_is_handed_over_has_tables_of_classes_alone(study):
    of_fold = read_rows(study / "splits" / "fold1.tsv", SplitRow)
    for class_ in CLASSES:
        rows = [image for image in of_fold if image.class_ == class_]
        write_rows(study / "splits" / "final" / f"{class_}.tsv", SplitRow, rows)
    by_fold, final = (next_classes(study, split, "real", "probe", CLASSES) for split in ("fold1", "final"))
    assert final == by_fold


@pytest.mark.parametrize(
    "record, why",
    [
        ({"split": "final", "arm": "real", "classifier": "probe", "classes": CLASSES}, "splits has no table of final"),
        (
            {"split": "fold1", "arm": "real", "classifier": "zoo", "classes": CLASSES},
            r"per_class.tsv has no row of zoo on real; name the study that trained it",
        ),
        ({"arm": "real"}, "its classifier.json has no split, classifier, classes"),
    ],
    ids=["no table of the split", "of another study", "from elsewhere"],
)
def test_what_a_study_does_not_say_stops_nothing_unless_it_is_named(study, tmp_path, capsys, record, why):
    folder = study / "final" / "classifiers" / "real" / "probe" / "seed0"
    folder.mkdir(parents=True)
    (folder / "classifier.json").write_text(json.dumps(record))
    assert write_classes(folder, None, tmp_path / "classes.tsv") == []
    assert "which class to collect is not said: " in (said := "".join(capsys.readouterr()))
    assert why in said
    with pytest.raises(UserError, match=why):
        write_classes(folder, study, tmp_path / "classes.tsv")


def test_a_study_is_found_from_its_classifiers_and_not_from_a_copy(study, tmp_path_factory):
    inside, parts = study / "final" / "classifiers" / "real" / "probe" / "seed0", ("x", "classifiers", "real", "p", "s")
    inside.mkdir(parents=True)
    assert study_of(inside) == study
    assert study_of(tmp_path_factory.mktemp("copied").joinpath(*parts)) is None
    assert study_of(study / "tables") is None
