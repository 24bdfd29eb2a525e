"""What is asked of the pinned Snakemake beyond its interface is there, and what is gone costs a nicety and no plan."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from augury.planning.engine import Engine

SCRIPTS = Path(__file__).parents[2] / "workflow" / "scripts"
SNAKEFILE = f"""
import atexit, sys
sys.path.insert(0, {str(SCRIPTS)!r})
from augury.planning.engine import Engine
from augury.planning.inputs.parameters import uncompared
engine = Engine(workflow)
def note(*words):
    with open("notes.txt", "a") as file:
        print(*words, file=file)
note("main", engine.is_main, engine.at_a_time, engine.given, engine.planned)
note("module", engine.is_module)
note("cluster", engine.on_cluster, engine.limit("runtime"))
before = engine.limit("turn")
engine.set_limit("turn", 1)
note("turn", before, engine.limit("turn"))
note("storage", engine.stores, engine.sends_sources, engine.send([]))
atexit.register(lambda: note("end", engine.dry, engine.planned, dict(engine.components)))
def forced(wildcards):
    if config.get("force"):
        note("force", engine.force("a.txt"), engine.force("a.txt"))
    return []
onstart:
    note("to run", sorted((rule, list(output)) for rule, output in engine.to_run()))
    before = workflow.scheduler.job_rate_limiter
    engine.look_less()
    note("log", engine.log("a", {{"x": "1"}}), engine.log("b", {{"x": "1"}}))
    note("limit", before is None, workflow.scheduler.job_rate_limiter is None)
    note("lacking", engine.lacking)
rule a:
    input: forced
    output: "a.txt"
    params:
        place=uncompared(config.get("place", 1)),
        named=uncompared(lambda wildcards: config.get("place", 1)),
        compared=config.get("compared", 1),
    shell: "echo {{params}} > {{output}}"
rule b:
    output: "b{{x}}.txt"
    log: "logs/b/{{x}}.log"
    wildcard_constraints: x="[0-9]{{1,3}}"
    shell: "touch {{output}}"
"""


@pytest.fixture
def run(tmp_path):
    (tmp_path / "Snakefile").write_text(SNAKEFILE)

    def call(*options):
        notes = tmp_path / "notes.txt"
        notes.unlink(missing_ok=True)
        words = [sys.executable, "-m", "snakemake", "--cores", "2", *options]
        environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
        done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return dict(line.split(" ", 1) for line in notes.read_text().splitlines())

    return call


def test_the_pinned_snakemake_has_all_that_is_asked_of_it(run, tmp_path):
    notes = run("--config", "place=1")
    assert notes["main"] == "True 2 {'place': 1} False"
    assert (notes["module"], notes["storage"]) == ("False", "False False None")
    assert notes["to"] == "run [('a', ['a.txt'])]"
    assert notes["limit"] == "False True"
    assert notes["lacking"] == "[]"
    assert notes["cluster"] == "False None"
    assert notes["turn"] == "None 1"
    assert notes["log"] == "None logs/b/1.log"
    assert notes["end"] == "False True {}"
    assert (tmp_path / "a.txt").read_text() == "1 1 1\n"
    # Another place is no reason to run again, and another value is.
    assert "to" not in run("--config", "place=2")
    assert (tmp_path / "a.txt").read_text() == "1 1 1\n"
    assert "to" in run("--config", "place=2", "compared=2")
    assert (tmp_path / "a.txt").read_text() == "2 2 2\n"
    # A file that is up to date is made again once the graph has been told so.
    notes = run("--config", "place=2", "compared=2", "force=1")
    assert notes["force"] == "True False"
    assert notes["to"] == "run [('a', ['a.txt'])]"


def test_a_dry_run_is_known_as_one(run):
    notes = run("--dry-run")
    assert (notes["main"], notes["end"]) == ("True 2 {} False", "True True {}")
    assert "to" not in notes


def test_what_a_profile_says_of_submissions_is_known(run):
    notes = run(
        "--dry-run", "--executor", "slurm", "--jobs", "3", "--resources", "runtime=60", "--group-components", "g=5"
    )
    assert notes["cluster"] == "True 60"
    assert notes["end"] == "True True {'g': 5}"


def test_another_snakemake_costs_niceties_and_no_plan():
    engine = Engine(SimpleNamespace())
    assert (engine.is_main, engine.at_a_time, engine.given, engine.dry, engine.planned) == (True, 1, {}, False, False)
    assert list(engine.to_run()) == []
    assert not engine.force("a")
    assert (engine.on_cluster, engine.components, engine.limit("runtime")) == (False, {}, None)
    assert engine.log("a", {}) is None
    engine.set_limit("turn", 1)
    assert (engine.stores, engine.sends_sources, engine.send(["a"])) == (False, False, None)
    engine.look_less()
    assert set(engine.lacking) == {
        "modifier.base_snakefile", "is_main_process", "resource_settings.cores", "resource_settings.nodes",
        "config_settings.overwrite_config", "dryrun", "dag", "dag.forcefiles", "global_resources",
        "scheduler.job_rate_limiter",
        "group_settings.group_components", "get_rule", "register_resource",
        "storage_settings.default_storage_provider", "storage_settings.shared_fs_usage", "configfiles",
    }  # fmt: skip


def test_a_cluster_keeps_its_limit_of_submissions():
    limiter = object()
    scheduler = SimpleNamespace(job_rate_limiter=limiter)
    Engine(SimpleNamespace(global_resources={"_nodes": SimpleNamespace(value=8)}, scheduler=scheduler)).look_less()
    assert scheduler.job_rate_limiter is limiter
