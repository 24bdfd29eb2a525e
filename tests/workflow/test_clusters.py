"""Plans for clusters: bundles of jobs that no study ties into a knot, and commands that a shell takes."""

import re

import pytest
import yaml

from augury.planning.forecast.bundles import CLASSIFIERS, LATER, POOLS
from tests.project import ROOT, Project, draw_classes, small_config
from tests.studies import PROTOCOLS, draw_place

LOCAL = {"all", "fetch_weights", "fetch_demo_images"}
ALONE = {"train_generator", "train_generator_alone", "select_latents", "train_classifier"}  # long in some study
PROFILE = yaml.safe_load((ROOT / "profiles" / "slurm" / "profile.yaml").read_text())
LONGEST = 131_072  # bytes that Linux takes as one word, as the command of `bash -c` is


def test_no_command_outgrows_the_shell(tmp_path):
    draw_classes(tmp_path / "images", 2, 4)
    arms = {"real": {}, "twice": {"real": 2}}
    # A long name does what thousands of runs would do.
    config = small_config(dataset="x" * 120, seeds=list(range(200)), generators={}, arms=arms)
    project = Project(tmp_path, config)
    lines = project.snakemake("--dry-run", "--printshellcmds").stdout.splitlines()
    head = "Shell command: "
    commands = [line.removeprefix(head) for line in lines if line.startswith(head)]
    assert len([command for command in commands if "train_classifier.py" in command]) == 400
    assert max(len(command.encode()) for command in commands) < LONGEST
    for rule in ("tabulate_results", "judge_arms", "build_report"):
        (command,) = (command for command in commands if f"/{rule}.py" in command)
        assert re.search(r"--words-from \.snakemake/augury/\w+\.json", command)


def test_what_the_profile_names_is_there():
    text = "".join(path.read_text() for path in (ROOT / "workflow" / "rules").glob("*.smk"))
    assert set(PROFILE["set-resources"]) == gpu_rules(text)
    named = set(re.findall(r"^    group:\n        .*?\"(.+)\"", text, re.M)) | {POOLS, CLASSIFIERS, LATER}
    assert named - set(PROFILE["group-components"]) == {"report"}  # one piece by itself
    assert set(PROFILE["group-components"]) <= named
    # Members of a group take turns.
    rules = re.findall(r"^rule (\w+):\n(.*?)(?=^rule |^use rule |\Z)", text, re.M | re.S)
    assert {name for name, body in rules if "    group:\n" in body} == {
        name for name, body in rules if "        turn=1,\n" in body
    }


def gpu_rules(text):
    """Rules whose jobs may take a GPU; one that takes over another's resources does as that does."""
    found = set()
    rules = re.findall(r"^(?:use rule (\w+) as|rule) (\w+).*?:(.*?)(?=^(?:use )?rule |\Z)", text, re.M | re.S)
    for _ in range(2):  # a rule may stand before the one that it takes over
        for base, name, body in rules:
            if "        gpu=" in body or (base in found and "    resources:\n" not in body):
                found.add(name)
    return found


def test_no_job_asks_for_more_memory_than_the_profile_has(tmp_path):
    """32 processes would take 100 GB by the guess."""
    draw_classes(tmp_path / "images", 2, 8)
    many = {"family": "diffusion", "size_px": 16, "batch": 32, "gpus": 32, "device": "cpu", "duration": 0.02}
    project = Project(tmp_path, small_config(generators={"gan": many}))
    wanted = "results/small/holdout/generators/gan/seed0/c00/generator.json"
    done = project.snakemake(wanted, "--dry-run", "--workflow-profile", "profiles/slurm")
    [job] = re.findall(r"^rule train_generator_alone:.*?^    resources: (.*?)$", done.stdout, re.M | re.S)
    assert "mem_mb=64000, " in job
    assert "mem_mb=64000" in PROFILE["resources"]


