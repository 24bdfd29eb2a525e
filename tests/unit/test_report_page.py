"""The report's sentences, captions and tables."""

import base64
import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from augury.command.errors import UserError
from augury.figures.catalogue import FIGURES
from augury.report import ranking, summary, tables, values
from augury.report.captions import caption
from augury.report.page import breakable, ordered, stacked
from augury.report.pictures import show_figure
from augury.report.provenance import machines, pretrained
from augury.scores.generators import compare_generators, summarise_generators
from augury.study.split import Split
from augury.tables.classification import ClassificationRow
from augury.tables.columns import described, names
from augury.tables.differences import DifferenceRow
from augury.tables.rows import DuplicateRow, QuarantineRow, SplitRow
from augury.tables.table import write_cells
from augury.tables.verdict import VerdictRow
from tests.report_studies import photograph
from tests.synthetic_scores import score_row

CAPTIONS = Path(__file__).parents[2] / "workflow" / "report"
SECTIONS = (
    "elsewhere",
    "warnings",
    "views",
    "shortcuts",
    "quarantine",
    "duplicates",
)  # tables that the page shows in its own way


@pytest.mark.parametrize("name", SECTIONS)
def test_every_section_has_a_caption_of_three_paragraphs(name):
    html = caption(CAPTIONS / f"{name}.rst")
    assert [html.count(f"<strong>{word}</strong>") for word in ("What it is.", "How to read it.", "Caveats.")] == [
        1,
        1,
        1,
    ]


@pytest.mark.parametrize("path", sorted(CAPTIONS.glob("*.rst")), ids=lambda path: path.stem)
def test_captions_hold_nothing_that_snakemake_would_fill_in(path):
    assert not re.search(r"[{}]", path.read_text())


def test_a_missing_caption_is_empty_and_a_broken_one_is_named(tmp_path):
    path = tmp_path / "arms.rst"
    assert caption(path) == ""
    path.write_text("**open")
    with pytest.raises(UserError, match=r"arms\.rst"):
        caption(path)


def test_captions_read_no_other_file(tmp_path):
    (tmp_path / "arms.rst").write_text(f".. include:: {CAPTIONS / 'views.rst'}\n")
    with pytest.raises(UserError):
        caption(tmp_path / "arms.rst")


@pytest.mark.parametrize(
    "seconds, words", [(None, "–"), (4.21, "4.2 s"), (59.7, "1 min 0 s"), (200, "3 min 20 s"), (18720, "5 h 12 min")]
)
def test_durations(seconds, words):
    assert values.duration(seconds) == words


def test_numbers_as_words():
    assert values.share(0.87123, 0.8, 0.9) == "0.871 (0.800 to 0.900)"
    assert values.percent(0.87123, None, None) == "87.1%"
    assert [values.p_value(p) for p in (0.0421, 0.0009, None)] == ["0.042", "< 0.001", "–"]
    assert values.count(0, "class", "classes") == "no class"
    assert values.count(1234, "image") == "1,234 images"
    assert values.listed(["a", "b", "c"]) == "a, b and c"
    assert values.distance(12345.6, 1.23456, 20000) == "1.235e+04 (1.235 to 2e+04)"


def row(arm, split, part, accuracy, leaked=False):
    cells = dict.fromkeys(names(ClassificationRow))
    cells |= {"arm": arm, "classifier": "lenet", "split": split, "seed": split and "0", "part": part, "leaked": leaked}
    return ClassificationRow(
        **(cells | {"accuracy": accuracy, "accuracy_low": accuracy - 0.1, "accuracy_high": accuracy + 0.1})
    )


def test_findings_are_the_means_on_test_images():
    rows = [row("real", "fold0", "test", 0.1), row("real", "all", "validation", 0.2), row("real", "all", "test", 0.8)]
    assert summary.findings(rows) == ("test", {"lenet": [("real", "80.0% (70.0% to 90.0%)")]})
    assert summary.findings(rows[:2])[0] == "validation"


