"""fetch_weights.py from the command line: a hub on this machine, a cache, and no network at all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from torchvision import models

from augury.classifiers import sources
from augury.classifiers.timm_zoo import network as timm_zoo
from tests import hub
from tests.settings import of_family

SCRIPT = Path(__file__).parents[2] / "workflow" / "scripts" / "fetch_weights.py"


def fetch(folder: Path, architecture: str, endpoint: str = hub.CLOSED) -> subprocess.CompletedProcess:
    output = folder / "weights" / f"{architecture}.safetensors"
    words = ["--architecture", architecture, "--output", output, "--record", output.with_suffix(".json")]
    environment = os.environ | hub.environment(folder, endpoint)
    return subprocess.run(
        [sys.executable, SCRIPT, *words, "--threads", "1"], env=environment, capture_output=True, text=True, check=False
    )


def test_timms_weights_come_from_its_hub_and_serve_a_training(tmp_path):
    with hub.serve(tmp_path / "served") as endpoint:
        stored = hub.save_random(tmp_path / "served" / "timm" / "test_resnet.r160_in1k" / "model.safetensors")
        done = fetch(tmp_path, hub.ARCHITECTURE, endpoint)
    assert done.returncode == 0, done.stdout + done.stderr
    weights = tmp_path / "weights"
    assert sorted(path.name for path in weights.iterdir()) == ["test_resnet.json", "test_resnet.safetensors"]
    weights_file = sources.find(hub.ARCHITECTURE, "auto", weights)
    record = json.loads((weights / "test_resnet.json").read_text())
    expected = {"architecture": "test_resnet", "library": "timm", "source": "timm/test_resnet.r160_in1k"}
    assert record == expected | {"tag": "r160_in1k", "sha256": weights_file.sha256}
    settings = of_family("classifiers", "timm_zoo", architecture=hub.ARCHITECTURE, size_px=32, dropout=0.0)
    classifier = timm_zoo.build_classifier(settings, 2)
    described = timm_zoo.start_from_pretrained(classifier, settings, weights)
    assert described["source"] == f"{weights / 'test_resnet.safetensors'}, fetched from timm/test_resnet.r160_in1k"
    assert torch.equal(classifier.network.conv1[0].weight, stored["conv1.0.weight"])
    again = fetch(tmp_path, hub.ARCHITECTURE)
    assert again.returncode == 2
    assert "is there already; move it away" in again.stderr


def test_torchvisions_weights_come_by_its_own_names(tmp_path):
    """From its cache, which it looks into first: its addresses are its own."""
    torch.manual_seed(0)
    stored = models.AlexNet().state_dict()
    cached = tmp_path / "torch" / "hub" / "checkpoints" / Path(models.AlexNet_Weights.DEFAULT.url).name
    cached.parent.mkdir(parents=True)
    torch.save(stored, cached)
    done = fetch(tmp_path, "alexnet")
    assert done.returncode == 0, done.stdout + done.stderr
    made = load_file(tmp_path / "weights" / "alexnet.safetensors")
    assert made.keys() == stored.keys()
    assert all(torch.equal(made[name], value) for name, value in stored.items())
    record = json.loads((tmp_path / "weights" / "alexnet.json").read_text())
    assert (record["library"], record["tag"]) == ("torchvision", "IMAGENET1K_V1")


def test_without_a_network_one_sentence_says_what_to_do(tmp_path):
    for architecture, library in ((hub.ARCHITECTURE, "timm"), ("googlenet", "torchvision")):
        done = fetch(tmp_path, architecture)
        assert done.returncode == 2
        (line,) = [line for line in done.stderr.splitlines() if "error" in line]
        assert f"could not be fetched by {library} (its hub cannot be reached)" in line
        for remedy in (
            f"put {library}'s file at {tmp_path / 'weights' / architecture}.safetensors",
            "pretrained: false",
        ):
            assert remedy in line
        assert "`missing_weights: skip`" in line
    assert not (tmp_path / "weights").exists()


def test_weights_that_nobody_has_are_told(tmp_path):
    done = fetch(tmp_path, "resnet10t_no_such")
    assert done.returncode == 2
    assert "has no weights of resnet10t_no_such; set `pretrained: false`" in done.stderr
