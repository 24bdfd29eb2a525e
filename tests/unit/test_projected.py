"""Projected GANs: frozen features beside the plain network, layers beside torch's own, a step that moves its own."""

import copy
from pathlib import Path

import pytest
import torch
from torch.nn import functional as F

from augury.classifiers import pretrained
from augury.classifiers.sources import find
from augury.classifiers.timm_zoo import network as timm_zoo
from augury.generators.projected import layers
from augury.generators.projected.discriminator import Discriminator, build_discriminator
from augury.generators.projected.family import FAMILY, problems
from augury.generators.projected.features import CHANNELS, Features, _bilinear_matrix
from augury.generators.projected.networks import Generator
from augury.generators.projected.training import TASK, hinge
from augury.generators.transfer import Start
from augury.scores.judges import judges
from augury.settings.families import family
from augury.training.device import choose_device
from augury.training.weights import load_weights, save_weights
from tests.settings import of_family

NETWORK = "tf_efficientnet_lite0"


@pytest.fixture(scope="module")
def features():
    torch.manual_seed(0)
    return Features(3, 128)


@pytest.fixture(scope="module")
def plain():
    """The network as timm runs it, of the packaged weights."""
    classifier = timm_zoo.build(NETWORK, 128, 3, 2)
    pretrained.load(classifier, find(NETWORK, True, Path("nowhere")))
    return classifier.eval()


def published(features, plain, images):
    """Four maps in the published order of operations: blocks as they are, doublings before convolutions."""
    network = plain.network
    maps = plain.normalise(F.interpolate(images, (128, 128), mode="bilinear", align_corners=False))
    maps = network.bn1(network.conv_stem(maps))
    cuts = []
    for number, block in enumerate(network.blocks):
        maps = block(maps)
        if number in (1, 2, 4, 6):
            cuts.append(maps)
    mixed = [across(cut) for across, cut in zip(features.across_channels, cuts, strict=True)]
    assert [each.shape[1] for each in mixed] == [64, 128, 256, 512]
    seen = None
    for scale in (3, 2, 1, 0):
        whole = mixed[scale] if seen is None else mixed[scale] + seen
        doubled = F.interpolate(whole, scale_factor=2, mode="bilinear", align_corners=True)
        seen = features.across_scales[scale](doubled)
        yield scale, seen


def test_features_and_their_gradients_are_those_of_the_plain_network(features, plain):
    images = torch.rand(2, 3, 16, 16) * 2 - 1
    with torch.no_grad():
        unwatched = features(images)
    slopes = []
    for maps_of in (features, lambda images: [each for _, each in published(features, plain, images)][::-1]):
        watched = images.clone().requires_grad_(True)
        maps = maps_of(watched)
        assert [each.shape[1:] for each in maps] == [(CHANNELS[k], 64 >> k, 64 >> k) for k in range(4)]
        for one, other in zip(maps, unwatched, strict=True):
            torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-4 * float(other.abs().max()))
        slopes.append(torch.autograd.grad(sum(each.square().mean() for each in maps), watched)[0])
    assert (slopes[0] - slopes[1]).norm() < 1e-2 * slopes[1].norm()  # an activation at its kink may fall either way


@pytest.mark.parametrize("align_corners", [True, False])
@pytest.mark.parametrize("before, after", [((4, 6), (8, 12)), ((16, 5), (40, 6)), ((1, 3), (2, 3))])
def test_maps_are_enlarged_by_matrix_products_as_torch_does(before, after, align_corners):
    """As on a GPU, where the gradient of torch's own has no fixed order."""
    maps = torch.randn(2, 3, *before)
    sides = zip(before, after, strict=True)
    down, across = (_bilinear_matrix(one, other, align_corners, maps.device) for one, other in sides)
    expected = F.interpolate(maps, after, mode="bilinear", align_corners=align_corners)
    assert torch.allclose(down @ maps @ across.T, expected, atol=1e-6)


def test_larger_images_are_looked_at_as_they_are(features):
    with torch.no_grad():
        maps = features(torch.zeros(1, 3, 256, 256))
    assert [each.shape[2] for each in maps] == [128, 64, 32, 16]


def test_grey_images_are_seen_as_their_own_in_colours(features):
    torch.manual_seed(0)
    grey, images = Features(1, 128), torch.rand(1, 1, 128, 128)
    with torch.no_grad():
        for one, other in zip(
            grey.stages[0](grey.normalise(images)),
            features.stages[0](features.normalise(images.expand(-1, 3, -1, -1))),
            strict=True,
        ):
            torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-3)


