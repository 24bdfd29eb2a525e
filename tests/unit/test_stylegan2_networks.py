"""StyleGAN2's networks: equations by hand, parameter counts of the publication, and what depends on what."""

import math

import pytest
import torch
from torch.nn import functional as F

from augury.generators.penalties import path_lengths, path_penalty, r1_penalty
from augury.generators.stylegan2.discriminator import Discriminator
from augury.generators.stylegan2.family import problems
from augury.generators.stylegan2.layers import Linear, MinibatchStd, ModulatedConvolution, second_moment, widths
from augury.generators.stylegan2.networks import Generator, Mapping, noises_of
from augury.generators.stylegan2.training import TASK
from augury.latent.sampling import generate_blocks
from tests.settings import of_family


def generator(size=16, channels=3, architecture="skip", classes=0, base=64):
    torch.manual_seed(0)
    return Generator(size, channels, 8, 12, 2, base, 16, architecture, classes)


def discriminator(size=16, channels=3, architecture="residual", classes=0, group=4):
    torch.manual_seed(0)
    return Discriminator(size, channels, 64, 16, architecture, group, classes)


def count(network):
    return sum(weight.numel() for weight in network.parameters())


def test_parameters_of_the_published_configuration():
    """Configuration F at 1024 x 1024: 30,370,060 and 29,012,513 weights, as its public training logs print them."""
    assert count(Generator(1024, 3, 512, 512, 8, 32768, 512, "skip", 0)) == 30_370_060
    assert count(Discriminator(1024, 3, 32768, 512, "residual", 4, 0)) == 29_012_513


def test_parameters_of_a_small_generator_by_hand():
    """16 px, grey, widths 16 at 4 px, 8 at 8 px, 4 at 16 px; latents of 8, styles of 12."""
    mapping = (8 * 12 + 12) + (12 * 12 + 12)
    pairs = [(16, 16), (16, 8), (8, 8), (8, 4), (4, 4)]  # of the 3 x 3 layers
    layers = sum(9 * a * b + b + 1 + (12 * a + a) for a, b in pairs)  # weights, bias, noise strength, affine
    images = sum(a + 1 + (12 * a + a) for a in (16, 8, 4))
    assert count(generator(16, 1)) == mapping + 16 * 16 + layers + images


@pytest.mark.parametrize("architecture", ["skip", "residual"])
@pytest.mark.parametrize(("size", "channels", "classes"), [(16, 1, 0), (32, 3, 0), (128, 3, 3)])
def test_shapes(size, channels, classes, architecture):
    made, judge = generator(size, channels, architecture, classes), discriminator(size, channels, architecture, classes)
    labels = torch.tensor([0, 2, 1]) if classes else None
    images = made(torch.randn(3, 8), labels)
    assert images.shape == (3, channels, size, size)
    assert judge(images, labels).shape == (3,)


