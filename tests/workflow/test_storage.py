"""Files in storage instead of a disk that all steps share, on this machine and on others that share nothing."""

import subprocess
from datetime import datetime, timedelta

import pytest

from tests.packages import install, installable, lacking
from tests.project import Project, draw_classes, draw_image, small_config, table

RSYNC = {"rsync": "rsync"}
pytestmark = pytest.mark.skipif(
    bool(lacking(RSYNC)) and not installable(),
    reason="storage on a disk is filled by rsync, which only root on Debian or Ubuntu can install",
)
STORED = ("--default-storage-provider", "fs", "--local-storage-prefix", "scratch")
SHARED = ("--shared-fs-usage", "persistence", "software-deployment", "sources", "source-cache")
# A node of a cluster that shares nothing: an empty folder, in which a job finds what it was sent.
SUBMIT = """#!/bin/sh
node=$(mktemp -d "$(dirname "$0")/nodes/XXXXXX")
cd "$node" || exit 1
(sh "$1" > job.log 2>&1; echo $? > rc) > /dev/null 2>&1 &
echo "$node"
"""
STATE = """#!/bin/sh
[ -e "$1/rc" ] || { echo running; exit; }
[ "$(cat "$1/rc")" = 0 ] && echo success || echo failed
"""


@pytest.fixture(scope="module", autouse=True)
def rsync():
    install(RSYNC)


@pytest.fixture
def project(tmp_path):
    """A study with a chosen pool and explanations, whose steps read each other's files in many ways."""
    folder = tmp_path / "project"
    draw_classes(folder / "images", 2, 8)
    selections = {"doubted": {"family": "uncertainty", "classifier": "cnn", "arm": "real"}}
    arms = {
        "real": {},
        "gan": {"generator": "gan", "ratio": 1},
        "chosen": {"generator": "gan", "ratio": 1, "selection": "doubted"},
    }
    return Project(folder, small_config(selections=selections, arms=arms, explain={"images": 2}))


def test_scratch_of_a_node_beside_a_shared_folder(project):
    """What lies where is as ever; jobs work on copies."""
    wanted = "results/small/splits/holdout.tsv"
    project.snakemake(wanted, *STORED, *SHARED)
    assert (project.folder / wanted).exists()
    assert (project.folder / "scratch").exists()
    assert "Nothing to be done" in project.snakemake(wanted, "--dry-run").stdout


def test_a_job_in_storage_does_not_go_back_to_the_queue_at_its_time_limit(project, tmp_path):
    """By stand-ins for SLURM's commands: what its training has saved would not be found again."""
    told, commands = tmp_path / "told.txt", tmp_path / "bin"
    end = datetime.now() + timedelta(minutes=2)
    commands.mkdir()
    for name, line in {"squeue": f"echo {end.isoformat(timespec='seconds')}", "scontrol": f"echo $@ >> {told}"}.items():
        (commands / name).write_text(f"#!/bin/sh\n{line}\n")
        (commands / name).chmod(0o755)
    # Soon after a training has begun its limit is near.
    path = project.folder / "workflow" / "scripts" / "augury" / "command" / "time_limit.py"
    text = path.read_text()
    assert "time.sleep(left - early)" in text
    path.write_text(text.replace("time.sleep(left - early)", "time.sleep(0.1)"))
    project.environment |= {"SLURM_JOB_ID": "77", "PATH": f"{commands}:{project.environment['PATH']}"}
    project.config["generators"]["gan"]["duration"] = 0.4
    project.write_config(project.config)
    wanted = "results/small/holdout/generators/gan/seed0/c00/generator.json"
    project.snakemake(wanted, *STORED, *SHARED)
    assert (project.folder / wanted).exists()
    assert not told.exists() or "requeue" not in told.read_text()
    log = (project.folder / "logs/small/train_generator/holdout/gan/seed0/c00.log").read_text()
    assert "SLURM job 77 nears its time limit, and this training is not over" in log


@pytest.mark.slow
def test_a_study_in_storage_has_the_same_tables(project, tmp_path):
    prefix = ("--default-storage-prefix", str(tmp_path / "store"), "--shared-fs-usage", "none")
    project.snakemake(*STORED, *prefix)
    stored = tmp_path / "store" / "results" / "small"
    assert (stored / "report.html").exists()
    # Beside what a plan notes for itself, nothing has been left on the disk.
    left = {path.relative_to(project.results()).as_posix() for path in project.results().rglob("*") if path.is_file()}
    assert left == {"study.json", "images/.hashes.tsv"}
    assert project.planned(*STORED, *prefix) == {}
    project.snakemake()
    for name in ("classification", "verdict", "generators"):
        assert table(stored / "tables" / f"{name}.tsv") == table(project.results() / "tables" / f"{name}.tsv")
    draw_image(project.folder / "images" / "c00" / "new.png", 900, 0)
    jobs = project.planned(*STORED, *prefix)
    assert (jobs["index_class"], len(jobs["train_generator"])) == (["class_=c00"], 1)


@pytest.mark.slow
def test_a_node_that_has_no_images_trains_on_them(project, tmp_path):
    (tmp_path / "nodes").mkdir()
    for name, text in (("submit", SUBMIT), ("state", STATE)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    (project.folder / ".gitignore").write_text("/images/\n/results/\n/.snakemake/\n__pycache__\n")
    for words in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *words], cwd=project.folder, check=True)
    nodes = ("--executor", "cluster-generic", "--cluster-generic-submit-cmd", str(tmp_path / "submit"))
    nodes += ("--cluster-generic-status-cmd", str(tmp_path / "state"), "--jobs", "2", "--job-deploy-sources")
    nodes += ("--seconds-between-status-checks", "1", "--shared-fs-usage", "none")
    wanted = "results/small/holdout/generators/gan/seed0/c00/generator.json"
    prefix = ("--default-storage-provider", "fs", "--default-storage-prefix", str(tmp_path / "store"))
    project.snakemake(wanted, *nodes, *prefix)
    assert (tmp_path / "store" / wanted).exists()
    places = list((tmp_path / "nodes").iterdir())
    assert len(places) == 2  # the split's and the training's; what reads images ran here
    assert not any((place / "images").exists() for place in places)


def test_copies_that_a_table_lists_are_refused(project):
    project.write_config(small_config(presplit_augmentation={"times": 2, "size_px": 16}))
    done = project.snakemake("--dry-run", *STORED, check=False)
    assert done.returncode == 2
    assert "`presplit_augmentation`" in done.stderr
