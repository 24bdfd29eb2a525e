"""build_report.py from the command line."""

import base64
import dataclasses
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from augury.metrics.summaries import summarise
from augury.scores.generators import compare_generators, summarise_generators
from augury.tables.classification import ClassificationRow
from augury.tables.generator_pairs import PairRow
from augury.tables.generators import GeneratorRow
from augury.tables.inspection import ShortcutRow, ViewsRow, WarningRow
from augury.tables.per_class import PerClassRow
from augury.tables.predictions import Predictions, Run
from augury.tables.rows import DuplicateRow, ImageRow, QuarantineRow, SplitRow
from augury.tables.synthetic import ScoreRow
from augury.tables.table import write_dicts, write_rows
from augury.tables.verdict import VerdictRow
from tests.synthetic_scores import score_row
from tests.verdict_rows import verdict_row

ROOT = Path(__file__).parents[2]
CLASSES = ("<b>bold</b>", "Tapered")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="100pt" height="50pt"></svg>'


@pytest.fixture
def study(tmp_path):
    """Two runs of one arm on four images of two classes, one of which has a name made of HTML."""
    names, labels = np.array(list("abcd")), np.array([0, 0, 1, 1])
    table = Predictions(names, names, names, np.array(["test"] * 4), labels, np.eye(2)[[0, 1, 1, 1]], CLASSES)
    rows, by_class = summarise([(Run("fold0", "real", "lenet", seed), table) for seed in (0, 1)], False, 50)
    write_rows(tmp_path / "tables/classification.tsv", ClassificationRow, rows)
    write_rows(tmp_path / "tables/per_class.tsv", PerClassRow, by_class)
    images = [
        ImageRow(name, f"{name}.png", CLASSES[label], name, 8, 8, "L")
        for name, label in zip(names, labels, strict=True)
    ]
    write_rows(tmp_path / "manifest.tsv", ImageRow, images)
    write_rows(
        tmp_path / "fold0.tsv",
        SplitRow,
        [SplitRow(row.sha256, row.path, row.class_, row.specimen, "test") for row in images],
    )
    write_rows(tmp_path / "quarantine.tsv", QuarantineRow, [QuarantineRow("<script>.png", "Tapered", "truncated")])
    conflict = DuplicateRow("a", "a.png", CLASSES[0], "c", "c.png", CLASSES[1], "near", "flip", 0.9, True)
    write_rows(tmp_path / "duplicates.tsv", DuplicateRow, [conflict])
    record = {"arm": "real", "classifier": "lenet", "split": "fold0", "seed": 0, "device": "cpu", "threads": 1}
    (tmp_path / "classifier.json").write_text(json.dumps(record | {"precision": "float32", "pretrained": None}))
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures/arms.svg").write_bytes(SVG)
    return tmp_path


def add_generators(folder):
    """Two generators, one of which has collapsed and whose discriminator overfits."""
    scores = [
        score_row(generator=name, class_="Tapered", kid=kid, recall=recall)
        for name, kid, recall in (("dcgan", 0.09, 0.01), ("stylegan2", 0.02, 0.7))
    ]
    write_rows(folder / "tables/synthetic.tsv", ScoreRow, scores)
    write_rows(folder / "tables/generators.tsv", GeneratorRow, summarise_generators(scores))
    write_rows(folder / "tables/generator_pairs.tsv", PairRow, compare_generators(scores))
    path = folder / "fold0/generators/dcgan/seed0/Tapered/history.tsv"
    write_dicts(path, ["kimg", "r_t"], [{"kimg": index, "r_t": 0.97} for index in range(3)])
    return path


