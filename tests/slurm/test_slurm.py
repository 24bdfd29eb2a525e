"""A small study through a real SLURM: bundled submissions, GPUs, preemption, and the bits of a local run."""

import os
import shutil
import subprocess
import time

import pytest
import yaml

from tests.project import Project, draw_classes, small_config
from tests.slurm.cluster import Cluster, install, lacking

COMPARED = ("*.safetensors", "history.tsv", "predictions.tsv", "samples.png", "index.tsv", "shard-*.tar", "verdict.tsv")
SECONDS = 900

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("apt-get"), reason="needs root on Debian or Ubuntu"),
]


def config():
    made = small_config()
    made["generators"]["gan"] |= {"duration_unit": "epochs", "duration": 1200, "precision": "fp32"}
    made["classifiers"]["cnn"] |= {"precision": "fp32"}
    return made


def content(project):
    results = project.results()
    found = {path for pattern in COMPARED for path in results.rglob(pattern) if ".store" not in path.parts}
    return {str(path.relative_to(results)): path.read_bytes() for path in sorted(found)}


def make(folder):
    draw_classes(folder / "images", 2, 8)
    return Project(folder, config())


def jobs_of(cluster, rule):
    """The jobs that were submitted for a rule; the plugin writes its name into their comments."""
    return [job for job in cluster.jobs() if job.get("Comment", "").startswith(f"rule_{rule}")]


def wait_for(ready, what):
    until = time.monotonic() + SECONDS
    while not (found := ready()):
        assert time.monotonic() < until, f"{what}: waited for {SECONDS} s"
        time.sleep(0.5)
    return found


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    install()
    assert not lacking()
    with Cluster(tmp_path_factory.mktemp("cluster") / "slurm") as running:
        yield running


def with_gpus(project):
    """What a user adds to the profile: the one rule on a cluster that counts GPUs, the other on one that knows gres."""
    path = project.folder / "profiles" / "slurm" / "profile.yaml"
    profile = yaml.safe_load(path.read_text())
    profile["set-resources"] |= {"train_generator": {"gpu": 1}, "train_classifier": {"gpu": 0, "gres": "'gpu:1'"}}
    profile["slurm-init-seconds-before-status-checks"] = 3
    path.write_text(yaml.safe_dump(profile))


def test_a_study_on_a_cluster_survives_preemption_and_ends_like_a_local_one(tmp_path, cluster):
    there = make(tmp_path / "there")
    with_gpus(there)
    there.environment |= cluster.environment | {"PATH": f"{cluster.folder}/bin:{there.environment['PATH']}"}
    command = [*there.command()[:3], "--workflow-profile", "profiles/slurm", "--slurm-status-command", "squeue"]
    with (tmp_path / "snakemake.out").open("w") as output:
        running = subprocess.Popen(
            [*command, "--configfile", "study.yaml"],
            cwd=there.folder,
            env=there.environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        trainings = there.results() / "holdout" / "generators"
        wait_for(lambda: list(trainings.rglob("*.state*")), "a training with a state to go on from")
        # Everything of lower priority has to make room, and is queued again.
        urgent = ["--partition=urgent", "--cpus-per-task=2", "--mem=1000", f"--output={tmp_path}/urgent.out"]
        cluster.call("sbatch", *urgent, "--wrap=sleep 5")
        wait_for(lambda: any(job["Restarts"] != "0" for job in jobs_of(cluster, "train_generator")), "a preemption")
        # A training that is asked to stop saves, fails, and is sent again.
        stopped = wait_for(
            lambda: [job for job in jobs_of(cluster, "train_generator") if job["JobState"] == "RUNNING"], "a restart"
        )[0]["JobId"]
        wait_for(lambda: list(trainings.rglob("*.state*")), "its state")
        time.sleep(8)
        cluster.call("scancel", "--signal=TERM", stopped)
        assert running.wait(SECONDS) == 0, (tmp_path / "snakemake.out").read_text()[-6000:]
    finally:
        running.kill()
        running.wait()
    trained = jobs_of(cluster, "train_generator")
    assert len(trained) == 3  # two classes, and the one that was stopped and sent again
    assert {job["JobId"]: job["JobState"] for job in trained}[stopped] == "FAILED"
    assert all(job["TresPerJob"] == "gres:gpu:1" for job in trained)
    assert all(job["TresPerNode"] == "gres:gpu:1" for job in jobs_of(cluster, "train_classifier"))
    # 30 steps and a second try in ten submissions: the classes' images in one, the tables and all figures in another.
    submitted = [job["Comment"] for job in cluster.jobs() if "Comment" in job]
    assert len(submitted) == 10, submitted
    here = make(tmp_path / "here")
    here.snakemake()
    assert content(there) == content(here)
    assert there.planned() == {}
