"""A real SLURM: bundled submissions, GPUs, preemption, time limits, memory, copies, the bits of a local run."""

import contextlib
import re
import subprocess
import time

import pytest
import yaml

from tests.packages import install, installable
from tests.project import Project, draw_classes, small_config, table
from tests.slurm.cluster import PACKAGES, Cluster
from tests.studies import put_images

COMPARED = ("*.safetensors", "history.tsv", "predictions.tsv", "samples.png", "index.tsv", "shard-*.tar", "verdict.tsv")
SECONDS = 1800
SUBMISSIONS = 11  # of 50 steps on nodes in ten, and the second try

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not installable(), reason="needs root on Debian or Ubuntu"),
]


PRINTED = "table\trow\tcolumn\tvalue\tmeasure\tarm\tclassifier\nTable 1\tgan\tAccuracy\t98.58%\taccuracy\tgan\tcnn\n"


def config(**changes):
    made = small_config(**changes)
    made["generators"]["gan"] |= {"duration_unit": "epochs", "duration": 1200, "precision": "fp32"}
    made["classifiers"]["cnn"] |= {"precision": "fp32"}
    return made


def whole_config():
    """With what studies have beside the plainest: a publication, a learning curve, a selection, an ensemble."""
    made = config(
        seeds=[0, 1],
        published={"table": "printed.tsv"},
        learning_curve=[0.5],
        ensembles={"seeds": {"over_seeds": True}},
    )
    made["arms"]["doubted"] = {"generator": "gan", "ratio": 1, "selection": "uncertainty"}
    return made


def content(project):
    results = project.results()
    found = {path for pattern in COMPARED for path in results.rglob(pattern) if ".store" not in path.parts}
    return {str(path.relative_to(results)): path.read_bytes() for path in sorted(found)}


def make(folder, made):
    draw_classes(folder / "images", 2, 8)
    (folder / "printed.tsv").write_text(PRINTED)
    return Project(folder, made)


def jobs_of(cluster, rule):
    """The jobs that were submitted for a rule; the plugin writes its name into their comments."""
    return [job for job in cluster.jobs() if job.get("Comment", "").startswith(f"rule_{rule}")]


def resumed(project, job):
    """Whether a training goes on from its state at this moment."""
    log = project.folder / f"logs/small/train_generator/holdout/gan/seed0/{job['Comment'].rpartition('_')[2]}.log"
    said = log.read_text() if log.exists() else ""
    return job["JobState"] == "RUNNING" and "resuming at step" in said and "saved at step" not in said


def megabytes(text):
    """Of what scontrol says, such as 512M or 1G."""
    return int(text[:-1]) * {"M": 1, "G": 1024}[text[-1]]


def wait_for(ready, what):
    until = time.monotonic() + SECONDS
    while not (found := ready()):
        assert time.monotonic() < until, f"{what}: waited for {SECONDS} s"
        time.sleep(0.5)
    return found


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    install(PACKAGES)
    with Cluster(tmp_path_factory.mktemp("cluster") / "slurm") as running:
        yield running


def on_cluster(project, cluster, **changes):
    """Have a project speak to a cluster. changes: what a user writes into the profile."""
    project.environment |= cluster.environment | {"PATH": f"{cluster.folder}/bin:{project.environment['PATH']}"}
    path = project.folder / "profiles" / "slurm" / "profile.yaml"
    profile = yaml.safe_load(path.read_text())
    profile["set-resources"] |= changes.pop("resources_of", {})
    profile |= {"slurm-init-seconds-before-status-checks": 3} | changes
    path.write_text(yaml.safe_dump(profile))


