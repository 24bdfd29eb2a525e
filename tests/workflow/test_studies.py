"""The published studies, as they should be done and as they were, under config/smoke.yaml: in minutes to the report."""

import pytest

from tests.project import Project, table
from tests.studies import PROTOCOLS, put_images, read

SMOKE = "config/smoke.yaml"


def entries(config, section):
    """Names of a section that are not left out."""
    return {name for name, entry in config.get(section, {}).items() if entry is not False}


@pytest.mark.slow
@pytest.mark.parametrize("files", PROTOCOLS, ids=lambda files: files[-1].removeprefix("studies/"))
def test_a_published_study_runs_when_it_is_shrunk(files, tmp_path):
    files = [f"studies/{files[0]}", *files[1:]]
    config = read(*files)
    put_images(tmp_path, files[0].removeprefix("studies/"))
    project = Project(tmp_path, {})
    project.run_plain("--configfile", *(f"config/{name}.yaml" for name in files), SMOKE)
    tables = tmp_path / "results" / "smoke" / "tables"
    assert (tmp_path / "results" / "smoke" / "report.html").exists()
    if generators := entries(config, "generators"):
        assert {row["generator"] for row in table(tables / "generators.tsv")} == generators
    if arms := entries(config, "arms"):
        rows = [row for row in table(tables / "models.tsv") if row["part"] == "test"]
        assert {row["arm"] for row in rows} == arms
        assert {row["classifier"] for row in rows} <= entries(config, "classifiers") | entries(config, "ensembles")
        assert all(float(row["accuracy_low"]) <= float(row["accuracy"]) <= float(row["accuracy_high"]) for row in rows)
        assert bool(table(tables / "verdict.tsv")) == (len(arms) > 1)
    if files == ["studies/cifar10"]:  # all of whose networks start from scratch
        every = table(tables / "models.tsv")
        assert len(every) == 9 * 4
        assert {row["part"] for row in every} == {"test"}
        assert {row["architecture"] for row in every} == {"lenet5", "alexnet", "resnet18", "googlenet"}
    assert {row["holds"] for row in table(tables / "published.tsv")} <= {"not comparable: a smoke test", "not run"}