def test_a_leak_and_a_missing_verdict_are_said():
    rows = [row("copier", "all", "test", 0.9, leaked=True)]
    assert "prove nothing" in summary.caution(rows, verdict=False)
    assert "No verdict is drawn here" in summary.caution(rows, verdict=False)
    assert "table of verdicts" in summary.caution(rows[:0], verdict=True)
    assert "leaked" in summary.findings(rows)[1]["lenet"][0][1]


def test_parts_count_images_and_specimens():
    table = [
        SplitRow("1", "", "a", "x", "train"), SplitRow("2", "", "a", "x", "train"),
        SplitRow("3", "", "b", "x", "train"), SplitRow("4", "", "b", "y", "test"),
    ]  # fmt: skip
    counted = {class_: counts for _, class_, counts in summary.parts({"fold0": table}, ["a", "b"])}
    assert counted["a"]["train"] == (2, 1)
    assert counted["b"]["test"] == (1, 1)
    assert counted["all classes"] == {"train": (3, 2), "validation": (0, 0), "reserve": (0, 0), "test": (1, 1)}


def test_specimens_of_several_classes_are_told_with_what_was_given_up_for_them():
    settings = Split(validation=0, test=0.25)
    parts = ["test"] * 3 + ["train"] * 5
    rows = [SplitRow(f"{name}{n}", "", name, f"g:{n}", part) for name in "ab" for n, part in enumerate(parts)]
    assert summary.shared({"holdout": rows}, settings) == [
        "8 named specimens show several classes; each has one part for all of them, and counts once."
    ]
    rows = [SplitRow(f"{name}{n}", "", name, f"g:{n}", "train") for name in "ab" for n in range(8)]
    [_, second] = summary.shared({"holdout": rows}, settings)
    asked = (
        "has 8 train and 0 test specimens where 6 train and 2 test were asked for, as 8 of its 8 show other classes too"
    )
    assert second == f"In holdout 'a' {asked}; 'b' {asked}."
    apart = [SplitRow(row.sha256, "", row.class_, f"h{row.sha256}", row.part) for row in rows]
    assert summary.shared({"holdout": apart}, settings) == summary.shared({}, settings) == []


def test_quarantine_and_conflicts_are_told_in_words():
    assert summary.quarantined([]) == "No file was left out."
    rows = [QuarantineRow("x.png", name, "too small") for name in ("b", "a", "b")]
    assert summary.quarantined(rows) == "3 files were left out: 1 of a and 2 of b."
    pairs = [
        DuplicateRow("1", "", "a", "2", "", "a", "exact", "identity", 1.0, False),
        DuplicateRow("1", "", "b", "3", "", "a", "near", "flip", 0.9, True),
    ]
    words = summary.twins(pairs)
    assert "2 pairs of images show the same thing: 1 exactly and 1 nearly" in words
    assert "In 1 pair the labels differ (a and b)" in words
    assert "In none" in summary.twins(pairs[:1])
    apart = DuplicateRow("4", "", "a", "5", "", "b", "apart", "flip", 0.9, False)
    words = summary.twins([*pairs, apart])
    assert "2 pairs of images show the same thing: 1 exactly and 1 nearly. 1 more pair looks alike, but names" in words


def generator_sentences(kids):
    """The summary's paragraph for KIDs by generator, one a split."""
    rows = [
        score_row(generator=name, split=f"fold{index}", kid=kid)
        for name, values in kids.items()
        for index, kid in enumerate(values)
    ]
    return ranking.nearest(summarise_generators(rows), compare_generators(rows))


def test_the_nearest_generator_is_named_and_whether_that_is_resolved():
    (words,) = generator_sentences(
        {"dcgan": [0.5, 0.52, 0.51], "stylegan2": [0.01, 0.02, 0.03], "ada": [0.02, 0.01, 0.06]}
    )
    assert "stylegan2 comes nearest to the real images for Calanoida" in words
    assert "its KD (lite0), times 100, is 2, against 3 of ada and 51 of dcgan" in words
    assert "The difference from dcgan is resolved. The difference from ada is not resolved" in words