def edit(project, module, old, new):
    """Change a line of a project's own copy of the library."""
    path = project.folder / "workflow" / "scripts" / "augury" / module
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@contextlib.contextmanager
def snakemake(project, output, *options, files=("study.yaml",)):
    """Snakemake at work on a cluster, until the block ends. files: of its config."""
    command = [*project.command()[:3], *options, "--workflow-profile", "profiles/slurm"]
    with output.open("w") as stream:
        running = subprocess.Popen(
            [*command, "--slurm-status-command", "squeue", "--configfile", *files],
            cwd=project.folder,
            env=project.environment,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    try:
        yield running
        assert running.wait(SECONDS) == 0, output.read_text()[-6000:]
    finally:
        running.kill()
        running.wait()


def test_a_study_on_a_cluster_survives_preemption_and_ends_like_a_local_one(tmp_path, cluster):
    there = make(tmp_path / "there", whole_config())
    # What a user adds to the profile: one rule on a cluster that counts GPUs, another on one that knows gres.
    gpus = {"train_generator": {"gpu": 1}, "train_classifier": {"gpu": 0, "gres": "'gpu:1'"}}
    on_cluster(there, cluster, resources_of=gpus)
    # Limits on the command line stand in for the profile's, and take no bundle apart.
    with snakemake(there, tmp_path / "snakemake.out", "--resources", "gpu=4"):
        trainings = there.results() / "holdout" / "generators"
        wait_for(lambda: list(trainings.rglob("*.state*")), "a training with a state to go on from")
        # Everything of lower priority has to make room, and is queued again.
        urgent = ["--partition=urgent", "--cpus-per-task=2", "--mem=1000", f"--output={tmp_path}/urgent.out"]
        cluster.call("sbatch", *urgent, "--wrap=sleep 5")
        wait_for(lambda: any(job["Restarts"] != "0" for job in jobs_of(cluster, "train_generator")), "a preemption")
        # A training that is asked to stop saves, fails, and is sent again.
        stopped = wait_for(lambda: [job for job in jobs_of(cluster, "train_generator") if resumed(there, job)], "one")
        stopped = stopped[0]["JobId"]
        cluster.call("scancel", "--signal=TERM", stopped)
    trained = jobs_of(cluster, "train_generator")
    assert len(trained) == 3  # two classes, and the one that was stopped and sent again
    assert {job["JobId"]: job["JobState"] for job in trained}[stopped] == "FAILED"
    assert all(job["TresPerJob"] == "gres:gpu:1" for job in trained)
    assert all(job["TresPerNode"] == "gres:gpu:1" for job in jobs_of(cluster, "train_classifier"))
    # A second try among them; members of a bundle take turns, so that each submission asks for one CPU.
    submitted = [job for job in cluster.jobs() if "Comment" in job]
    assert {job["NumCPUs"] for job in submitted} == {"1"}
    assert len(submitted) == SUBMISSIONS, [job["Comment"] for job in submitted]
    assert (there.results() / "tables" / "published.tsv").exists()
    here = make(tmp_path / "here", whole_config())
    here.snakemake()
    assert content(there) == content(here)
    assert there.planned() == {}


def test_a_published_study_ends_on_a_cluster(tmp_path, cluster):
    """That of sperm heads at smoke size: every step on a node, fewer than a third of them submissions of their own."""
    put_images(tmp_path, "hushem")
    there = Project(tmp_path, {})
    on_cluster(there, cluster)
    before = {job["JobId"] for job in cluster.jobs()}
    files = ("config/studies/hushem.yaml", "config/smoke.yaml")
    with snakemake(there, tmp_path / "snakemake.out", files=files):
        pass
    submitted = [job for job in cluster.jobs() if "Comment" in job and job["JobId"] not in before]
    assert {job["JobState"] for job in submitted} == {"COMPLETED"}
    steps = int(re.findall(r"^total +(\d+)$", (tmp_path / "snakemake.out").read_text(), re.M)[0])
    assert (steps, len(submitted)) == (104, 29), [job["Comment"] for job in submitted]  # `all` is among the steps
    results = tmp_path / "results" / "smoke"
    assert (results / "report.html").exists()
    assert len({row["arm"] for row in table(results / "tables" / "verdict.tsv")}) == 9  # beside the baseline


def test_a_training_is_carried_over_ten_time_limits(tmp_path, cluster):
    """Of a minute each, of which half of what is left is trained: 750 steps of half a second or more."""
    made = config()
    made["generators"]["gan"] |= {"duration": 300, "class_conditional": True}
    there, here = make(tmp_path / "there", made), make(tmp_path / "here", made)
    on_cluster(there, cluster, resources=["runtime=1", "mem_mb=8000"])
    edit(
        there, "command/time_limit.py", "SHORTEST, LONGEST, PARTS = 20, 300, 20", "SHORTEST, LONGEST, PARTS = 1, 30, 2"
    )
    edit(
        there, "training/loop.py", "            give_back()\n", "            give_back()\n            time.sleep(0.5)\n"
    )
    folder = "results/small/holdout/generators/gan/seed0/all"
    before = {job["JobId"] for job in cluster.jobs()}
    with snakemake(there, tmp_path / "snakemake.out", f"{folder}/generator.json", "--retries", "0"):
        pass
    [job] = [job for job in jobs_of(cluster, "train_generator") if job["JobId"] not in before]
    assert job["JobState"] == "COMPLETED"
    assert job["TimeLimit"] == "00:01:00"
    assert int(job["Restarts"]) >= 10
    here.snakemake(f"{folder}/generator.json")
    weights = [project.folder / folder / "generator.safetensors" for project in (there, here)]
    assert weights[0].read_bytes() == weights[1].read_bytes()


def test_memory_is_doubled_where_it_was_too_little(tmp_path, cluster):
    there = make(tmp_path / "there", config())
    on_cluster(there, cluster)
    edit(there, "planning/forecast/resources.py", "NETWORKS_MB = 3000", "NETWORKS_MB = 250")
    before = {job["JobId"] for job in cluster.jobs()}
    target = "results/small/holdout/generators/gan/seed0/c00/generator.json"
    with snakemake(there, tmp_path / "snakemake.out", target):
        pass
    tries = [job for job in jobs_of(cluster, "train_generator") if job["JobId"] not in before]
    # Without an accounting database, SLURM says of a job whose step it killed for memory that it failed.
    assert {job["JobState"] for job in tries[:-1]} <= {"OUT_OF_MEMORY", "FAILED"}
    assert tries[-1]["JobState"] == "COMPLETED"
    asked = [megabytes(job["MinMemoryNode"]) for job in tries]
    assert len(asked) > 1
    assert asked == [asked[0] * 2**number for number in range(len(asked))]


def test_jobs_work_on_copies_on_a_nodes_own_disk_and_leave_the_bits_of_a_local_run(tmp_path, cluster):
    """As docs/running.md has it, below TMPDIR; a state that would be lost sends no job back to the queue."""
    install({"rsync": "rsync"})
    made = config()
    made["generators"]["gan"] |= {"duration": 100, "class_conditional": True}
    there, here = make(tmp_path / "there", made), make(tmp_path / "here", made)
    on_cluster(there, cluster)
    node = tmp_path / "node"
    node.mkdir()
    there.environment["TMPDIR"] = str(node)
    # Soon after a training has begun its limit is near.
    edit(there, "command/time_limit.py", "time.sleep(left - early)", "time.sleep(0.1)")
    before = {job["JobId"] for job in cluster.jobs()}
    folder = "results/small/holdout/generators/gan/seed0/all"
    stored = ("--default-storage-provider", "fs", "--remote-job-local-storage-prefix", "$TMPDIR/augury")
    shared = ("--shared-fs-usage", "persistence", "software-deployment", "sources", "source-cache")
    with snakemake(there, tmp_path / "snakemake.out", f"{folder}/generator.json", *stored, *shared, "--retries", "0"):
        pass
    [job] = [job for job in jobs_of(cluster, "train_generator") if job["JobId"] not in before]
    assert (job["JobState"], job["Restarts"]) == ("COMPLETED", "0")
    log = (there.folder / "logs/small/train_generator/holdout/gan/seed0/all.log").read_text()
    assert f"SLURM job {job['JobId']} nears its time limit, and this training is not over" in log
    assert (node / "augury").exists()
    here.snakemake(f"{folder}/generator.json")
    weights = [project.folder / folder / "generator.safetensors" for project in (there, here)]
    assert weights[0].read_bytes() == weights[1].read_bytes()
    assert there.planned(f"{folder}/generator.json") == {}


def test_processes_share_a_training_on_one_node_and_on_two(tmp_path):
    """A StyleGAN2 by two processes of a node and a diffusion model by one on each of two nodes, over a time limit."""
    small = {"size_px": 16, "gpus": 2, "device": "cpu", "class_conditional": True, "batch": 8, "precision": "fp32"}
    small |= {"duration_unit": "epochs", "duration": 100}
    style = {"latent_dim": 6, "style_dim": 6, "channel_base": 64, "channel_max": 8, "ada": {"pipeline": "bgc"}}
    made = config()
    made["generators"] = {"gan": {"family": "stylegan2"} | style | small, "edm": {"family": "diffusion"} | small}
    there, here = make(tmp_path / "there", made), make(tmp_path / "here", made)
    edit(
        there, "command/time_limit.py", "SHORTEST, LONGEST, PARTS = 20, 300, 20", "SHORTEST, LONGEST, PARTS = 1, 30, 2"
    )
    edit(there, "training/loop.py", "            give_back()\n", "            give_back()\n            time.sleep(1)\n")
    files = [f"results/small/holdout/generators/{name}/seed0/all/generator.json" for name in ("gan", "edm")]
    with Cluster(tmp_path / "slurm", nodes=2) as cluster:
        apart = {"nodes": 2, "gres": "'gpu:1'", "cpus_per_task": 1}
        of_rules = {"train_generator": {"gpu": "threads"}, "train_generator_alone": apart}
        on_cluster(there, cluster, resources_of=of_rules, resources=["runtime=2", "mem_mb=8000"])
        with snakemake(there, tmp_path / "snakemake.out", *files, "--retries", "0"):
            pass
        [both] = jobs_of(cluster, "train_generator_alone")
        [alone] = [job for job in jobs_of(cluster, "train_generator") if job["JobId"] != both["JobId"]]
    assert (alone["NumNodes"], alone["NumCPUs"], alone["TresPerJob"]) == ("1", "2", "gres:gpu:2")
    assert (both["NumNodes"], both["TresPerNode"]) == ("2", "gres:gpu:1")
    for job in (alone, both):
        assert job["JobState"] == "COMPLETED"
        assert int(job["Restarts"]) >= 1
    here.snakemake(*files)
    for path in files:
        weights = [(project.folder / path).with_name("generator.safetensors") for project in (there, here)]
        assert weights[0].read_bytes() == weights[1].read_bytes()
