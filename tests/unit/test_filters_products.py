"""Convolutions as products of matrices: the same numbers as the built-in ones, both ways."""

import pytest
import torch
from torch.nn import functional as F

from augury.filters.products import Shape, convolve, convolve_transposed
from augury.generators.dcgan.layers import Convolution, Transposed

# Maps, sides and images: below both bounds, between them, and above; and few channels.
SIZES = [(8, 12, 8, 4), (8, 12, 16, 32), (5, 6, 32, 64), (3, 6, 32, 64)]
BOUND = 0.02  # of the largest number: bf16 keeps eight bits


def leaves(*shapes):
    torch.manual_seed(0)
    return [torch.randn(shape).to(memory_format=torch.channels_last).requires_grad_() for shape in shapes]


def found(function, maps, weight):
    made = function(maps, weight)
    slopes = torch.autograd.grad(
        (made.float() * torch.cos(torch.arange(made.numel())).view_as(made)).sum(), (maps, weight)
    )
    return [made.float(), *slopes]


def assert_near(ours, theirs):
    for one, other in zip(ours, theirs, strict=True):
        assert one.dtype == torch.float32
        assert (one - other).abs().max() <= BOUND * other.abs().max()


@pytest.mark.parametrize("inputs, outputs, side, count", SIZES)
def test_a_convolution(inputs, outputs, side, count):
    maps, weight = leaves((count, inputs, side, side), (outputs, inputs, 4, 4))
    ours = found(lambda m, w: convolve(m, w, Shape(2, 1)), maps, weight)
    assert_near(ours, found(lambda m, w: F.conv2d(m, w, stride=2, padding=1), maps, weight))


@pytest.mark.parametrize("inputs, outputs, side, count", SIZES)
def test_a_transposed_convolution(inputs, outputs, side, count):
    maps, weight = leaves((count, outputs, side // 2, side // 2), (outputs, inputs, 4, 4))
    ours = found(lambda m, w: convolve_transposed(m, w, Shape(2, 1)), maps, weight)
    assert_near(ours, found(lambda m, w: F.conv_transpose2d(m, w, stride=2, padding=1), maps, weight))


def test_a_kernel_as_large_as_its_map():
    maps, weight = leaves((5, 8, 4, 4), (3, 8, 4, 4))
    assert_near(
        found(lambda m, w: convolve(m, w, Shape(1, 0)), maps, weight), found(lambda m, w: F.conv2d(m, w), maps, weight)
    )


@pytest.mark.parametrize("which", [0, 1])
def test_only_the_gradients_that_are_wanted_are_computed(which):
    maps, weight = leaves((4, 8, 8, 8), (12, 8, 4, 4))
    (maps, weight)[1 - which].requires_grad_(False)
    convolve(maps, weight, Shape(2, 1)).float().sum().backward()
    assert (maps.grad is None, weight.grad is None) == ((False, True), (True, False))[which]


@pytest.mark.parametrize("kind, usual", [(Convolution, torch.nn.Conv2d), (Transposed, torch.nn.ConvTranspose2d)])
def test_layers_are_torchs_own_where_nothing_is_gained(kind, usual):
    torch.manual_seed(0)
    layer, maps = kind(4, 6, 4, 2, 1), torch.randn(2, 4, 8, 8)
    plain = usual(4, 6, 4, 2, 1)
    plain.load_state_dict(layer.state_dict())
    assert torch.equal(layer(maps), plain(maps))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert_near([layer(maps).float()], [plain(maps).float()])
