"""The demo as a user runs it: real photographs, fetched from the package index, through to the report."""

import json

import pytest

from tests.project import Project, small_config, table

pytestmark = pytest.mark.slow


def test_the_demo_runs_to_its_report(tmp_path):
    project = Project(tmp_path, small_config())
    project.run_plain()
    results = tmp_path / "results" / "demo"
    assert (results / "report.html").stat().st_size > 500_000
    assert len(table(results / "images" / "manifest.tsv")) == 105
    assert table(results / "images" / "quarantine.tsv") == []
    rows = [row for row in table(results / "tables" / "classification.tsv") if row["seed"] == "all"]
    means = {(row["arm"], row["classifier"]): float(row["accuracy"]) for row in rows if row["part"] == "test"}
    assert set(means) == {(arm, name) for arm in ("real", "classical", "diffusion") for name in ("cnn", "probe")}
    assert min(means.values()) > 0.4  # six classes: chance is about 0.2
    weights = json.loads(next(results.glob("fold1/classifiers/real/probe/seed0/classifier.json")).read_text())
    assert weights["pretrained"]["sha256"].startswith("579344248a93e23026e6b78f1f6faf0b")
    # The images were not there when the first plan was made; the second must agree with it.
    assert "Nothing to be done" in project.run_plain("--dry-run").stdout
