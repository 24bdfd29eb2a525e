"""The verdict in sentences, as a table and as a figure."""

import dataclasses

import pytest

from augury.figures import differences, theme
from augury.report import tables, verdict
from augury.tables.table import write_rows
from augury.tables.verdict import EQUIVALENT, HELPS, HURTS, LEAK, UNDERPOWERED, WORDS, DifferenceRow, VerdictRow
from tests.verdict_rows import verdict_row


def test_a_sentence_a_classifier():
    rows = [
        verdict_row(word=HELPS),
        verdict_row(arm="copies", word=HURTS, difference=-0.05, low=-0.08, high=-0.02, p_holm=0.0001),
        verdict_row(arm="copies", measure="f1", word=HELPS),
        verdict_row(arm="copies", class_="Calanoida", word=HELPS),
        verdict_row(classifier="cnn", word=EQUIVALENT, difference=0.001, low=-0.004, high=0.006, p_holm=0.6),
    ]
    assert verdict.answers(rows) == [
        "dcgan helps lite0: accuracy +2.1 points [+0.3, +3.9], p = 0.031; "
        "copies hurts lite0: accuracy -5.0 points [-8.0, -2.0], p < 0.001.",
        "dcgan and real are equivalent for cnn, within 1 point: accuracy +0.1 points [-0.4, +0.6], p = 0.600.",
    ]
    assert verdict.answers([]) == []


@pytest.mark.parametrize(
    "cells, told",
    [
        (
            {"specimens_needed": 1200, "splits_needed": 20},
            "a difference of 5 points would need about 1,200 test specimens instead of 216 or 20 splits instead of 5.",
        ),
        ({"specimens_needed": 700, "worthwhile": 0.02}, "a difference of 2 points would need about 700 test specimens"),
        ({}, "no number of test specimens would do"),
    ],
)
def test_what_would_settle_it_is_said(cells, told):
    (sentence,) = verdict.answers([verdict_row(**cells)])
    assert sentence.startswith("Whether dcgan helps lite0 cannot be told (underpowered): accuracy +2.1 points")
    assert told in sentence


def test_what_several_arms_leave_open_is_told_once():
    open_ = [
        verdict_row(arm=name, difference=gain, specimens_needed=needed)
        for name, gain, needed in (("a", -0.01, 900), ("b", 0.0, 1200), ("c", 0.042, 50))
    ]
    (sentence,) = verdict.answers([*open_, verdict_row(arm="d", word=HELPS)])
    assert sentence.startswith("d helps lite0")
    assert "whether a, b and c help lite0 cannot be told (underpowered): accuracy from -1.0 to +4.2 points" in sentence
    assert sentence.count("1,200 test specimens") == sentence.count("would need") == 1


def test_leaks_are_said_without_numbers():
    (sentence,) = verdict.answers([verdict_row(word=LEAK, leaked=True, p=None, p_holm=None)])
    assert "not judged" in sentence
    assert "2.1" not in sentence


def write(tmp_path, rows, runs=()):
    write_rows(tmp_path / "verdict.tsv", VerdictRow, rows)
    write_rows(tmp_path / "differences.tsv", DifferenceRow, runs)
    return [tmp_path / "verdict.tsv"], [tmp_path / "differences.tsv"]


def run(arm, seed, accuracy):
    empty = dict.fromkeys(field.name for field in dataclasses.fields(DifferenceRow))
    usual = {
        "baseline": "real", "classifier": "lite0", "split": "fold0", "leaked": False, "n_images": 40, "auroc": 0.01,
        "n_specimens": 40, "baseline_temperature": 1.0, "arm_temperature": 1.0, "arm_only": 5, "baseline_only": 2,
        "mcnemar_p": 0.45,
    }  # fmt: skip
    return DifferenceRow(**(empty | usual | {"arm": arm, "seed": seed, "accuracy": accuracy}))


def test_the_tables_on_the_page(tmp_path):
    rows = [verdict_row(word=HELPS, detectable=0.05), verdict_row(class_="Calanoida", measure="f1")]
    write(tmp_path, rows, [run("dcgan", 0, 0.02)])
    shown = tables.view(tmp_path / "verdict.tsv")
    cells = [dict(zip(shown.header, [cell.text for cell in line], strict=True)) for line in shown.rows]
    assert [cell["verdict"] for cell in cells] == [HELPS, UNDERPOWERED]
    assert cells[0]["difference, points"] == "+2.1 points [+0.3, +3.9]"
    assert [cell["class"] for cell in cells] == ["all classes", "Calanoida"]
    assert tables.view(tmp_path / "differences.tsv").rows[0][4].text == "+2.0"


def test_the_figure_says_every_word_by_a_shape_of_its_own(tmp_path):
    rows = [verdict_row(arm=f"arm {word}", word=word, measure=measure) for word in WORDS
            for measure in differences.MEASURES]  # fmt: skip
    rows[0] = verdict_row(arm="arm helps", word=HELPS, low=-9.0, high=None, difference=None)
    figure = differences.draw(*write(tmp_path, rows, [run("arm hurts", seed, 0.01 * seed) for seed in range(3)]))
    said = {text.get_text() for axis in figure.axes for text in axis.texts}
    assert said == set(WORDS)
    assert len(set(differences.MARKS.values())) == len(WORDS)
    for name in ("a.svg", "b.svg"):
        theme.save(differences.draw(*write(tmp_path, rows)), tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_wide_interval_does_not_crush_the_rest(tmp_path):
    rows = [verdict_row(low=-5.0, high=5.0, measure=measure) for measure in differences.MEASURES]
    figure = differences.draw(*write(tmp_path, rows, [run("dcgan", seed, 0.02) for seed in range(2)]))
    assert figure.axes[0].get_xlim()[1] < 20


def test_one_arm_alone_gives_a_figure_that_says_so(tmp_path):
    figure = differences.draw(*write(tmp_path, []))
    assert "nothing was compared" in figure.texts[0].get_text()
