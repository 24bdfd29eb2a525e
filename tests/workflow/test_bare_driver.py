"""Where Snakemake starts and nothing else is: its own packages alone, and no git. Steps have environments of theirs."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conda.standin import make_conda
from tests.environments import link_environment
from tests.project import ROOT, Project, draw_classes, small_config


@pytest.fixture
def snakemake(tmp_path):
    """Run Snakemake for a small study by a Python that has it and what it needs."""
    folder = tmp_path / "project"
    draw_classes(folder / "images", 2, 8)
    Project(folder, small_config())
    pins = tmp_path / "driver.yaml"
    [pin] = re.findall("^snakemake==.*", (ROOT / "envs" / "requirements.txt").read_text(), re.M)
    pins.write_text(f"dependencies:\n  - pip:\n      - {pin}\n")
    python = Path(link_environment(tmp_path / "driver", pins))
    programs = make_conda(tmp_path / "conda")
    for name in ("bash", "sh"):
        (programs / name).symlink_to(shutil.which(name))
    environment = {"HOME": str(tmp_path), "PATH": f"{python.parent}:{programs}"}

    def call(*options):
        command = [str(python), "-m", "snakemake", "--cores", "1", *options, "--configfile", "study.yaml"]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        return done.stdout + done.stderr

    call.folder = folder
    return call


def test_a_study_is_planned_without_numpy_and_without_git(snakemake):
    said = snakemake("--dry-run")
    assert re.search(r"can see (a|no) gain", said)
    assert re.search(r"^rule train_generator:", said, re.M)


def test_its_steps_run_in_environments_of_their_own(snakemake):
    wanted = "results/small/splits/holdout.tsv"
    snakemake(wanted, "--sdm", "conda", "--conda-prefix", "environments")
    assert (snakemake.folder / wanted).exists()
