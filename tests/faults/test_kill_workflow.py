"""Snakemake killed with SIGKILL, with its children and alone: the next run ends with the bits of an undisturbed one."""

import os
import random
import signal
import subprocess
import time

import pytest

from tests.project import ENVIRONMENT, Project, draw_classes, small_config

TARGET = "results/small/tables/verdict.tsv"  # all that is compared, and no figure
COMPARED = ("*.safetensors", "history.tsv", "predictions.tsv", "samples.png", "index.tsv", "shard-*.tar")


def config():
    made = small_config()
    made["generators"]["gan"] |= {"duration_unit": "epochs", "duration": 200, "precision": "fp32"}
    made["classifiers"]["cnn"] |= {"epochs": 20}
    return made


def content(project):
    results = project.results()
    return {
        str(path.relative_to(results)): path.read_bytes()
        for pattern in COMPARED
        for path in sorted(results.rglob(pattern))
        if ".store" not in path.parts  # a killed run may have kept a result of a training that was repeated
    }


def make(folder):
    draw_classes(folder / "images", 2, 8)
    return Project(folder, config())


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    project = make(tmp_path_factory.mktemp("undisturbed"))
    project.snakemake(TARGET)
    return content(project)


def trainers(project):
    """Processes of trainers that work in this project."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                words = file.read()
            if b"workflow/scripts/train_" in words and os.readlink(f"/proc/{name}/cwd") == str(project.folder):
                found.append(int(name))
        except OSError:
            continue
    return found


@pytest.mark.slow
@pytest.mark.parametrize("round_", range(10))
@pytest.mark.parametrize("with_children", [True, False], ids=["with its children", "alone"])
def test_killed_and_run_again(tmp_path, expected, with_children, round_):
    project = make(tmp_path)
    moments = random.Random(2 * round_ + with_children)
    for _ in range(3):
        running = subprocess.Popen(
            project.command(TARGET),
            cwd=project.folder,
            env=ENVIRONMENT,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 60
        while not trainers(project) and running.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(moments.uniform(1, 5))
        os.killpg(running.pid, signal.SIGKILL) if with_children else running.kill()
        running.wait()
        # Orphans save and stop by themselves; nobody writes when the next run starts.
        until = time.monotonic() + 60
        while trainers(project) and time.monotonic() < until:
            time.sleep(0.1)
        assert trainers(project) == []
        project.snakemake("--unlock")
    project.snakemake(TARGET)
    assert project.planned(TARGET) == {}
    assert content(project) == expected
