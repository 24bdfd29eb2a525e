"""Used from elsewhere: deployed into an empty folder, as a module of another workflow, from another working folder."""

import json
import os
import re
import shutil
import subprocess

import pytest
import yaml

from tests.project import COPIED, ENVIRONMENT, ROOT, draw_classes, small_config, table

ADDRESS = "https://github.com/someone/augury"
PARENT = """
configfile: "config.yaml"

module augury:
    snakefile: {source}
    config: config["synthetic"]

use rule * from augury{named}

rule paper:
    default_target: True
    input: "results/small/images/manifest.tsv"
    output: "paper.txt"
    shell: "cp {{input}} {{output}}"
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """The workflow as it is in the working tree, in a repository of its own with the tag v1."""
    folder = tmp_path_factory.mktemp("hosted") / "augury"
    shutil.copytree(ROOT, folder, symlinks=True, ignore=lambda path, names: {
        name for name in names if name == "__pycache__" or (path == str(ROOT) and name not in (*COPIED, "LICENSE"))
    })  # fmt: skip
    author = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "all"], ["tag", "v1"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    return folder


@pytest.fixture
def run(repository, tmp_path):
    """Run a command of the environment in a folder; the address leads to the repository."""
    instead = {"COUNT": "1", "KEY_0": f"url.{repository}.insteadOf", "VALUE_0": ADDRESS}
    environment = ENVIRONMENT | {f"GIT_CONFIG_{name}": value for name, value in instead.items()}
    environment |= {"XDG_CACHE_HOME": str(repository.parent / "cache")}

    def call(*words, cwd=tmp_path, code=0):
        done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout[-4000:] + done.stderr[-8000:]
        return done.stdout + done.stderr

    return call


def jobs(output):
    return set(re.findall(r"^ *(?:local)?rule (\w+):", output, re.M))


def deploy(run, folder):
    run("snakedeploy", "deploy-workflow", ADDRESS, ".", "--tag", "v1")
    draw_classes(folder / "images", 2, 8)
    (folder / "config" / "config.yaml").write_text(yaml.safe_dump(small_config()))


def test_a_deployed_workflow_is_planned_with_its_library_and_profile(run, tmp_path, repository):
    deploy(run, tmp_path)
    output = run("snakemake", "-n", "-p", "--cores", "1")
    assert {"index_class", "train_generator", "train_classifier", "plot_results", "build_report"} <= jobs(output)
    commit = subprocess.run(["git", "rev-parse", "v1"], cwd=repository, capture_output=True, text=True, check=True)
    scripts = f".snakemake/augury/sources/{commit.stdout.strip()}/workflow/scripts"
    assert {os.path.dirname(path) for path in re.findall(r"python (\S+\.py)", output)} == {scripts}
    assert (tmp_path / scripts / "augury" / "__init__.py").exists()
    assert "workflow specific profile profiles/default" in output


@pytest.mark.slow
def test_a_deployed_workflow_runs_to_its_report(run, tmp_path):
    deploy(run, tmp_path)
    run("snakemake", "--cores", "2")
    assert table(tmp_path / "results/small/tables/verdict.tsv")
    assert "Why a figure" not in (tmp_path / "results/small/report.html").read_text()
    assert "Nothing to be done" in run("snakemake", "-n", "--cores", "1")
    # Its folder is claimed as ever, though Snakemake calls no module at the start of a run.
    assert json.loads((tmp_path / "results/small/study.json").read_text())["images"] == "images"


@pytest.mark.parametrize(
    ("source", "prefix"),
    [
        ('"{folder}/workflow/Snakefile"', "augury_"),
        ('"{folder}/workflow/Snakefile"', ""),
        ('gitfile("{folder}", path="workflow/Snakefile", tag="v1")', "augury_"),
    ],
    ids=["from a folder", "from a folder, under their own names", "from a repository"],
)
def test_another_workflow_takes_what_it_needs(run, tmp_path, repository, source, prefix):
    draw_classes(tmp_path / "images", 2, 8)
    (tmp_path / "config.yaml").write_text(yaml.safe_dump({"synthetic": small_config(), "of_theirs": 1}))
    named = f" as {prefix}*" if prefix else ""
    (tmp_path / "Snakefile").write_text(PARENT.format(source=source.format(folder=repository), named=named))
    output = run("snakemake", "--cores", "2")
    assert jobs(output) == {f"{prefix}index_class", f"{prefix}find_duplicates", "paper"}
    assert len(table(tmp_path / "paper.txt")) == 16
    assert json.loads((tmp_path / "results/small/study.json").read_text())["images"] == "images"


def test_results_lie_below_the_working_folder(run, tmp_path, repository):
    folder = tmp_path / "else where"
    draw_classes(folder / "images", 2, 8)
    (folder / "study.yaml").write_text(yaml.safe_dump(small_config()))
    wanted, study = "results/small/splits/holdout.tsv", ("--configfile", "study.yaml")
    output = run("snakemake", "-s", repository / "workflow/Snakefile", "--cores", "2", *study, "--", wanted, cwd=folder)
    assert (folder / wanted).exists()
    assert f"workflow specific profile {repository}/workflow/profiles/default" in output
    # From a clone, into another folder: the plan goes on from what is there.
    words = ("snakemake", "-n", "--cores", "1", "--directory", folder, "--configfile", folder / "study.yaml")
    planned = jobs(run(*words, cwd=repository))
    assert {"train_classifier", "build_report"} <= planned
    assert not planned & {"index_class", "split_class", "merge_split"}


def test_the_demo_is_planned_from_any_folder(run, tmp_path, repository):
    assert "fetch_demo_images" in jobs(run("snakemake", "-s", repository / "Snakefile", "-n", "--cores", "1"))