def run(folder, settings='{"dataset": "demo", "note": "a \\u003c b"}', output="report.html", more=()):
    words = ["--tables", "tables", "--figures", "figures", "--captions", ROOT / "workflow" / "report"]
    words += ["--settings", settings, "--splits", "fold0.tsv", "--classifiers", "classifier.json"]
    words += [word for name in ("manifest", "quarantine", "duplicates") for word in (f"--{name}", f"{name}.tsv")]
    words += [*more, "--output", output]
    command = [sys.executable, ROOT / "workflow/scripts/build_report.py", "--threads", "1", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def page(study):
    done = run(study)
    assert done.returncode == 0, done.stderr
    return (study / "report.html").read_text()


class Reader(HTMLParser):
    """Collects tags, attributes and ids, and checks that every element is closed."""

    VOID = ("meta", "link", "img", "br", "wbr")

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.ids = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_asks_the_network_for_nothing(page):
    addresses = [attrs[name] for _, attrs in Reader(page).tags for name in ("src", "href") if name in attrs]
    assert addresses
    assert all(address.startswith(("data:", "#")) for address in addresses)
    assert not re.search(r"https?:|@import|url\(|fetch\(|XMLHttpRequest", page)


def test_every_element_is_closed_and_every_link_has_its_target(page):
    reader = Reader(page)
    assert len(set(reader.ids)) == len(reader.ids)
    targets = {attrs["href"][1:] for tag, attrs in reader.tags if tag == "a" and attrs["href"].startswith("#")}
    assert targets <= set(reader.ids)
    assert {"evidence", "summary", "dataset", "tables", "settings", "table-per_class", "figure-arms"} <= targets


def test_figures_are_held_and_described(page):
    (image,) = [attrs for tag, attrs in Reader(page).tags if tag == "img"]
    assert base64.b64decode(image["src"].partition(",")[2]) == SVG
    assert "accuracy" in image["alt"]
    assert 'download="arms.svg"' in page


def test_the_summary_says_what_was_run_and_seen(page):
    assert "4 images of 4 specimens in 2 classes were used." in page
    assert "trained on 1 split with 2 seeds each" in page
    assert re.search(r"real: 75\.0% \([\d.]+% to [\d.]+%\)", page)
    assert "No verdict is drawn here." in page
    assert "1 file was left out: 1 of Tapered." in page


def test_the_verdict_opens_the_page(study):
    rows = [
        verdict_row(arm="<i>gan</i>", word="helps"),
        verdict_row(baseline_value=0.8, specimens_needed=900, high=0.069),
    ]
    rows[1] = dataclasses.replace(rows[1], look=1, looks=2, planned_splits=10, series=1)
    write_rows(study / "tables/verdict.tsv", VerdictRow, rows)
    done = run(study, more=["--histories", add_generators(study)])
    assert done.returncode == 0, done.stderr
    page = (study / "report.html").read_text()
    Reader(page)
    page = re.sub(r'<a class="meant"[^>]*>(.*?)</a>', r"\1", page)
    first_screen, evidence = page.split('aria-label="Contents"')
    lead = (
        '<p class="lead">&lt;i&gt;gan&lt;/i&gt; helps lite0 (accuracy +2.1 points). With lite0, dcgan gains at most 6.9'
    )
    assert lead in first_screen
    assert "<strong>The generator of dcgan is broken</strong>" in first_screen
    assert "<p>No design on these test specimens can see a gain of 5 points; about 900" in first_screen
    head = evidence[evidence.index('id="evidence"') : evidence.index('id="summary"')]
    sentences = [
        "<p><strong>Broken.</strong> The trained generator of dcgan is broken: recall 0.010.",
        "<strong>To use.</strong> lenet, trained on real, calls 75.0%",
        "<strong>Helps or hurts.</strong> &lt;i&gt;gan&lt;/i&gt; helps lite0: accuracy +2.1 points [+0.3, +3.9], p = ",
        "<strong>Ruled out.</strong> dcgan with lite0: accuracy +2.1 points, between +0.3 and +6.9: a gain above 6.9",
        "<strong>To see more.</strong> No design on these test specimens can see a gain of 5 points; about 900",
        "(<code>split.repeats</code>), and what is trained stays",
        "<li>Chances that accuracy of lite0 gains more than 1 point",
    ]
    assert sorted(sentences, key=head.index) == sentences
    assert page.index('id="table-verdict"') < page.index('id="table-classification"')
    assert "said at the head of this page and in the table of verdicts" in page


def test_a_study_without_generators_has_no_diagnostics(page):
    assert 'id="diagnostics"' not in page
    assert "No problem was found." not in page


def test_generators_are_compared_and_their_troubles_told(study):
    done = run(study, more=["--histories", add_generators(study)])
    assert done.returncode == 0, done.stderr
    page = (study / "report.html").read_text()
    Reader(page)
    assert "stylegan2 comes nearest to the real images for Tapered" in page
    assert "<li>dcgan, Tapered: recall 0.010.</li>" in page
    assert "mean sign of D(x) 0.970 at the end." in page
    positions = [
        page.index(f'id="table-{name}"') for name in ("per_class", "generators", "generator_pairs", "synthetic")
    ]
    assert sorted(positions) == positions


def test_what_was_noticed_about_the_images_stands_near_the_head(study, page):
    assert 'id="noticed"' not in page
    assert "tables and patterns name" not in page
    warning = WarningRow("warning", "views", "Tapered", "", 0.31, "the images of <Tapered> look alike", "set `a: <b>`")
    hint = WarningRow("hint", "shape", "", "", 0.4, "the height tells classes", "natural")
    write_rows(study / "warnings.tsv", WarningRow, [warning, hint])
    write_rows(study / "views.tsv", ViewsRow, [ViewsRow("Tapered", 1200, 900, 0, 0.25, 7, 300, 0.314, 0.87, None)])
    write_rows(
        study / "shortcuts.tsv", ShortcutRow, [ShortcutRow("mode", 0.7, 0.6, 0.8, 0.5, "Tapered", "L", 1, 0.25, 0.7)]
    )
    done = run(study, more=["--inspection", *(study / f"{name}.tsv" for name in ("warnings", "views", "shortcuts"))])
    assert done.returncode == 0, done.stderr
    page = (study / "report.html").read_text()
    Reader(page)
    top = page.index("1 warning about the images: results may look better than they are.")
    assert page.index('id="answer"') < top < page.index('id="evidence"')
    assert page.index('id="evidence"') < page.index('id="noticed"') < page.index('id="dataset"')
    assert (
        "<strong>The images of &lt;Tapered&gt; look alike.</strong> What to do: set <code>a: &lt;b&gt;</code>." in page
    )
    assert "<li>The height tells classes: natural.</li>" in page
    cells = '<td class="number">0.31</td><td class="number">87%</td><td class="number">–</td>'
    assert f'{cells}<td class="number">25%</td><td class="number">1,200</td><td class="number">900</td>' in page
    assert "0.700 (0.600 to 0.800)</td><td>0.500</td><td>L: 100.0% of Tapered, 25.0% of others" in page


def test_without_a_warning_the_page_says_so(study):
    for name, kind in (("warnings", WarningRow), ("views", ViewsRow), ("shortcuts", ShortcutRow)):
        write_rows(study / f"{name}.tsv", kind, [])
    notes = ["--notes", "`specimens.table` t.tsv names 12 of 16 images", "<b>"]
    run(study, more=["--inspection", study / "warnings.tsv", study / "views.tsv", study / "shortcuts.tsv", *notes])
    page = (study / "report.html").read_text()
    assert "<li><code>specimens.table</code> t.tsv names 12 of 16 images.</li>\n<li>&lt;b&gt;.</li>" in page
    assert "No warning: no class looks like views" in page
    assert "warning about the images" not in page


def test_values_and_keys_in_what_columns_mean_stand_as_code(page):
    assert "or <code>all</code> for the mean" in page
    assert "`" not in page


def test_names_are_never_taken_for_html(page):
    assert "<b>" not in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert "<script>.png" not in page


def test_the_same_files_give_the_same_page(study, page):
    assert run(study, output="again.html").returncode == 0
    assert (study / "again.html").read_text() == page


def test_broken_settings_are_a_mistake(study):
    for settings in ("{", "[1]"):
        done = run(study, settings=settings)
        assert done.returncode == 2
        assert "--settings" in done.stderr