def test_nothing_of_the_features_is_trained_and_all_of_it_is_saved():
    discriminator = Discriminator(3, 128, 0)
    assert not list(discriminator.features.parameters())
    names = {name for name, _ in discriminator.named_parameters()}
    assert {name.partition(".")[0] for name in names} == {"heads"}
    kept = {name for name in discriminator.state_dict() if name.startswith("features.")}
    assert {f"features.across_{what}.{k}.weight" for what in ("channels", "scales") for k in range(4)} <= kept
    assert [len(level) for level in discriminator.layers_from_image()] == [1, 2, 3, 4]


@pytest.mark.parametrize("precision, bound", [("fp32", 1e-5), ("bf16", 2e-2)])
def test_a_doubling_is_one_of_pixels_and_a_convolution(precision, bound):
    torch.manual_seed(0)
    layer = layers.doubling(6, 8).eval()
    maps = torch.randn(3, 6, 5, 5).to(memory_format=torch.channels_last)
    expected = F.conv2d(F.interpolate(maps, scale_factor=2, mode="nearest"), layer.weight, padding=1)
    with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
        made = layer(maps)
    assert made.dtype == (torch.bfloat16 if precision == "bf16" else torch.float32)
    assert (made.float() - expected).norm() < bound * expected.norm()


@pytest.mark.parametrize(
    "kind, sizes, shape",
    [
        ("convolution", (6, 8, 4, 2, 1, True), (2, 6, 8, 8)),
        ("transposed", (6, 8, 4), (2, 6, 1, 1)),
        ("doubling", (6, 8), (2, 6, 4, 4)),
        ("linear", (6, 8), (2, 6)),
    ],
)
def test_weights_have_spectral_norm_one(kind, sizes, shape):
    torch.manual_seed(0)
    layer = getattr(layers, kind)(*sizes)
    for _ in range(300):
        layer(torch.randn(shape))
    weight = layers.exact_weight(layer.eval(), torch.device("cpu")).detach()
    first = 1 if isinstance(layer, torch.nn.ConvTranspose2d) else 0
    largest = torch.linalg.svdvals(weight.transpose(0, first).flatten(1))[0]
    torch.testing.assert_close(float(largest), 1.0, rtol=1e-4, atol=0)


def test_gates():
    maps = torch.randn(2, 6, 3, 3)
    torch.testing.assert_close(layers.gated(maps), maps[:, :3] * maps[:, 3:].sigmoid())


@pytest.mark.parametrize("size, excited", [(16, []), (32, []), (64, ["64"]), (256, ["64", "128", "256"])])
@pytest.mark.parametrize("channels, classes", [(1, 0), (3, 4)])
def test_a_generator_of_any_size(size, excited, channels, classes):
    generator = Generator(size, channels, 6, 4, classes).eval()
    assert list(generator.excitations) == excited
    latents, labels = torch.randn(2, 6), torch.tensor([0, 3]) if classes else None
    with torch.no_grad():
        images = generator(latents, labels)
        assert images.shape == (2, channels, size, size)
        torch.testing.assert_close(generator(3 * latents, labels), images, rtol=1e-4, atol=1e-4)  # its direction counts
        mean = generator.draw(latents, labels, (), 0.0)
        assert (generator.draw(latents, labels, (), 0.5) - images).abs().max() > 0
        if classes:
            assert (generator(latents, labels.flip(0)) - images).abs().max() > 1e-4
        else:
            torch.testing.assert_close(mean[0], mean[1])


def test_the_hinge_by_hand():
    real, fake = torch.tensor([[2.0, 0.5], [-1.0, 1.0]]), torch.tensor([[-2.0, 0.0], [1.0, -0.5]])
    assert hinge(real, fake).item() == pytest.approx((0 + 0.5 + 2 + 0) / 4 + (0 + 1 + 2 + 0.5) / 4)


