"""Environments of the rules: what is in them is enough, and going to them and back makes nothing again."""

import ast
import re
import subprocess

import pytest

from augury.code.closure import SCRIPTS, closure
from tests.conda.standin import make_conda
from tests.environments import link_environment
from tests.project import ROOT, Project, draw_classes, small_config
from tests.unit.test_planning_study import ENVIRONMENTS, FAMILIES


def imports(path):
    """Every module that a file imports, inside functions too; those for type checkers alone are not."""
    found, tree = set(), ast.parse(path.read_text(encoding="utf-8"))
    for_checkers = {
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
        for statement in block.body
        for node in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if node in for_checkers:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_all_that_an_environments_scripts_import_can_be_imported_in_it(environment, tmp_path):
    """Imported for real, so that what the packages themselves need is there as well."""
    paths = {ROOT / path for name in ENVIRONMENTS[environment] for path in closure(name, tuple(FAMILIES.get(name, [])))}
    modules = sorted(set().union(*map(imports, paths)))
    python = link_environment(tmp_path / "environment", ROOT / "envs" / f"{environment}.yaml")
    program = f"import importlib\nfor name in {modules!r}:\n    importlib.import_module(name)\n"
    done = subprocess.run([python, "-c", program], cwd=SCRIPTS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.slow
def test_a_run_in_the_environments_of_its_rules(tmp_path):
    """Each rule runs in its own environment; none is left out, and neither way from one to the other reruns a thing."""
    draw_classes(tmp_path / "images", 2, 8)
    project = Project(tmp_path, small_config())
    project.environment["PATH"] = f"{make_conda(tmp_path / 'conda')}:{project.environment['PATH']}"
    prefix = str(tmp_path / "environments")
    with_conda = ("--sdm", "conda", "--conda-prefix", prefix)
    project.snakemake(*with_conda)
    logs = sorted((tmp_path / "logs" / "small").rglob("*.log"))
    assert {path.relative_to(tmp_path / "logs" / "small").parts[0].partition(".")[0] for path in logs} >= {
        "index_class",
        "train_generator",
        "train_classifier",
        "tabulate_results",
        "build_report",
    }
    for path in logs:
        assert re.search(r", prefix (\S+),", path.read_text()).group(1).startswith(prefix), path
    assert project.planned() == {}
    assert project.planned(*with_conda) == {}
