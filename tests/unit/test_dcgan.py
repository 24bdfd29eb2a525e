"""DCGAN: layouts by hand, losses by formula, and a training step that moves what it should."""

import math
from pathlib import Path

import pytest
import torch

from augury.command.errors import UserError
from augury.generators import losses
from augury.generators.averaging import Average
from augury.generators.dcgan.family import size_problems
from augury.generators.dcgan.networks import Discriminator, Generator, stage_widths
from augury.generators.dcgan.sizes import base_and_doublings
from augury.generators.dcgan.training import TASK
from augury.generators.task import steps_of
from augury.latent.drawing import Drawer
from augury.latent.sampling import generate_blocks, latents_of
from augury.training.device import choose_device
from tests.settings import of_family


@pytest.mark.parametrize(
    "size, expected",
    [
        (16, (4, 2)),
        (32, (4, 3)),
        (48, (6, 3)),
        (64, (4, 4)),
        (96, (6, 4)),
        (100, (25, 2)),
        (132, (33, 2)),
        (256, (4, 6)),
    ],
)
def test_sizes_are_a_small_base_times_a_power_of_two(size, expected):
    assert base_and_doublings(size) == expected


@pytest.mark.parametrize("size", [15, 17, 50, 131, 257, 512])
def test_other_sizes_are_refused_with_the_nearest(size):
    with pytest.raises(UserError, match="nearest are"):
        base_and_doublings(size)
    [(key, _)] = size_problems(of_family("generators", "dcgan").model_copy(update={"size_px": size}))
    assert key == "size_px"


def test_the_refusal_names_the_neighbours():
    with pytest.raises(UserError, match="nearest are 128, 132, 136"):
        base_and_doublings(131)


@pytest.mark.parametrize("size", [16, 48, 64, 132, 256])
@pytest.mark.parametrize("channels, classes", [(1, 0), (3, 4)])
def test_shapes_at_any_size(size, channels, classes):
    generator = Generator(size, channels, 10, 4, 16, 1, classes)
    discriminator = Discriminator(size, channels, 4, 16, classes)
    labels = torch.tensor([0, 3]) if classes else None
    images = generator(torch.randn(2, 10), labels)
    assert images.shape == (2, channels, size, size)
    assert images.abs().max() <= 1
    assert discriminator(images, labels).shape == (2,)


def test_parameters_of_the_published_64_px_network():
    """Radford et al. 2015, figure 1 at 64 px with 64 feature maps: 100 -> 4x4x512 -> 256 -> 128 -> 64 -> 64x64x3.

    Kernels 4 x 4 without bias (16 weights per pair of maps), two weights per map of batch norm, a bias in the last
    layer.
    """
    pairs = 100 * 512 + 512 * 256 + 256 * 128 + 128 * 64 + 64 * 3
    generator = Generator(64, 3, 100, 64, 512, 0, 0)
    assert sum(weight.numel() for weight in generator.parameters()) == 16 * pairs + 2 * (512 + 256 + 128 + 64) + 3
    pairs = 3 * 64 + 64 * 128 + 128 * 256 + 256 * 512 + 512
    discriminator = Discriminator(64, 3, 64, 512, 0)
    assert sum(weight.numel() for weight in discriminator.parameters()) == 16 * pairs + 2 * (128 + 256 + 512) + 64 + 1


def test_widths_double_up_to_the_cap():
    assert stage_widths(128, 64, 512) == [64, 128, 256, 512, 512]
    assert stage_widths(132, 64, 512) == [64, 128]


def test_layers_are_those_of_the_paper():
    layers = list(Generator(32, 3, 100, 64, 512, 0, 0).layers)
    first, last = layers[0], layers[-2]
    assert (first.kernel_size, first.stride, first.padding) == ((4, 4), (1, 1), (0, 0))
    assert all((layer.kernel_size, layer.stride, layer.padding) == ((4, 4), (2, 2), (1, 1)) for layer in layers[3:-2:3])
    assert isinstance(layers[-1], torch.nn.Tanh)
    assert last.bias is not None
    norms = [layer for layer in Discriminator(32, 3, 64, 512, 0).layers if isinstance(layer, torch.nn.BatchNorm2d)]
    assert len(norms) == 2  # none after the first of three halvings


def test_initial_weights():
    torch.manual_seed(0)
    weights = torch.cat(
        [p.flatten() for n, p in Generator(64, 3, 100, 64, 512, 0, 0).named_parameters() if p.ndim == 4]
    )
    assert weights.std().item() == pytest.approx(0.02, rel=0.01)


def test_losses_at_the_equilibrium_are_ln_2():
    zero = torch.zeros(8)
    real, fake = losses.bce_terms(zero, zero, 1.0, 0.0)
    assert real.item() == pytest.approx(math.log(2))
    assert fake.item() == pytest.approx(math.log(2))
    assert losses.non_saturating(zero).item() == pytest.approx(math.log(2))


def test_losses_by_formula_with_soft_labels():
    """-(t ln s + (1 - t) ln(1 - s)) with s = sigmoid(x), by hand for x = 1 and x = -2."""
    real, fake = losses.bce_terms(torch.tensor([1.0]), torch.tensor([-2.0]), 0.9, 0.1)

    def cross_entropy(logit, target):
        score = 1 / (1 + math.exp(-logit))
        return -(target * math.log(score) + (1 - target) * math.log(1 - score))

    assert real.item() == pytest.approx(cross_entropy(1.0, 0.9), rel=1e-6)
    assert fake.item() == pytest.approx(cross_entropy(-2.0, 0.1), rel=1e-6)


