"""A family of classifiers is one folder: put into a copy of the library, it is checked, planned, trained and listed."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.project import ROOT
from tests.trained import PARTS, train

FAMILY = '''
"""One convolution and a linear layer; to show what a family needs."""

from typing import Literal

from augury.classifiers.family import ClassifierFamily, TrainedSettings
from augury.settings.base import PositiveInt


class TinySettings(TrainedSettings):
    """Settings of the tiny network."""

    family: Literal["tiny"] = "tiny"
    maps: PositiveInt = 4
    """Feature maps of its convolution."""


def problems(settings: TinySettings) -> list[tuple[str, str]]:
    """What types cannot say."""
    return [("maps", "3 brings no luck; set another")] if settings.maps == 3 else []


FAMILY = ClassifierFamily(TinySettings, prose="One convolution; for a test.", problems=problems)
'''
NETWORK = '''
"""One convolution and a linear layer."""

from torch import nn

from augury.classifiers.network import BodyAndTop, Normalise, equip
from augury.classifiers.sizes import channels_of
from augury.classifiers.tiny.family import TinySettings


class Tiny(BodyAndTop):
    """Maps, their means, and a linear layer."""

    def features(self, images):
        return self.feature_maps(images).mean(dim=(2, 3))


def build_classifier(settings: TinySettings, classes: int) -> Tiny:
    """The network for so many classes."""
    channels = channels_of(settings)
    body = nn.Sequential(nn.Conv2d(channels, settings.maps, 3), nn.ReLU())
    top = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(settings.maps, classes))
    return equip(Tiny(Normalise([0.5] * channels, [0.5] * channels), nn.Sequential(body, top)), settings)
'''
SMALL = {"family": "tiny", "size_px": 16, "epochs": 1, "precision": "fp32"}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the workflow with the folder of a new family; images, packs and a split beside it."""
    root = tmp_path_factory.mktemp("checkout")
    for name in ("workflow", "envs", "config"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    if (ROOT / "Snakefile").is_file():
        shutil.copy(ROOT / "Snakefile", root)
    folder = root / "workflow/scripts/augury/classifiers/tiny"
    folder.mkdir()
    for name, text in (("__init__", '"""A tiny network."""\n'), ("family", FAMILY), ("network", NETWORK)):
        (folder / f"{name}.py").write_text(text)
    train(root, PARTS)
    return root


def run(checkout, *words):
    """A command in the copy, with its library alone."""
    environment = os.environ | {"PATH": f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"}
    environment.pop("PYTHONPATH", None)
    words = [str(word) for word in words]
    return subprocess.run(
        words, cwd=checkout, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def plan(checkout, **settings):
    """What a dry run of a study with the family says, and whether it went well."""
    made = {"images": "images", "classifiers": {"small": SMALL | settings}, "extractor": None}
    (checkout / "study.yaml").write_text(json.dumps(made))
    done = run(checkout, "snakemake", "-n", "--cores", 1, "--configfile", "study.yaml")
    return done.returncode, done.stdout + done.stderr


def test_it_is_planned_and_its_mistakes_are_told_in_its_own_words(checkout):
    code, output = plan(checkout)
    assert code == 0, output
    assert "classifiers/real/small/seed0/classifier.safetensors" in output
    code, output = plan(checkout, maps=0)
    assert code != 0
    assert "`classifiers.small.maps` is 0; it must be at least 1 (Feature maps of its convolution)" in output
    assert "`classifiers.small.maps`: 3 brings no luck; set another" in plan(checkout, maps=3)[1]


def test_it_is_trained_for_an_epoch_and_used(checkout):
    names = sorted(path.name for path in (checkout / "images").iterdir())
    words = ["--name", "small", "--arm-name", "real", "--arm", "{}", "--split", "holdout", "--seed", 0, "--threads", 1]
    words += ["--settings", json.dumps(SMALL), "--classes", *names, "--output", checkout / "out"]
    words += ["--packs", *(checkout / "packs" / f"{name}.npy" for name in names)]
    words += ["--splits", *(checkout / "splits" / f"{name}.tsv" for name in names)]
    words += ["--duplicates", checkout / "duplicates.tsv", "--guard", "enforce"]
    done = run(checkout, sys.executable, "workflow/scripts/train_classifier.py", *words)
    assert done.returncode == 0, done.stderr
    record = json.loads((checkout / "out/classifier.json").read_text())
    assert (record["settings"]["maps"], record["architecture"], record["epochs"]) == (4, "tiny", 1)
    assert (record["pretrained"], record["parameters"]) == (None, 4 * 27 + 4 + 4 * len(names) + len(names))
    words = ["--classifier", checkout / "out", "--images", checkout / "images", "--output", checkout / "new.tsv"]
    done = run(checkout, sys.executable, "workflow/scripts/predict_images.py", *words)
    assert done.returncode == 0, done.stderr
    assert len((checkout / "new.tsv").read_text().splitlines()) == 1 + len(names) * len(PARTS)


def test_it_is_documented_and_listed(checkout):
    reference = run(checkout, sys.executable, "workflow/scripts/describe_config.py").stdout
    part = reference.partition("### One entry of `classifiers` with `family: tiny`")[2]
    assert "One convolution; for a test." in part[:100]
    assert "| `maps` | whole number, >= 1 | `4` | Feature maps of its convolution. |" in part
    listed = run(checkout, sys.executable, "workflow/scripts/describe_models.py", "--offline", "--classes", 2).stdout
    (row,) = [line.split("\t") for line in listed.splitlines() if "\ttiny\t" in line]
    assert row[:4] == ["classifier", "tiny", "tiny", str(4 * 27 + 4 + 4 * 2 + 2)]
