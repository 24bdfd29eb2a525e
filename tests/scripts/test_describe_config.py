"""The reference of keys and the schema are brought up to date together, or not at all."""

import shutil
import subprocess
import sys

import pytest

from tests.project import ROOT

KEPT = ("docs/keys.md", "config/schema.json")


@pytest.fixture
def checkout(tmp_path):
    """What the script reads and writes, with a stale reference and schema."""
    shutil.copytree(
        ROOT / "workflow/scripts", tmp_path / "workflow/scripts", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in KEPT:
        (tmp_path / name).parent.mkdir()
    head = (ROOT / KEPT[0]).read_text(encoding="utf-8").partition("describe_config.py -->\n")
    (tmp_path / KEPT[0]).write_text("".join(head[:2]) + "stale\n", encoding="utf-8")
    (tmp_path / KEPT[1]).write_text("stale\n")
    return tmp_path


def write(checkout):
    words = [sys.executable, "workflow/scripts/describe_config.py", "--write"]
    return subprocess.run(words, cwd=checkout, capture_output=True, text=True, timeout=120, check=False)


def test_both_files_are_those_of_the_project(checkout):
    assert write(checkout).returncode == 0
    for name in KEPT:
        assert (checkout / name).read_bytes() == (ROOT / name).read_bytes()


def test_a_family_that_cannot_be_read_leaves_both_as_they_are(checkout):
    before = [(checkout / name).read_bytes() for name in KEPT]
    (checkout / "workflow/scripts/augury/classifiers/lenet5/family.py").write_text("FAMILY = Nothing\n")
    done = write(checkout)
    assert done.returncode != 0
    assert "Nothing" in done.stderr
    assert [(checkout / name).read_bytes() for name in KEPT] == before
    assert sorted(path.name for name in KEPT for path in (checkout / name).parent.iterdir()) == [
        "keys.md",
        "schema.json",
    ]
