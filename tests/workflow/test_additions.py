"""What CONTRIBUTING promises: a figure and a score are a folder each, and then they are planned, made and reported.

Words that change afterwards make the report anew and nothing else.
"""

import math
import re

import numpy as np
import pytest
import yaml

from augury.scores.features import training_features
from augury.store.shelf import NAME, Shelf
from tests.project import Project, draw_classes, small_config, table

EXTRACTORS = ["tf_efficientnet_lite0", "tf_efficientnet_lite1"]
SCORE = '''
"""How wide the synthetic images lie, beside the real ones."""

from augury.scores.declaration import Column, Score

SCORE = Score(
    order=35,
    columns=(
        Column(
            "spread",
            about="their distance from their mean, over that of real ones",
            mean=True,
            head="spread",
            better="more",
        ),
    ),
)
'''
COMPUTE = '''
"""The spread of features."""

import numpy as np

from augury.scores.sample import Cells, Sample


def compute(sample: Sample) -> Cells:
    """The ratio of two mean distances."""
    pair = sample.synthetic, sample.real.train
    synthetic, real = (np.linalg.norm(each - each.mean(axis=0), axis=1).mean() for each in pair)
    return {"spread": synthetic / real}
'''
FIGURE = '''
"""What this figure says of itself."""

from augury.figures.declaration import Figure, scored, table

FIGURE = Figure(
    order=125,
    title="How wide they lie",
    description="A bar for each generator and class",
    inputs={"generators": table("generators")},
    when=scored,
)
'''
DRAW = '''
"""Bars of spreads."""

import matplotlib.pyplot as plt

from augury.figures import theme
from augury.tables.generators import GeneratorRow
from augury.tables.table import read_rows


def draw(generators):
    """A bar for each generator and class."""
    rows = [row for path in generators for row in read_rows(path, GeneratorRow)]
    figure, axis = plt.subplots(figsize=(theme.WIDTH, 2))
    axis.bar([row.class_ for row in rows], [row.spread for row in rows])
    return figure
'''
CAPTION = "**What it is.** Spreads.\n\n**How to read it.** Higher is wider.\n\n**Caveats.** None.\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("additions")
    draw_classes(folder / "images", 2, 8)
    generators = {"copies": {"family": "copier", "size_px": 32, "channels": "rgb"}}
    config = small_config(extractor=EXTRACTORS, generators=generators, classifiers={}, arms={})
    made = Project(folder, config)
    library = folder / "workflow" / "scripts" / "augury"
    for package, files in (
        (library / "scores" / "spread", {"score.py": SCORE, "compute.py": COMPUTE}),
        (library / "figures" / "spread", {"figure.py": FIGURE, "draw.py": DRAW, "caption.rst": CAPTION}),
    ):
        package.mkdir()
        for name, text in {"__init__.py": "", **files}.items():
            (package / name).write_text(text.lstrip())
    made.snakemake()
    assert made.planned() == {}
    return made


def test_a_score_stands_in_the_tables(project):
    scores = table(project.results() / "tables" / "synthetic.tsv")
    assert list(scores[0]).index("spread") == list(scores[0]).index("coverage_high") + 1
    assert [row["extractor"] for row in scores] == 2 * EXTRACTORS
    expected = [spread(project.results(), row["class"], row["extractor"]) for row in scores]
    assert [float(row["spread"]) for row in scores] == pytest.approx(expected, rel=1e-6)
    means = table(project.results() / "tables" / "generators.tsv")
    assert [float(row["spread"]) for row in means] == pytest.approx(expected, rel=1e-6)  # of one training each


def test_another_network_or_one_less_trains_nothing_and_reads_no_image_twice(project):
    results = project.results()
    features = [*results.glob("packs/*/*.features-*.npy"), *results.glob("holdout/synthetic/**/features-*.npz")]
    assert len(features) == 2 * 2 * len(EXTRACTORS)
    kept = [entry.about["kind"] for entry in Shelf(results / NAME, 0).entries()]
    assert kept.count("features") == len(features)
    follows = {"score_synthetic", "tabulate_results", "plot_results", "build_report"}
    config = yaml.safe_load((project.folder / "study.yaml").read_text())
    project.write_config(config | {"extractor": EXTRACTORS[0]})
    assert set(project.planned()) == follows
    project.write_config(config | {"extractor": [*EXTRACTORS, "tf_efficientnet_lite2"]})
    planned = project.planned()
    assert set(planned) == follows | {"extract_features", "draw_features"}
    assert {rule: len(planned[rule]) for rule in ("extract_features", "draw_features")} == {
        "extract_features": 2,
        "draw_features": 2,
    }
    project.write_config(config)
    assert project.planned() == {}


def spread(results, class_, extractor):
    pack = results / "packs" / "32px-rgb" / class_
    real = training_features(
        pack.with_name(f"{class_}.features-{extractor}.npy"), pack.with_suffix(".tsv"),
        results / "splits" / "holdout" / f"{class_}.tsv",
    )  # fmt: skip
    drawn = results / "holdout" / "synthetic" / "copies" / "random" / "seed0" / class_ / f"features-{extractor}.npz"
    sets = (np.load(drawn)["end"], real.values)
    synthetic, training = (np.mean([math.dist(row, rows.mean(axis=0)) for row in rows]) for rows in sets)
    return synthetic / training


def test_a_figure_is_drawn_and_both_are_reported(project):
    assert b"<svg" in (project.results() / "figures" / "spread.svg").read_bytes()
    page = (project.results() / "report.html").read_text(encoding="utf-8")
    assert '<h3 id="title-spread">How wide they lie</h3>' in page
    assert 'alt="A bar for each generator and class"' in page
    assert "Spreads.</p>" in page
    assert ">spread</th>" in page
    assert re.search(r"More is better: [^.]*coverage, spread", page)
    assert "<dt><code>spread</code></dt><dd>their distance from their mean" in page


@pytest.mark.parametrize(
    "name, old, new",
    [
        ("figures/spread/figure.py", "How wide they lie", "Their spread"),
        ("figures/spread/caption.rst", "Higher is wider.", "Above 1 they are too wide."),
        ("scores/spread/score.py", 'head="spread"', 'head="width"'),
        ("scores/spread/score.py", "over that of real ones", "over that of training images"),
        ("tables/runtime.py", "Runtime and resources", "Run times"),
        ("tables/runtime.py", "weights of the networks that were trained", "trained weights"),
        ("tables/synthetic.rst", "smaller is nearer", "less is nearer"),
    ],
)
def test_other_words_make_the_report_anew_and_nothing_else(project, name, old, new):
    path = project.folder / "workflow" / "scripts" / "augury" / name
    before = path.read_text(encoding="utf-8")
    assert before.count(old) == 1
    path.write_text(before.replace(old, new), encoding="utf-8")
    assert project.planned() == {"build_report": [""]}
    path.write_text(before, encoding="utf-8")


@pytest.mark.parametrize(
    "name, old, new, stale",
    [
        ("figures/spread/draw.py", "theme.WIDTH, 2)", "theme.WIDTH, 3)", {"plot_results", "build_report"}),
        ("scores/spread/compute.py", "real}", "real + 1}", {"score_synthetic", "tabulate_results"}),
    ],
)
def test_another_drawing_or_computation_is_carried_out(project, name, old, new, stale):
    path = project.folder / "workflow" / "scripts" / "augury" / name
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace(old, new), encoding="utf-8")
    planned = project.planned()
    path.write_text(before, encoding="utf-8")
    assert set(planned) >= stale
    assert "draw_features" not in planned
    if "plot_results" in stale:
        assert planned == {"plot_results": [""], "build_report": [""]}
