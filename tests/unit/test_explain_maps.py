"""Grad-CAM where it has a closed form, the layers of many architectures, and UMAP of points that are known."""

import sys

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from augury.augmentation.classical import scale
from augury.classifiers.four_block_cnn.network import FourBlockCNN
from augury.classifiers.network import Normalise
from augury.classifiers.timm_zoo.network import ZooClassifier, create
from augury.command.errors import UserError
from augury.explain import maps, packages
from augury.explain.grad_cam import CELL_PX, Looking, average, maps_of, overlays
from augury.explain.layers import find_target

CPU = torch.device("cpu")


def noise(count: int, size_px: int, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, size_px, size_px, channels), dtype=np.uint8)


def zoo(architecture: str, size_px: int) -> ZooClassifier:
    torch.manual_seed(0)
    network = create(architecture, size_px, num_classes=3, in_chans=3)
    classifier = ZooClassifier(Normalise([0.5] * 3, [0.5] * 3), network).eval().requires_grad_(False)
    for weight in classifier.head.parameters():  # some of timm's begin at nought, which has no gradient
        torch.nn.init.normal_(weight)
    return classifier


def test_with_an_average_before_the_head_the_map_is_the_class_activation_map():
    """Then a map's mean gradient is its weight in the head over the places (Selvaraju et al. 2017, section 3.1)."""
    torch.manual_seed(0)
    classifier = FourBlockCNN(3, 3, [4, 4, 8, 8], 0.0).eval().requires_grad_(False)
    classifier.head.weight.copy_(torch.randn(3, 8).abs())  # every class has places that speak for it
    images = noise(3, 64)
    pixels = scale(torch.from_numpy(images))
    target = find_target(classifier, pixels[:1])
    assert target.name == "network.0"
    made = maps_of(classifier, target, images, [0, 1, 2], CPU)
    activations = classifier.feature_maps(pixels)  # (3, 8, 4, 4)
    heads = classifier.head.weight[[0, 1, 2]]
    expected = torch.einsum("nk,nkhw->nhw", heads, activations).relu()[:, None]
    expected = F.interpolate(expected, (64, 64), mode="bilinear")[:, 0]
    expected = expected - expected.amin((1, 2), keepdim=True)  # the package scales a map from its least to its largest
    expected = expected / expected.amax((1, 2), keepdim=True).clamp(min=1e-7)
    assert expected.amax((1, 2)).tolist() == [1, 1, 1]
    assert made == pytest.approx(expected.numpy(), abs=1e-3)


@pytest.mark.parametrize(
    "architecture, size_px, layer, shape",
    [
        ("resnet10t", 64, "network.layer4", (512, 2, 2)),
        ("tf_efficientnet_lite0", 64, "network.bn2", (1280, 2, 2)),
        ("mobilenetv3_small_050", 64, "network.blocks", (288, 2, 2)),
        ("convnext_atto", 64, "network.norm_pre", (320, 2, 2)),
        ("vit_tiny_patch16_224", 64, "network.blocks.11.norm1", (192, 4, 4)),
        ("mixer_s32_224", 64, "network.blocks.7.norm1", (512, 2, 2)),
        ("swin_tiny_patch4_window7_224", 64, "network.norm", (768, 2, 2)),
    ],
)
def test_every_kind_of_network_has_a_layer_with_places(architecture, size_px, layer, shape):
    classifier = zoo(architecture, size_px)
    images = noise(1, size_px)
    target = find_target(classifier, scale(torch.from_numpy(images)))
    assert target.name == layer
    given = []
    handle = target.layer.register_forward_hook(lambda _, __, output: given.append(output))
    classifier(scale(torch.from_numpy(images)))
    handle.remove()
    found = target.to_maps(given[0]) if target.to_maps else given[0]
    assert found.shape[1:] == shape
    made = np.concatenate([maps_of(classifier, target, images, [k], CPU) for k in range(3)])
    assert made.shape == (3, size_px, size_px)
    assert made.max() > 0.99  # the gradient reaches the places