def test_nothing_is_said_of_one_generator_or_of_none():
    assert generator_sentences({"dcgan": [0.5]}) == generator_sentences({}) == []


def test_every_column_of_the_tables_is_explained():
    for row in (ClassificationRow, VerdictRow, DifferenceRow):
        assert set(described(row)) == set(names(row))


def test_an_unknown_table_is_shown_as_it_is_and_cut_when_long(tmp_path):
    path = tmp_path / "margins.tsv"
    write_cells(path, ["arm", "p_value"], [["real", 0.123456], ["dcgan", None]])
    view = tables.view(path)
    assert (view.title, view.header) == ("Margins", ["arm", "p value"])
    assert view.rows[0][1] == tables.Cell("0.1235", 0.123456, True)
    assert view.rows[1][1].key is None
    write_cells(path, ["n"], [[index] for index in range(500)])
    assert len(tables.view(path).rows) == tables.MOST_ROWS
    assert "first 300 of 500 rows" in tables.view(path).shown


def test_files_stand_in_the_given_order_and_strangers_last():
    paths = [Path(f"{name}.svg") for name in ("zebra", "roc", "arms", "apple")]
    assert [path.stem for path in ordered(paths, FIGURES)] == ["arms", "roc", "apple", "zebra"]


def test_the_size_of_a_figure_is_read_from_the_file(tmp_path):
    (tmp_path / "arms.svg").write_text('<svg xmlns="x" width="72pt" height="144.5pt"/>')
    shown = show_figure(tmp_path / "arms.svg")
    assert (shown.width, shown.height) == (96, 193)
    (tmp_path / "bad.svg").write_text("<html>")
    for name in ("bad.svg", "absent.svg"):
        with pytest.raises(UserError, match=name):
            show_figure(tmp_path / name)


def test_a_photograph_is_held_as_webp_that_looks_the_same(tmp_path):
    path = tmp_path / "samples.png"
    photograph(path, (400, 300))
    shown = show_figure(path)
    kept = base64.b64decode(shown.data.removeprefix("data:image/webp;base64,"))
    assert (shown.file, shown.download, shown.width, shown.height) == ("samples.png", "samples.webp", 256, 192)
    assert len(kept) < path.stat().st_size / 5
    before, after = (np.asarray(Image.open(each).convert("RGB"), float) for each in (path, io.BytesIO(kept)))
    assert np.abs(before - after).mean() < 4  # grey values; the noise that compression smooths has a deviation of 4
    assert show_figure(path) == shown


def test_what_is_longer_than_a_webp_may_be_is_made_smaller(tmp_path):
    Image.new("RGB", (200, 20000)).save(tmp_path / "samples.png")
    shown = show_figure(tmp_path / "samples.png")
    kept = Image.open(io.BytesIO(base64.b64decode(shown.data.partition(",")[2])))
    assert kept.size == (164, 16383)
    assert shown.height == 12800  # the place that it takes stays


def test_weights_and_machines_are_listed_once():
    record = {
        "architecture": "lite0",
        "pretrained": {"source": "package", "sha256": "ab"},
        "device": "cpu",
        "threads": 2,
    }
    assert pretrained([record, record, {"classifier": "lenet", "pretrained": None}]) == [
        ("lenet", "none", ""), ("lite0", "package", "ab"),
    ]  # fmt: skip
    assert machines([record, record]) == [("cpu", "2", "unknown", 2)]


def test_names_break_at_joints_and_stay_escaped():
    assert breakable("a_b<i>-c") == "a_<wbr>b&lt;i&gt;-<wbr>c"


def test_a_value_stands_above_its_interval_and_stays_escaped():
    assert stacked("0.871 (0.832 to 0.905)") == '0.871 <span class="interval">(0.832 to 0.905)</span>'
    assert stacked("+2.1 points [+0.3, +3.9]") == '+2.1 points <span class="interval">[+0.3, +3.9]</span>'
    assert [stacked(text) for text in ("–", "1,234", "3 min 20 s")] == ["–", "1,234", "3 min 20 s"]
    assert "<i>" not in stacked("<i> (<b>)") + stacked("<i>")