def test_bundles_are_no_knots_where_pools_hang_on_classifiers_and_on_scores(tmp_path):
    """Pools that wait for a classifier, or for the scores of other drawings, in one study with those that do not."""
    draw_classes(tmp_path / "images", 3, 10)
    generators = small_config()["generators"]
    generators["gan"] |= {"duration_unit": "epochs", "duration": 4, "snapshots": [2]}
    selections = {"doubted": {"family": "uncertainty", "classifier": "cnn", "arm": "real"}}
    arms = {
        "real": {},
        "gan": {"generator": "gan", "ratio": 1},
        "best": {"generator": "gan", "ratio": 1, "snapshot": "best"},
        "chosen": {"generator": "gan", "ratio": 1, "selection": "doubted"},
    }
    config = small_config(generators=generators, selections=selections, arms=arms, extractor="tf_efficientnet_lite0")
    project = Project(tmp_path, config)
    # Maps on the command line stand in for the profile's, and take no bundle apart.
    lost = ["--set-resources", "train_generator:mem_mb=4000", "--resources", "gpu=4"]
    done = project.snakemake("--workflow-profile", "profiles/slurm", *lost, "--dry-run")
    assert "augury: --set-resources on the command line replaces all" in done.stderr
    assert "augury: --resources on the command line replaces all" in done.stderr
    assert "runtime and mem_mb are lost" in done.stderr
    groups = re.findall(r"Group job (\S+) \(jobs", done.stdout)
    assert sorted(set(groups)) == [
        "classifiers",
        "classifiers-of-chosen-images",
        "drawn",
        "features",
        "images",
        "inspection",
        "pools-holdout-gan-doubted",
        "pools-holdout-gan-random",
        "pools-holdout-gan@best-random",
        "report",
        "scores",
    ]
    assert len(groups) == 11  # the classes together, each time
    assert sorted(set(re.findall(r"^(?:local)?rule (\w+):", done.stdout, re.M))) == ["all", "train_generator"]


def test_what_is_handed_over_ties_no_knot(tmp_path):
    """It hangs on the trainings and ensembles of the study's splits, and what it is made of on each other."""
    draw_classes(tmp_path / "images", 2, 10)
    selections = {"doubted": {"family": "uncertainty", "classifier": "cnn", "arm": "real"}}
    arms = {"real": {}, "chosen": {"generator": "gan", "ratio": 1, "selection": "doubted"}}
    config = small_config(selections=selections, arms=arms, seeds=[0, 1], ensembles={"both": {"over_seeds": True}})
    project = Project(tmp_path, config | {"final": {"arm": "chosen", "ensemble": "both"}})
    done = project.snakemake("--workflow-profile", "profiles/slurm", "--dry-run")
    bundles, alone = submissions(done.stdout)
    assert bundles
    assert {"fix_recipe", "train_classifier", "ensemble_classifiers"} <= set(alone)
    assert "pools-final-gan-doubted" in re.findall(r"Group job (\S+) \(jobs", done.stdout)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("studies")
    draw_place(folder)
    return Project(folder, {})


FAST = ["studies/copepods", "studies/copepods-paper"]
FILES = [[f"studies/{name}", *paper, *small] for name, *paper in PROTOCOLS for small in ([], ["smoke"])]


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(files, id="+".join(files).replace("studies/", ""), marks=[] if files == FAST else pytest.mark.slow)
        for files in FILES
    ],
)
def test_every_study_and_protocol_is_planned_on_a_cluster(place, files):
    """In bundles that no study ties into a knot, none of which asks for more than the longest job."""
    paths = [f"config/{name}.yaml" for name in files]
    done = place.run_plain("--workflow-profile", "profiles/slurm", "--dry-run", "--configfile", *paths)
    bundles, alone = submissions(done.stdout)
    assert set(alone) - LOCAL <= ALONE
    assert bundles
    longest = int(PROFILE["resources"][0].partition("=")[2])
    assert all(1 <= minutes <= longest for minutes in bundles)
    assert "compare_published" in done.stdout


def submissions(plan):
    """Of a dry run: the minutes that each bundle asks for, and the rules of steps that are submitted alone."""
    bundles = []
    for text in re.split(r"^\[.*\] Group job ", plan, flags=re.M)[1:]:
        members = re.split(r"^(?:\[.*\]\n)?(?:local)?rule ", text, flags=re.M)[0]
        bundles.append(sum(map(int, re.findall(r"^ +resources: .*runtime=(\d+)", members, re.M))))
    return bundles, re.findall(r"^(?:local)?rule (\w+):", plan, re.M)
