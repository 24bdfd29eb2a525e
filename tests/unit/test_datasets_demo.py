"""Fetching the demo's images: what is refused. The download itself needs a network and is left to `make demo`."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from augury.command.errors import UserError
from augury.datasets import demo
from augury.datasets.demo_fetch import safe_name

SCRIPT = Path(__file__).resolve().parents[2] / "workflow" / "scripts" / "fetch_demo_images.py"


def fetch(folder: Path, wheel: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, SCRIPT, "--folder", folder / "images", "--marker", folder / "images.tsv"]
    command += ["--wheel", wheel]
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)


def test_a_wheel_that_is_not_the_one_meant_is_not_unpacked(tmp_path):
    wheel = tmp_path / "planktonclas-0.2.4-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(demo.INSIDE + "Tripos/1.jpg", b"something else")
    done = fetch(tmp_path, wheel)
    assert done.returncode == 2
    assert demo.WHEEL_SHA256 in done.stderr
    assert not (tmp_path / "images").exists()
    assert not (tmp_path / "images.tsv").exists()


def test_a_wheel_that_is_missing(tmp_path):
    done = fetch(tmp_path, tmp_path / "nowhere.whl")
    assert done.returncode == 2
    assert "nowhere.whl is missing" in done.stderr


@pytest.mark.parametrize(
    "name", ["../Tripos/1.jpg", "Tripos/../1.jpg", "/etc/1.jpg", "Tripos/a/1.jpg", "Tripos", "Other/1.jpg"]
)
def test_paths_that_lead_elsewhere_are_refused(name):
    with pytest.raises(UserError, match="unexpected path"):
        safe_name(name)


def test_a_path_of_the_demo_is_taken():
    assert safe_name("Tripos/a b.jpg") == "Tripos/a b.jpg"
