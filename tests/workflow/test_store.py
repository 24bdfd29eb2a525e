"""A setting that is changed and changed back, in a real study: nothing that was finished is trained a second time."""

import hashlib
import signal
import subprocess
import time

import pytest

from tests.project import Project, draw_classes, small_config

POOL = "results/small/holdout/synthetic/gan/random/seed0/c00/index.tsv"
CLASSIFIER = "results/small/holdout/classifiers/gan/cnn/seed0/classifier.safetensors"


def changed(**settings):
    config = small_config(arms={"real": {}, "gan": {"generator": "gan", "ratio": 1}})
    config["generators"]["gan"] |= {"duration": 4, "duration_unit": "epochs", "snapshots": [2]} | settings
    return config


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    draw_classes(folder / "images", 2, 6)
    made = Project(folder, changed())
    made.snakemake(POOL)
    return made


def finished(project):
    """The sha256 of every file of trainings and pools."""
    return {
        path.relative_to(project.folder): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (project.results() / "holdout").rglob("*.*")
        if path.is_file() and not path.name.startswith(".")
    }


def steps_that_log(project, text):
    """Logs of the steps that say so."""
    return sorted(
        path.relative_to(project.folder / "logs" / "small").parts[0]
        for path in (project.folder / "logs" / "small").rglob("*.log")
        if text in path.read_text()
    )


def test_a_mistyped_setting_that_was_stopped_loses_nothing(project):
    before = finished(project)
    project.write_config(changed(width=3))
    remark = "augury: 2 finished trainings will be replaced (1 generator, 1 pool; kept in the store)"
    alike = "augury: 2 finished trainings will be replaced (1 pool, 1 generator; kept in the store)"
    assert project.snakemake("--dry-run", POOL).stderr.splitlines()[-1] in (remark, alike)
    # Snakemake deletes the old files before a job begins, and notes that it has begun a moment later.
    run = subprocess.Popen(
        project.command(POOL), cwd=project.folder, env=project.environment, stderr=subprocess.PIPE, text=True
    )
    weights = project.results() / "holdout/generators/gan/seed0/c00/generator.safetensors"
    deadline = time.monotonic() + 120
    begun = project.folder / ".snakemake" / "incomplete"
    while (weights.exists() or not any(begun.rglob("*"))) and time.monotonic() < deadline:
        time.sleep(0.1)
    run.send_signal(signal.SIGINT)
    assert "2 finished trainings will be replaced" in run.communicate()[1]
    assert finished(project) != before

    project.write_config(changed())
    project.snakemake(POOL)
    assert finished(project) == before
    assert steps_that_log(project, "taken from results/small/.store") == ["synthesize_images", "train_generator"]
    assert project.planned(POOL) == {}


@pytest.mark.slow
def test_a_setting_that_was_tried_to_the_end_can_be_left_and_returned_to(project):
    project.snakemake(CLASSIFIER)
    first = finished(project)
    project.write_config(changed(width=3))
    project.snakemake(CLASSIFIER)
    second = finished(project)
    assert {path for path in first if path.suffix == ".safetensors" and first[path] == second.get(path)} == set()
    for config, files in ((changed(), first), (changed(width=3), second)):
        project.write_config(config)
        project.snakemake(CLASSIFIER)
        assert finished(project) == files
        assert len(steps_that_log(project, "taken from results/small/.store")) == 5
        assert project.planned(CLASSIFIER) == {}
