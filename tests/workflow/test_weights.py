"""Pretrained weights in whole runs: left out, fetched from a hub on this machine, exchanged."""

import shutil

import pytest
import yaml

from tests import hub
from tests.project import Project, draw_classes, small_config, table

pytestmark = pytest.mark.slow

NET = {"architecture": hub.ARCHITECTURE, "size_px": 32, "epochs": 1, "warmup_frozen_epochs": 0, "batch": 8}
TRAINING = "split=holdout, arm=real, classifier=net, seed=0"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A study with a network of its own and one whose weights are missing, run as far as that goes."""
    folder = tmp_path_factory.mktemp("weights")
    draw_classes(folder / "images", 2, 8)
    config = small_config(generators={}, arms={"real": {}}, ensembles={"both": {}}, missing_weights="skip")
    made = Project(folder, config | {"classifiers": config["classifiers"] | {"net": NET}})
    made.environment |= hub.environment(folder)
    made.snakemake()
    return made


def configure(project, word):
    config = yaml.safe_load((project.folder / "study.yaml").read_text())
    project.write_config(config | {"missing_weights": word})


def test_skipped_then_fetched_then_exchanged(project, tmp_path):
    """One story, in this order: each step begins where the last one ended."""
    assert project.planned() == {}
    cells = table(project.results() / "tables" / "classification.tsv")
    assert {row["accuracy"] for row in cells if row["classifier"] in ("net", "both")} == {"not run: weights missing"}
    page = (project.results() / "report.html").read_text()
    assert "Not run: both and net were left out" in page
    assert "<td>not run: weights missing</td>" in page

    configure(project, "stop")
    refused = project.snakemake("--dry-run", check=False)
    assert refused.returncode == 2
    assert "`classifiers.net.pretrained`: no weights of test_resnet are on this machine" in refused.stderr

    configure(project, "fetch")
    planned = project.planned()
    assert planned["fetch_weights"] == ["architecture=test_resnet"]
    assert planned["train_classifier"] == [TRAINING]
    alone = project.snakemake(check=False)  # nobody answers
    assert alone.returncode == 1
    assert "its hub cannot be reached" in alone.stdout + alone.stderr
    served = tmp_path / "timm" / "test_resnet.r160_in1k" / "model.safetensors"
    hub.save_random(served)
    with hub.serve(tmp_path) as endpoint:
        project.environment |= hub.environment(project.folder, endpoint)
        project.snakemake()
    project.environment |= hub.environment(project.folder)
    cells = table(project.results() / "tables" / "classification.tsv")
    assert {row["classifier"] for row in cells} == {"cnn", "net", "both"}
    assert not any("not run" in cell for row in cells for cell in row.values())
    assert "fetched from timm/test_resnet.r160_in1k" in (project.results() / "report.html").read_text()
    assert project.planned() == {}

    weights = project.folder / "resources" / "weights" / "test_resnet.safetensors"
    weights.touch()
    for word in ("stop", "skip", "fetch"):
        configure(project, word)
        assert project.planned().keys() <= {"build_report"}  # the page shows the settings

    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)  # no longer what was fetched: the user's own, which no rule makes anew
    planned = project.planned()
    assert planned["train_classifier"] == [TRAINING]
    assert "fetch_weights" not in planned
    shutil.rmtree(weights.parent)
    assert project.planned() == {}  # what is trained needs its weights no more