def test_patches_stand_where_they_are_in_the_image():
    """A token that differs from the others shows at its own row and column; the class token before them is left out."""
    classifier = zoo("vit_tiny_patch16_224", 64)
    to_maps = find_target(classifier, torch.zeros(1, 3, 64, 64)).to_maps
    tokens = torch.zeros(1, 17, 2)
    tokens[0, 1 + 4 * 2 + 3] = 1  # third row, fourth column of four
    assert to_maps(tokens)[0, 0].nonzero().tolist() == [[2, 3]]


def test_an_images_map_does_not_depend_on_the_others():
    classifier = zoo("resnet10t", 64)
    images = noise(3, 64)
    target = find_target(classifier, scale(torch.from_numpy(images[:1])))
    together = maps_of(classifier, target, images, [0, 1, 2], CPU)
    assert np.array_equal(maps_of(classifier, target, images[1:2], [1], CPU)[0], together[1])


def test_maps_of_an_ensemble_are_the_mean_of_its_members_at_the_largest_size():
    looking, expected = [], np.zeros((3, 64, 64))
    for weight, size_px in ((0.75, 64), (0.25, 32)):
        torch.manual_seed(size_px)
        classifier = FourBlockCNN(3, 3, [4, 4, 8, 8], 0.0).eval().requires_grad_(False)
        classifier.head.weight.copy_(torch.randn(3, 8).abs())
        looking.append(Looking(classifier, weight, noise(3, size_px)))
        target = find_target(classifier, scale(torch.from_numpy(noise(1, size_px))))
        alone = torch.from_numpy(maps_of(classifier, target, noise(3, size_px), [0, 1, 2], CPU))
        expected += weight * F.interpolate(alone[None], (64, 64), mode="bilinear")[0].numpy()
    layer, made = average(looking, [0, 1, 2], CPU)
    assert layer == "network.0 + network.0"
    assert 0.05 < (alone.numpy() > 0.2).mean() < 0.95  # a map that tells places apart
    assert made == pytest.approx(expected, abs=1e-5)


def test_overlays_are_bright_where_the_map_is():
    images, found = np.full((1, 32, 32, 1), 128, np.uint8), np.zeros((1, 32, 32), np.float32)
    found[0, :, 16:] = 1
    made = overlays(images, found)
    assert made.shape == (1, CELL_PX, CELL_PX, 3)
    assert made[0, :, 80:].mean() > made[0, :, :48].mean() + 80


def test_points_that_lie_together_stay_together_and_the_map_is_the_same_twice():
    random = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], 30)
    features = (10 * np.eye(3, 8)[labels] + random.normal(0, 0.5, (90, 8))).astype(np.float32)
    embedding = maps.embed(features, 15, 0.1)
    assert embedding.shape == (90, 2)
    distances = np.linalg.norm(embedding[:, None] - embedding[None], axis=2) + np.diag(np.full(90, np.inf))
    assert np.array_equal(labels[distances.argmin(axis=1)], labels)
    assert maps.embed(features, 15, 0.1).tobytes() == embedding.tobytes()


@pytest.mark.parametrize("count", [0, 3, 4, 5, 9, 12])
def test_few_points_and_points_that_are_alike_do_not_fail(count):
    features = np.random.default_rng(0).normal(size=(count, 6)).astype(np.float32)
    for each in (features, np.ones_like(features)):
        embedding = maps.embed(each, 15, 0.1)
        assert embedding.shape == ((count, 2) if count >= maps.FEWEST else (0, 2))
        assert np.isfinite(embedding).all()


def test_a_missing_package_is_told_in_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "umap", None)  # Python's own way to bar an import
    with pytest.raises(UserError, match=r"umap-learn cannot be imported; install the pins of envs/torch\.yaml"):
        packages.check_packages()
