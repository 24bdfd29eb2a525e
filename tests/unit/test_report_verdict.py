"""The verdict as a table and as a figure."""

import dataclasses

import pytest

from augury.figures import theme
from augury.figures.differences import draw as differences
from augury.report import tables
from augury.tables.differences import DifferenceRow
from augury.tables.table import write_rows
from augury.tables.verdict import EQUIVALENT, HELPS, HURTS, LEAK, UNDERPOWERED, VerdictRow
from tests.verdict_rows import verdict_row

WORDS = (HELPS, HURTS, EQUIVALENT, UNDERPOWERED, LEAK)


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
    assert cells[0]["difference"] == "+2.1 points [+0.3, +3.9]"
    assert [cell["generators"] for cell in cells] == ["5", "5"]
    assert [cell["class"] for cell in cells] == ["all classes", "Calanoida"]
    assert tables.view(tmp_path / "differences.tsv").rows[0][4].text == "+2.0"


def test_the_figure_says_every_word_by_a_shape_of_its_own(tmp_path):
    rows = [verdict_row(arm=f"arm {word}", word=word, measure=measure) for word in WORDS
            for measure in differences.ALWAYS]  # fmt: skip
    rows[0] = verdict_row(arm="arm helps", word=HELPS, low=-9.0, high=None, difference=None)
    figure = differences.draw(*write(tmp_path, rows, [run("arm hurts", seed, 0.01 * seed) for seed in range(3)]))
    shown = {text.get_text() for axis in figure.axes for text in axis.texts}
    assert shown == set(WORDS)
    assert len(set(differences.MARKS.values())) == len(WORDS)
    for name in ("a.svg", "b.svg"):
        theme.save(differences.draw(*write(tmp_path, rows)), tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_the_figure_shows_what_was_asked_and_what_would_be_seen(tmp_path):
    rows = [
        verdict_row(detectable=0.04, target_difference=0.03),
        verdict_row(arm="copies", family="controls: accuracy, lite0"),
    ]
    axis, chances = differences.draw(*write(tmp_path, rows)).axes
    lines = {tuple(line.get_xdata()): line.get_marker() for line in axis.lines}
    assert lines[(4.0,)] == differences.SEEN
    assert (3.0, 3.0) in lines
    assert [label.get_text() for label in axis.get_yticklabels()] == ["dcgan", "copies\n(control)"]
    assert [bar.get_width() for bar in chances.patches] == pytest.approx([0.001, 0.12, 0.879] * 2, abs=1e-6)


def test_right_is_better_also_where_less_is_better(tmp_path):
    cells = {"measure": "brier", "difference": -0.02, "low": -0.05, "high": 0.01}
    axis, _ = differences.draw(*write(tmp_path, [verdict_row(**cells)])).axes
    assert axis.collections[-1].get_offsets()[0][0] == pytest.approx(2.0)
    assert any(list(line.get_xdata()) == pytest.approx([-1.0, 5.0]) for line in axis.lines)


def test_measures_that_few_ask_for_have_a_panel_where_they_matter(tmp_path):
    rows = [verdict_row(), verdict_row(measure="log_loss", family="secondary: log_loss, lite0")]
    assert len(differences.draw(*write(tmp_path, rows)).axes) == 2
    rows[1] = dataclasses.replace(rows[1], word=HELPS)
    assert len(differences.draw(*write(tmp_path, rows)).axes) == 4


def test_a_wide_interval_does_not_crush_the_rest(tmp_path):
    rows = [verdict_row(low=-5.0, high=5.0, measure=measure) for measure in differences.ALWAYS]
    figure = differences.draw(*write(tmp_path, rows, [run("dcgan", seed, 0.02) for seed in range(2)]))
    assert figure.axes[0].get_xlim()[1] < 20


def test_one_arm_alone_gives_a_figure_that_says_so(tmp_path):
    figure = differences.draw(*write(tmp_path, []))
    assert "nothing was compared" in figure.texts[0].get_text()
