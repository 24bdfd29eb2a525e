"""What a hosted forge and the hooks before a commit run is what a checkout runs."""

import re

import yaml

from tests.project import ROOT


def read(path):
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def test_a_forge_runs_what_ci_runs_and_the_slow_tests_once_a_week():
    workflow = read(".github/workflows/test.yml")
    runs = {name: [step["run"] for step in job["steps"] if "run" in step] for name, job in workflow["jobs"].items()}
    assert runs["test"] == [".ci/run"]
    assert (ROOT / ".ci/run").stat().st_mode & 0o111
    assert any("make test-slow" in run for run in runs["slow"])
    assert workflow[True]["schedule"]  # YAML 1.1 reads the key `on` as true


def test_hooks_run_the_pinned_tools():
    pins = re.findall(r"^([\w-]+)==", (ROOT / "envs/requirements-dev.txt").read_text(encoding="utf-8"), re.MULTILINE)
    local = next(each for each in read(".pre-commit-config.yaml")["repos"] if each["repo"] == "local")
    tools = {hook["entry"].split()[0] for hook in local["hooks"]}
    assert tools == {f".venv/bin/{name}" for name in ("codespell", "mypy", "ruff", "snakefmt")}
    assert {tool.removeprefix(".venv/bin/") for tool in tools} <= set(pins)