def test_average_halves_the_past_over_its_half_life():
    network = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.zeros_(network.weight)
    average = Average(network, half_life_kimg=1.0, ramp_up=10.0)
    torch.nn.init.ones_(network.weight)
    for step in range(10):
        average.update(network, images_seen=10**6 + step, batch=100)  # 1,000 images in all: one half-life
    assert average.network.weight.item() == pytest.approx(0.5, rel=1e-5)


def test_average_with_zero_half_life_is_the_plain_network():
    network = torch.nn.BatchNorm1d(2)
    average = Average(network, 0.0, 0.05)
    network(torch.randn(8, 2))
    average.update(network, 8, 8)
    for mine, theirs in zip(average.network.state_dict().values(), network.state_dict().values(), strict=True):
        assert torch.equal(mine, theirs)


@pytest.mark.parametrize(
    "duration, unit, images, batch, steps",
    [(500, "epochs", 40, 32, 625), (1, "kimg", 40, 32, 32), (0.001, "kimg", 9, 32, 1)],
)
def test_steps_of_a_duration(duration, unit, images, batch, steps):
    assert steps_of(duration, unit, images, batch) == steps


def task(tmp_path: Path, **changes):
    chosen = {"family": "dcgan", "size_px": 16, "width": 4, "latent_dim": 6, "batch": 4, "duration": 0.04} | changes
    settings = of_family("generators", "dcgan", **chosen)
    device = choose_device("cpu", "fp32", 1, True)
    images = torch.randint(0, 256, (10, 16, 16, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    about = {
        "generator": "g",
        "seed": 0,
        "class": "a",
        "split": "holdout",
        "classes": ["a"],
        "conditional": False,
        "size_px": 16,
        "channels": 3,
    }
    return TASK(about | {"settings": settings}, images, None, device, tmp_path / "snapshots")


def weights(network):
    return torch.cat([p.detach().flatten() for p in network.parameters()])


def test_a_step_moves_both_players_and_reports(tmp_path):
    trained = task(tmp_path)
    before = weights(trained.generator), weights(trained.discriminator)
    values = trained.step(0, 0)
    assert not torch.equal(before[0], weights(trained.generator))
    assert not torch.equal(before[1], weights(trained.discriminator))
    assert values["bce"].item() == pytest.approx(values["loss_discriminator"].item() / 2)
    assert 0 <= values["d_real"].item() <= 1
    assert all(p.requires_grad for p in trained.discriminator.parameters())


def test_the_generators_step_leaves_the_discriminator_alone(tmp_path):
    """The discriminator after a step equals one that took its own half-step only."""
    trained = task(tmp_path)
    moved = []
    descend = trained._descend

    def watch(player, loss):
        descend(player, loss)
        moved.append(weights(trained.discriminator))

    trained._descend = watch
    trained.step(0, 0)
    assert torch.equal(moved[0], moved[1])


def test_a_step_is_a_function_of_its_number(tmp_path):
    one, other = task(tmp_path), task(tmp_path)
    for step in (0, 1, 2):
        one.step(step, 0)
        torch.manual_seed(step)  # global randomness in between must not matter
        other.step(step, 0)
    assert torch.equal(weights(one.generator), weights(other.generator))


def test_learning_rate_steps_down(tmp_path):
    trained = task(tmp_path, learning_rate_step=0.008, learning_rate_gamma=0.1)  # every two steps of four images
    rates = []
    for step in range(5):
        trained.step(step, 0)
        rates.append(trained.optimisers["generator"].param_groups[0]["lr"])
    assert rates == pytest.approx([2e-4, 2e-4, 2e-5, 2e-5, 2e-6])


def test_stops_at_the_equilibrium_only_after_enough_quiet_ticks(tmp_path):
    trained = task(tmp_path, equilibrium_bound=0.1, equilibrium_ticks=2)
    ends = [trained.end_tick(step, {"d_fake": value}) for step, value in enumerate([0.45, 0.7, 0.55, 0.41], start=1)]
    assert ends == [False, False, False, True]
    assert trained.stop_reason == "equilibrium"


def test_snapshots_are_kept_at_their_step(tmp_path):
    trained = task(tmp_path, duration_unit="epochs", duration=4, snapshots=[2])
    for step in range(5):  # two epochs of ten images are five steps of four
        trained.step(step, 0)
    assert sorted(path.name for path in (tmp_path / "snapshots").iterdir()) == [
        "generator-000002.png",
        "generator-000002.safetensors",
    ]


def test_image_i_depends_on_seed_i_alone():
    network = Generator(16, 3, 6, 4, 16, 0, 0).eval()
    device = torch.device("cpu")
    whole = torch.cat(list(generate_blocks(network, range(150), 6, None, device)))
    for asked in (range(1), range(63, 65), range(70, 71), range(100, 150)):
        part = torch.cat(list(generate_blocks(network, asked, 6, None, device)))
        assert torch.equal(part, whole[asked.start : asked.stop])
    assert torch.equal(latents_of([3], 6), latents_of([1, 3], 6)[1:])


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_images_that_are_no_numbers_are_never_drawn(value):
    """Rounded to 8 bits they would be black."""
    network = Generator(16, 3, 6, 4, 16, 0, 0).eval()
    next(network.parameters()).data.fill_(value)
    network.path = "results/x/generator.safetensors"
    message = (
        r"results/x/generator\.safetensors draws images that are not finite numbers; .* remove it and train it again"
    )
    with pytest.raises(UserError, match=message):
        list(generate_blocks(network, range(3), 6, None, torch.device("cpu")))
    with pytest.raises(UserError, match=message):
        Drawer(network, None, torch.device("cpu")).images(torch.zeros(3, 6), torch.zeros(3, dtype=torch.int64))