def training(tmp_path, seed=0, start=None, **changes):
    settings = of_family(
        "generators", "projected", size_px=16, width=4, latent_dim=6, batch=4, features_px=128, **changes
    )
    about = {"settings": settings, "size_px": 16, "channels": 3, "conditional": True, "classes": ["a", "b"]}
    about |= {"generator": "it", "split": "holdout", "seed": seed, "class": "all"}
    images = torch.randint(0, 256, (8, 16, 16, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    return TASK(about, images, torch.arange(8) % 2, choose_device("cpu", "fp32", 1, True), tmp_path, start)


def test_a_step_moves_both_players_and_no_feature_and_a_resumed_one_is_the_same(tmp_path):
    task = training(tmp_path, lecam={"weight": 0.1})
    before = copy.deepcopy(task.state())
    values = task.step(0, 0)
    assert {"loss_discriminator", "loss_generator", "lecam", "r_t"} <= values.keys()
    moved = {
        name
        for name, value in task.discriminator.state_dict().items()
        if not torch.equal(value, before["discriminator"][name])
    }
    assert all(name.startswith("heads.") for name in moved)
    assert {f"heads.{k}.last.parametrizations.weight.original" for k in range(4)} <= moved
    assert "start.0.parametrizations.weight.original" in {
        name for name, value in task.generator.state_dict().items() if not torch.equal(value, before["generator"][name])
    }
    kept = copy.deepcopy(task.state())
    after = task.step(1, 0)
    other = training(tmp_path, seed=1, lecam={"weight": 0.1})
    assert not torch.equal(
        other.discriminator.features.across_scales[0].weight, task.discriminator.features.across_scales[0].weight
    )
    other.seed = task.seed
    other.load_state(kept)
    again = other.step(1, 0)
    assert all(torch.equal(after[name], again[name]) for name in after)
    for name, value in task.discriminator.state_dict().items():
        assert torch.equal(value, other.discriminator.state_dict()[name]), name


def test_the_features_follow_from_the_seed(tmp_path):
    one, other = (training(tmp_path).discriminator.features.state_dict() for _ in range(2))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_what_is_saved_is_rebuilt_and_begun_with(tmp_path):
    task = training(tmp_path)
    task.step(0, 0)
    for name in ("generator", "discriminator"):
        save_weights(tmp_path / f"{name}.safetensors", getattr(task, name))
    torch.manual_seed(5)  # whose convolutions are others
    rebuilt = build_discriminator(task.description).to(memory_format=torch.channels_last)
    load_weights(tmp_path / "discriminator.safetensors", rebuilt)
    images, labels = torch.rand(3, 3, 16, 16), torch.tensor([0, 1, 1])
    with torch.no_grad():
        expected = task.discriminator.eval()(images, labels)
        assert expected.shape == (3,)
        assert torch.equal(rebuilt.eval()(images, labels), expected)
    begun = training(tmp_path, seed=1, start=Start(tmp_path, "it/all", {}, [], ""))
    for name, value in task.discriminator.state_dict().items():
        assert torch.equal(begun.discriminator.state_dict()[name], value), name


def test_the_generator_learns_through_the_features_alone(tmp_path):
    task = training(tmp_path)
    heads = {name: value.clone() for name, value in task.discriminator.state_dict().items() if "original" in name}
    task._descend = lambda player, loss: loss.backward() if player == "generator" else None
    task.step(0, 0)
    assert all(weight.grad is not None for weight in task.generator.parameters())
    assert all(weight.grad is None for weight in task.discriminator.parameters())
    assert all(torch.equal(task.discriminator.state_dict()[name], value) for name, value in heads.items())


def test_its_own_network_is_no_judge():
    assert family("generators", "projected") is FAMILY
    assert judges([NETWORK, "mobilenetv2_100"], FAMILY.looks_through) == ["mobilenetv2_100"]


def test_a_plan_reckons_with_the_enlarged_images():
    small, large, wide = (
        FAMILY.guess(of_family("generators", "projected", **given))
        for given in ({"features_px": 128, "size_px": 32}, {"size_px": 32}, {"size_px": 64, "width": 128})
    )
    assert 1.5 < large.kimg_seconds / small.kimg_seconds < 3.1
    assert 2 < large.batch_mb / small.batch_mb < 3.1
    assert wide.kimg_seconds > 3 * large.kimg_seconds


@pytest.mark.parametrize("size, sentence", [(64, None), (48, "32 and 64"), (300, "256 and 512")])
def test_sizes_are_powers_of_two(size, sentence):
    found = problems(of_family("generators", "projected").model_copy(update={"size_px": size}))
    assert found == [] if sentence is None else sentence in found[0][1]
