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
from augury.prediction.export import INPUT, OUTPUT, Exported, Exporting, export
from augury.prediction.preparation import Form
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


def alone(classifier, channels: int, temperature: float, dihedral: bool = False) -> Exported:
    return Exported([Exporting(classifier, Form(32, channels), dihedral)], temperature)


def build(family: str, channels: int, size_px: int = 32):
    torch.manual_seed(0)
    colour = "grey" if channels == 1 else "rgb"
    settings = of_family("classifiers", family, size_px=size_px, channels=colour, **FAMILIES[family])
    classifier = family_module(family).build_classifier(settings, 3).eval()
    # As drawn, a network hardly tells images apart: no error would show. Here its answers spread over the classes.
    noise = torch.randint(0, 256, (16, size_px, size_px, channels), dtype=torch.uint8)
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
        assert export(alone(classifier, channels, 1.7, dihedral), {"classes": ["a", "b", "c"]}, path) <= 1e-4
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
        export(alone(build("four_block_cnn", 1), 1, 1.0), {}, tmp_path / "classifier.onnx", -1.0)
    assert list(tmp_path.iterdir()) == []


def test_probabilities_that_are_no_numbers_are_not_written(tmp_path):
    classifier = build("lenet5", 1)
    torch.nn.init.constant_(classifier.head.weight, float("nan"))
    with pytest.raises(ValueError, match="differ by nan"):
        export(alone(classifier, 1, 1.0), {}, tmp_path / "classifier.onnx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size_px, channels", [(32, 3), (48, 1)])
def test_an_ensemble_is_one_file_that_averages_members_and_their_views(size_px, channels, tmp_path):
    """The mean by hand of what each network says in torch, at its own size; one input where both see the same."""
    parts = [
        Exporting(build("four_block_cnn", 3), Form(32, 3), True, 0.75),
        Exporting(build("lenet5", channels, size_px), Form(size_px, channels), False, 0.25),
    ]
    path = tmp_path / "ensemble.onnx"
    assert export(Exported(parts, 1.7), {"classes": ["a", "b", "c"]}, path) <= 1e-4
    random = np.random.default_rng(1)
    pixels = {
        form: random.integers(0, 256, (7, *form), dtype=np.uint8)
        for form in ((32, 32, 3), (size_px, size_px, channels))
    }
    said = [
        probabilities_of(
            part.classifier, torch.from_numpy(pixels[part.form[0], *part.form]), torch.device("cpu"), part.dihedral
        )
        for part in parts
    ]
    assert (said[0] - said[1]).abs().max() > 0.1
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    inputs = json.loads(session.get_modelmeta().custom_metadata_map["inputs"])
    several = (size_px, channels) != (32, 3)
    assert [each["name"] for each in inputs] == (["images_32px_rgb", "images_48px_grey"] if several else [INPUT])
    fed = {
        each["name"]: pixels[each["size_px"], each["size_px"], each["channels"]].transpose(0, 3, 1, 2)
        for each in inputs
    }
    (made,) = session.run([OUTPUT], fed)
    expected = at_temperature(0.75 * said[0].double().numpy() + 0.25 * said[1].double().numpy(), 1.7)
    np.testing.assert_allclose(made, expected, atol=1e-4)
