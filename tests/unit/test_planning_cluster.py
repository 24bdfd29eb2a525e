"""What a plan for a cluster says of limits: of trainings that would never end, of a profile that is replaced."""

from types import SimpleNamespace

import pytest

from augury.planning.checks import cluster
from tests.project import ROOT

TRAININGS = {("train_generator", "gan"): (16, 90 * 3600.0), ("train_classifier", "real", "cnn"): (5, 7200.0)}


def engine(on_cluster=True, stores=False, **limits):
    return SimpleNamespace(on_cluster=on_cluster, stores=stores, limit=limits.get)


def test_in_storage_a_training_longer_than_a_job_is_told():
    costs = SimpleNamespace(kinds=TRAININGS, source="a guess before the first training")
    [said] = cluster.storage_remarks(engine(stores=True, runtime=1440), costs)
    assert said.startswith("train_generator gan takes about 4 days (a guess before the first training) where a job")
    assert "24 h at most" in said
    assert "raise `runtime`" in said


@pytest.mark.parametrize(
    "somewhere",
    [
        engine(stores=True, runtime=6000),
        engine(stores=True),
        engine(runtime=1440),
        engine(on_cluster=False, stores=True, runtime=1440),
    ],
    ids=["long enough", "no limit", "state that is found again", "no jobs"],
)
def test_elsewhere_nothing_is_said_of_long_trainings(somewhere):
    costs = SimpleNamespace(kinds=TRAININGS, source="a guess")
    assert cluster.storage_remarks(somewhere, costs) == []


PROFILE = """
default-resources: [slurm_partition=cpu, slurm_account=us, "slurm_extra='--mail-type=FAIL'", mem_mb=2000]
resources: [runtime=1440, mem_mb=64000]
set-resources:
  train_generator: {gpu: 1, slurm_partition: gpu}
  train_classifier: {gpu: 1}
group-components: {images: 25, features: 10, drawn: 20, scores: 20, ensembles: 50, tests: 5}
"""


@pytest.fixture
def remarks(tmp_path, monkeypatch):
    """What is said of a command line with that profile; limits: those that Snakemake has in the end."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "profile.yaml").write_text(PROFILE)
    monkeypatch.chdir(tmp_path)

    def said(words, limits=(("runtime", 1440), ("mem_mb", 64000)), profile="--workflow-profile mine"):
        return cluster.cluster_remarks(engine(**dict(limits)), f"snakemake {profile} {words}".split())

    return said


def test_what_the_command_line_takes_from_a_profile_is_named(remarks):
    assert remarks("--jobs 5 --configfile study.yaml") == []
    [said] = remarks("--default-resources slurm_partition=long mem_mb=4000 --jobs 5")
    assert said == (
        "--default-resources on the command line replaces all that the profile says there, and slurm_account and "
        "slurm_extra are lost: no job asks for them; edit the profile instead"
    )
    [said] = remarks("--set-resources train_generator:gpu=2")
    assert "train_generator and train_classifier are lost: jobs of these rules ask for no GPUs" in said
    [said] = remarks("--set-resources=train_generator:gpu=2 train_generator:slurm_partition=b")
    assert "and train_generator and train_classifier are lost" in said  # with the sign of equality it takes one
    [said] = remarks("--group-components images=5 --jobs 5")
    assert "features, drawn, scores, ensembles and 1 more are lost: each piece of these groups is a submission" in said
    assert remarks("--default-res slurm_partition=a slurm_account=b slurm_extra=c mem_mb=1") == []


def test_a_limit_that_the_command_line_takes_is_named_once(remarks):
    [said] = remarks("--resources gpu=4", limits=())
    assert "and runtime and mem_mb are lost: jobs may ask for more than" in said
    [said] = remarks("--resources runtime=60", limits=[("runtime", 60)])
    assert "and mem_mb is lost" in said
    assert remarks("--resources runtime=60 mem_mb=1000 gpu=4") == []


def test_a_profile_without_limits_is_told_of_them(remarks):
    [said] = remarks("", limits=[("runtime", 60)])
    assert said.startswith("jobs have no most memory, and may ask")
    assert said.endswith("say `resources: [mem_mb=...]` in the profile")


def test_nothing_is_lost_without_a_profile_and_something_of_one_that_is_elsewhere(remarks):
    assert remarks("--set-resources train_generator:gpu=1", profile="--executor x") == []
    [said] = remarks("--set-resources train_generator:gpu=1", profile="--profile of-my-group")
    assert "and that is lost: jobs of these rules" in said


def test_the_shipped_profile_is_read(monkeypatch):
    monkeypatch.chdir(ROOT)
    words = ["snakemake", "--workflow-profile", "profiles/slurm", "--default-resources", "slurm_partition=long"]
    [said] = cluster.cluster_remarks(engine(runtime=1440, mem_mb=64000), words)
    assert "mem_mb and runtime are lost" in said


def test_a_target_may_follow_a_profile(tmp_path):
    profile, target = tmp_path / "slurm", tmp_path / "report.html"
    profile.mkdir()
    (profile / "config.yaml").write_text(
        "default-resources: [slurm_partition=long]\nresources: [runtime=60, mem_mb=9]\n"
    )
    target.write_text("<a href='x': [")
    words = ["--workflow-profile", str(profile), str(target), "--default-resources", "tmpdir=/x", "-n"]
    [said] = cluster.cluster_remarks(engine(runtime=60, mem_mb=9), words)
    assert "slurm_partition is lost" in said


def test_a_profile_that_cannot_be_read_is_snakemakes_to_tell(tmp_path):
    (tmp_path / "config.yaml").write_text("default-resources: [")
    words = ["--profile", str(tmp_path), "--default-resources", "tmpdir=/x"]
    assert len(cluster.cluster_remarks(engine(runtime=60, mem_mb=9), words)) == 1