def test_both_architectures_are_different_networks():
    latents = torch.randn(2, 8)
    assert count(generator(architecture="skip")) != count(generator(architecture="residual"))
    assert not torch.equal(generator()(latents), generator(architecture="residual")(latents))


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("demodulated", [True, False])
def test_modulated_convolution_by_equations_1_to_3(size, demodulated):
    """Independently: a kernel for each image, modulated and demodulated as printed, and an ordinary convolution."""
    torch.manual_seed(1)
    layer = ModulatedConvolution(3, 5, size, 4, demodulated=demodulated).double()
    layer.affine.weight.data.normal_()
    features, styles = torch.randn(2, 3, 6, 6, dtype=torch.float64), torch.randn(2, 4, dtype=torch.float64)
    made = layer(features, styles)
    weight = layer.weight / math.sqrt(3 * size**2)
    for image in range(2):
        scales = layer.affine.weight @ styles[image] / math.sqrt(4) + layer.affine.bias
        kernel = weight * scales[None, :, None, None]  # w' = s_i w
        if demodulated:
            kernel = kernel / (kernel.square().sum(dim=(1, 2, 3), keepdim=True) + 1e-8).sqrt()
        expected = F.conv2d(features[image : image + 1], kernel, padding=size // 2)
        assert torch.allclose(made[image], expected[0], rtol=1e-5, atol=1e-6)


def test_demodulation_gives_unit_variance():
    """Equation 2: white inputs leave with a standard deviation of 1 in every map, whatever the style."""
    torch.manual_seed(2)
    layer = ModulatedConvolution(8, 6, 3, 4)
    deviation = layer(torch.randn(64, 8, 16, 16), torch.randn(64, 4) * 5)[:, :, 1:-1, 1:-1].std(dim=(0, 2, 3))
    assert torch.allclose(deviation, torch.ones(6), atol=0.1)


def test_doubling_is_zero_insertion_convolution_and_low_pass():
    """Independently: set zeros between the pixels, convolve with the mirrored kernel, filter by [1, 3, 3, 1]."""
    torch.manual_seed(3)
    layer = ModulatedConvolution(2, 3, 3, 4, doubled=True, demodulated=False)
    features, styles = torch.randn(1, 2, 5, 5), torch.zeros(1, 4)  # a style of zero modulates by the bias, 1
    spread = torch.zeros(1, 2, 11, 11)
    spread[:, :, 1:11:2, 1:11:2] = features
    full = F.conv2d(F.pad(spread, (1, 1, 1, 1)), layer.weight.flip(2, 3) / math.sqrt(18))
    low = torch.outer(*[torch.tensor([1.0, 3, 3, 1]) / 4] * 2)
    expected = F.conv2d(F.pad(full, (1, 1, 1, 1)), low.expand(3, 1, 4, 4), groups=3)
    made = layer(features, styles)
    assert made.shape == (1, 3, 10, 10)
    assert torch.allclose(made, expected, atol=1e-5)


def test_minibatch_deviation_by_hand():
    """Two groups of two: images 0 and 2, 1 and 3. The first differ by 2 in every value, the others not at all."""
    features = torch.stack([torch.full((3, 2, 2), value) for value in (1.0, 5.0, 3.0, 5.0)])
    plane = MinibatchStd(2)(features)[:, 3]
    assert torch.allclose(plane[0], torch.ones(2, 2), atol=1e-4)
    assert torch.equal(plane[0], plane[2])
    assert plane[1].abs().max() < 1e-3


def test_equalised_rates_scale_at_run_time():
    """A layer with a hundredth of the rate has a hundred times the weight and gives the same at first."""
    torch.manual_seed(4)
    slow = Linear(50, 400, rate=0.01)
    assert slow.weight.std().item() == pytest.approx(100, rel=0.05)
    assert slow(torch.randn(200, 50)).std().item() == pytest.approx(1, rel=0.05)


def test_the_mapping_is_blind_to_the_length_of_a_latent():
    mapping = Mapping(8, 12, 2, 0)
    latents = torch.randn(2, 8)
    assert torch.allclose(mapping(latents, None), mapping(latents * 3, None), atol=1e-4)
    assert torch.allclose(second_moment(latents).square().mean(dim=1), torch.ones(2), atol=1e-5)


def test_the_mean_style_moves_only_when_it_is_asked_to():
    mapping = Mapping(8, 12, 2, 0)
    styles = mapping(torch.randn(4, 8), None)
    assert mapping.average.abs().max() == 0
    again = mapping(torch.randn(4, 8), None, track=True)
    assert torch.allclose(mapping.average, again.mean(dim=0) * 0.005, atol=1e-7)
    assert styles.shape == (4, 12)


def test_truncation_pulls_to_the_mean_style():
    network = generator()
    network.mapping.average.normal_()
    latents = torch.randn(2, 8)
    whole, none = (network.draw(latents, None, [5, 5], truncation) for truncation in (1.0, 0.0))
    assert not torch.allclose(whole[0], whole[1])
    assert torch.allclose(none[0], none[1], atol=1e-5)


def test_noise_belongs_to_the_seed():
    network = generator()
    for block in network.blocks:
        for layer in block.layers:
            layer.noise_strength.data.fill_(1.0)
    latents = torch.randn(1, 8).expand(2, -1)
    one, other = network.draw(latents, None, [1, 2], 1.0)
    assert not torch.allclose(one, other)
    assert torch.equal(noises_of([1, 2], [4, 8])[1][1], noises_of([2], [4, 8])[1][0])


def test_image_i_depends_on_seed_i_alone():
    network, device = generator().eval(), torch.device("cpu")
    network.blocks[1].layers[0].noise_strength.data.fill_(1.0)
    whole = torch.cat(list(generate_blocks(network, range(70), 8, None, device)))
    for asked in (range(1), range(63, 65), range(66, 70)):
        part = torch.cat(list(generate_blocks(network, asked, 8, None, device)))
        assert torch.equal(part, whole[asked.start : asked.stop])


def test_the_class_counts_in_both_conditional_networks():
    made, judge = generator(classes=3), discriminator(classes=3)
    latents, labels = torch.randn(2, 8), torch.tensor([0, 1])
    torch.manual_seed(0)
    images = made(latents, labels)
    torch.manual_seed(0)
    assert not torch.allclose(images, made(latents, 1 - labels))
    assert not torch.allclose(judge(images, labels), judge(images, 1 - labels))


@pytest.mark.parametrize("architecture", ["skip", "residual"])
def test_freezing_counts_layers_from_the_image(architecture):
    judge = discriminator(architecture=architecture)
    layers = judge.layers_from_image()
    assert layers[0] is judge.from_image["16"]
    weights = [id(weight) for layer in layers for weight in layer.parameters()]
    assert len(weights) == len(set(weights))
    rest = {id(weight) for weight in judge.parameters()} - set(weights)
    assert rest == {id(weight) for weight in judge.output.parameters()}


def test_r1_of_a_quadratic_by_hand():
    """D(x) = sum of a x^2 has the gradient 2 a x: half its squared norm is 2 a^2 sum x^2, averaged over images."""
    images = torch.randn(3, 1, 2, 2, requires_grad=True)
    logits = (0.5 * images.square()).sum(dim=(1, 2, 3))
    expected = (images.detach().square().sum(dim=(1, 2, 3)) / 2).mean()
    assert torch.allclose(r1_penalty(logits, images), expected)


def test_r1_reaches_the_discriminators_weights_by_double_backward():
    """Against the gradient of the penalty by finite differences, in float64."""
    judge = discriminator(channels=1).double()
    images = torch.randn(2, 1, 16, 16, dtype=torch.float64, requires_grad=True)
    weight = judge.blocks["16"].layers[0].weight

    def penalty():
        return r1_penalty(judge(images), images)

    (slope,) = torch.autograd.grad(penalty(), weight)
    step, at = 1e-6, (1, 2, 0, 1)
    values = []
    for sign in (1, -1):
        weight.data[at] += sign * step
        values.append(penalty().item())
        weight.data[at] -= sign * step
    assert slope[at].item() == pytest.approx((values[0] - values[1]) / (2 * step), rel=1e-3)


def test_path_lengths_of_a_linear_map():
    """For an image A w the Jacobian is A, and E |A^T y|^2 the sum of its squares; y is scaled by 1 / sqrt(H W)."""
    torch.manual_seed(5)
    matrix = torch.randn(4 * 4, 3)
    styles = torch.randn(4000, 1, 3, requires_grad=True)
    images = (styles[:, 0] @ matrix.T).reshape(-1, 1, 4, 4)
    mean_square = path_lengths(images, styles).square().mean().item()
    assert mean_square == pytest.approx(matrix.square().sum().item() / 16, rel=0.05)


def test_path_penalty_by_hand():
    """Lengths 1 and 3 move a mean of 0 to 0.02; the penalty is ((1 - 0.02)^2 + (3 - 0.02)^2) / 2."""
    penalty, mean = path_penalty(torch.tensor([1.0, 3.0]), torch.zeros(()))
    assert mean.item() == pytest.approx(0.02)
    assert penalty.item() == pytest.approx((0.98**2 + 2.98**2) / 2)


def test_path_penalty_moves_the_mean_along():
    """By hand: P = ((l1 - m)^2 + (l2 - m)^2) / 2 with m = 0.005 (l1 + l2), of which m's own part has gradients too."""
    lengths = torch.tensor([1.0, 3.0], requires_grad=True)
    penalty, mean = path_penalty(lengths, torch.zeros(()))
    (slopes,) = torch.autograd.grad(penalty, lengths)
    assert slopes.tolist() == pytest.approx([0.98 * 0.995 - 2.98 * 0.005, 2.98 * 0.995 - 0.98 * 0.005])
    assert not mean.requires_grad


def test_the_discriminators_mapping_has_eight_layers():
    """As the public networks' default has it, whatever the generator's; the embedding comes before them."""
    mapping = discriminator(classes=3).mapping
    assert len(mapping.layers) == 8
    assert mapping.embedding.weight.shape == (16, 3)


def test_path_lengths_reach_the_generators_weights():
    network = generator(channels=1)
    styles = network.repeated(network.mapping(torch.randn(2, 8), None))
    noises = noises_of([0, 1], network.noise_sizes)
    penalty, _ = path_penalty(path_lengths(network.synthesise(styles, noises), styles), torch.zeros(()))
    penalty.backward()
    assert network.blocks[0].layers[0].convolution.weight.grad.abs().sum() > 0
    assert network.mapping.layers[0].weight.grad.abs().sum() > 0


def settings(**changes):
    return of_family("generators", "stylegan2", **changes)


@pytest.mark.parametrize(
    ("size", "batch", "expected"),
    [
        # By hand: batch min(4096 / size, 32), R1 0.0002 size^2 / batch, EMA batch x 10 / 32 kimg.
        (256, None, {"batch": 16, "r1_gamma": 0.8192, "learning_rate": 0.0025, "ema_half_life_kimg": 5.0}),
        (1024, None, {"batch": 4, "r1_gamma": 52.4288, "learning_rate": 0.002, "channel_base": 32768}),
        (64, 16, {"batch": 16, "r1_gamma": 0.0512, "channel_base": 16384, "mbstd_group_size": 4, "mapping_layers": 2}),
    ],
)
def test_the_automatic_configuration(size, batch, expected):
    resolved = TASK.resolved(settings(size_px=size, batch=batch))
    assert {key: getattr(resolved, key) for key in expected} == pytest.approx(expected)


def test_what_is_given_is_kept():
    given = {"r1_gamma": 3.0, "mapping_layers": 5, "learning_rate": 0.001, "ema_ramp_up": 0.2, "channel_base": 512}
    resolved = TASK.resolved(settings(size_px=64, **given))
    assert {key: getattr(resolved, key) for key in given} == given
    assert TASK.resolved(settings(cfg="stylegan2")).r1_gamma == 10
    assert {key for key, value in resolved.model_dump().items() if value is None} == {
        "classes", "init_from", "snapshot_every"
    }  # fmt: skip


def test_sizes_are_powers_of_two():
    assert problems(settings(size_px=64)) == []
    assert problems(settings(size_px=48)) == [("size_px", "48 is no power of two; the nearest are 32 and 64")]
    assert widths(32, 1024, 100) == {4: 100, 8: 100, 16: 64, 32: 32}
