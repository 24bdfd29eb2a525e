"""A classifier in ONNX says what it says in PyTorch."""

import json
import warnings

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from augury.augmentation.classical import scale
from augury.classifiers.calibration import calibrate
from augury.classifiers.evaluation import probabilities_of
from augury.classifiers.model_folder import family_module
from augury.metrics.temperature import at_temperature
from augury.prediction.export import INPUT, OUTPUT, Exported, export
from tests.settings import of_family

FAMILIES = {
    "four_block_cnn": {"widths": [4, 4, 8, 8], "dropout": 0.1},
    "dcgan_discriminator": {"width": 4, "max_width": 16, "dropout": 0.1},
    "lenet5": {"activation": "tanh", "pooling": "mean", "dropout": 0.1},
    "probe": {"backbones": ["resnet10t"], "pretrained": False},  # at 32 px most of its features are zero
    "timm_zoo": {
        "architecture": "tf_efficientnet_lite0",
        "dropout": 0.1,
        "pretrained": False,
        "eca": "per_block",
        "eca_init": "random",
    },
}


def build(family: str, channels: int):
    torch.manual_seed(0)
    colour = "grey" if channels == 1 else "rgb"
    settings = of_family("classifiers", family, size_px=32, channels=colour, **FAMILIES[family])
    classifier = family_module(family).build_classifier(settings, 3).eval()
    # As drawn, a network hardly tells images apart: no error would show. Here its answers spread over the classes.
    noise = torch.randint(0, 256, (16, 32, 32, channels), dtype=torch.uint8)
    calibrate(classifier, noise, [torch.arange(16)], [])
    with torch.no_grad():
        classifier.head.bias.zero_()
        logits = classifier(scale(noise))
        stretch = 2 / logits.std(dim=0).mean()
        classifier.head.weight.mul_(stretch)
        classifier.head.bias.copy_(-stretch * logits.mean(dim=0))
    return classifier


@pytest.mark.parametrize(
    "family, channels, dihedral",
    [
        ("four_block_cnn", 1, True),
        ("four_block_cnn", 3, False),
        ("dcgan_discriminator", 1, False),
        ("lenet5", 1, False),
        ("probe", 3, True),
        ("timm_zoo", 3, False),
    ],
)
def test_onnxruntime_gives_the_calibrated_probabilities_of_the_study(family, channels, dihedral, tmp_path):
    classifier = build(family, channels)
    path = tmp_path / "classifier.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert export(Exported(classifier, 1.7, dihedral), 32, channels, {"classes": ["a", "b", "c"]}, path) <= 1e-4
    images = np.random.default_rng(1).integers(0, 256, (7, 32, 32, channels), dtype=np.uint8)
    plain = probabilities_of(classifier, torch.from_numpy(images), torch.device("cpu"), dihedral).numpy()
    assert np.ptp(plain, axis=0).max() > 0.1
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    for batch in (images, images[:1]):
        (outputs,) = session.run([OUTPUT], {INPUT: batch.transpose(0, 3, 1, 2)})
        np.testing.assert_allclose(outputs, at_temperature(plain[: len(batch)], 1.7), atol=1e-4)
    assert session.get_inputs()[0].type == "tensor(uint8)"
    metadata = {entry.key: entry.value for entry in onnx.load(path).metadata_props}
    assert json.loads(metadata["classes"]) == ["a", "b", "c"]


def test_a_graph_that_differs_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="differ by"):
        export(Exported(build("four_block_cnn", 1), 1.0, False), 32, 1, {}, tmp_path / "classifier.onnx", -1.0)
    assert list(tmp_path.iterdir()) == []


def test_probabilities_that_are_no_numbers_are_not_written(tmp_path):
    classifier = build("lenet5", 1)
    torch.nn.init.constant_(classifier.head.weight, float("nan"))
    with pytest.raises(ValueError, match="differ by nan"):
        export(Exported(classifier, 1.0, False), 32, 1, {}, tmp_path / "classifier.onnx")
    assert list(tmp_path.iterdir()) == []
