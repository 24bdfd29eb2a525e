"""FIR resampling against a direct implementation in numpy: zeros set in, padding, scipy's convolution, stride."""

import numpy as np
import pytest
import torch
from scipy.signal import convolve2d

from augury.filters.resampling import binomial, blur, downsample, upsample

KERNELS = {
    "even": [1.0, 3.0, 3.0, 1.0],
    "odd": [1.0, 2.0, 1.0],
    "uneven": [1.0, 4.0, 2.0],
    "two": [1.0, 3.0],
    "long": [1.0, -2.0, 3.0, 5.0, 1.0, 0.5, 2.0],
    "twelve": [1.0, 2.0, 4.0, 7.0, 9.0, 10.0, 8.0, 7.0, 4.0, 2.0, 1.0, 0.5],
}
kernels = pytest.mark.parametrize("name", KERNELS)


def direct(image, kernel, up, down, before, after, gain):
    """One channel (H, W) by the textbook: zeros set in, zeros around, convolution, stride."""
    spread = np.zeros((image.shape[0] * up, image.shape[1] * up))
    spread[::up, ::up] = image
    padded = np.pad(spread, (before, after))
    return convolve2d(padded, gain * np.outer(kernel, kernel), mode="valid")[::down, ::down]


def directly(images, *rest):
    return np.stack([[direct(channel, *rest) for channel in image] for image in images.numpy()])


def pictures(seed=0, shape=(2, 3, 8, 6)):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_binomial_sums_to_one():
    assert binomial([1, 3, 3, 1]).tolist() == [0.125, 0.375, 0.375, 0.125]


@kernels
@pytest.mark.parametrize("padding", [(0, 0), (2, 2), (2, 1), (0, 3), (-1, 3)])
def test_blur_is_the_direct_convolution(name, padding):
    kernel, images = torch.tensor(KERNELS[name], dtype=torch.float64), pictures(shape=(2, 3, 13, 14))
    if padding == (-1, 3):
        expected = directly(images[:, :, 1:, 1:], kernel.numpy(), 1, 1, 0, 3, 1.5)
    else:
        expected = directly(images, kernel.numpy(), 1, 1, *padding, 1.5)
    np.testing.assert_allclose(blur(images, kernel, padding, gain=1.5).numpy(), expected, atol=1e-10)


@kernels
@pytest.mark.parametrize("factor", [1, 2, 3])
def test_resampling_is_the_direct_one(name, factor):
    kernel = torch.tensor(KERNELS[name], dtype=torch.float64)
    images, spare = pictures(shape=(2, 3, 12, 6)), len(kernel) - factor
    if spare < 0:
        with pytest.raises(ValueError, match="shorter than the factor"):
            upsample(images, kernel, factor)
        with pytest.raises(ValueError, match="shorter than the factor"):
            downsample(images, kernel, factor)
        return
    bigger = directly(images, kernel.numpy(), factor, 1, (spare + 1) // 2 + factor - 1, spare // 2, factor**2)
    smaller = directly(images, kernel.numpy(), 1, factor, (spare + 1) // 2, spare // 2, 1.0)
    assert bigger.shape[2:] == (12 * factor, 6 * factor)
    assert smaller.shape[2:] == (12 // factor, 6 // factor)
    np.testing.assert_allclose(upsample(images, kernel, factor).numpy(), bigger, atol=1e-10)
    np.testing.assert_allclose(downsample(images, kernel, factor).numpy(), smaller, atol=1e-10)


def test_two_rows_by_hand():
    # [1, 3, 3, 1] / 8 with gain 2 an axis: out[2i] = (x[i-1] + 3 x[i]) / 4, out[2i+1] = (3 x[i] + x[i+1]) / 4.
    images = torch.tensor([[[[4.0, 8.0]]]]).expand(1, 1, 2, 2)
    across = torch.tensor([3.0, 5.0, 7.0, 6.0])
    down = torch.tensor([0.75, 1.0, 1.0, 0.75])
    torch.testing.assert_close(upsample(images, binomial([1, 3, 3, 1]))[0, 0], torch.outer(down, across))


@pytest.mark.parametrize("taps", [[1, 3, 3, 1], [1, 2, 1], [1, 5, 10, 10, 5, 1]])
def test_a_constant_stays_inside(taps):
    images, kernel = torch.full((1, 2, 10, 10), 0.7), binomial(taps)
    for made in (upsample(images, kernel), downsample(images, kernel), blur(images, kernel, (2, 2))):
        inside = made[:, :, 3:-3, 3:-3] if made.shape[2] > 8 else made[:, :, 2:-2, 2:-2]
        torch.testing.assert_close(inside, torch.full_like(inside, 0.7))


@kernels
def test_two_derivatives_are_right(name):
    kernel = torch.tensor(KERNELS[name], dtype=torch.float64)
    images = pictures(shape=(1, 2, 4, 4)).requires_grad_()
    for operation in (
        lambda maps: blur(maps, kernel, (len(kernel), 1)).square(),
        lambda maps: blur(maps, kernel, (-1, len(kernel))).square(),
        lambda maps: upsample(maps, kernel).square(),
        lambda maps: downsample(maps, kernel).square(),
    ):
        assert torch.autograd.gradcheck(operation, (images,), fast_mode=True)
        assert torch.autograd.gradgradcheck(operation, (images,), fast_mode=True)


@kernels
def test_margins_are_cropped_or_brought(name):
    kernel, images = torch.tensor(KERNELS[name], dtype=torch.float64), pictures(shape=(1, 2, 12, 12))
    torch.testing.assert_close(upsample(images, kernel, margin=4), upsample(images, kernel)[:, :, 4:-4, 4:-4])
    bordered = torch.nn.functional.pad(images, (3, 3, 3, 3))
    torch.testing.assert_close(downsample(bordered, kernel, margin=3), downsample(images, kernel))
    images.requires_grad_()
    assert torch.autograd.gradgradcheck(lambda maps: upsample(maps, kernel, margin=4), (images,), fast_mode=True)
    assert torch.autograd.gradgradcheck(lambda maps: downsample(maps, kernel, margin=2), (images,), fast_mode=True)


def test_a_side_that_the_factor_does_not_divide_has_its_derivative():
    kernel, images = binomial([1, 3, 3, 1]).double(), pictures(shape=(1, 1, 7, 5)).requires_grad_()
    assert downsample(images, kernel).shape == (1, 1, 3, 2)
    assert torch.autograd.gradgradcheck(lambda maps: downsample(maps, kernel).square(), (images,))


@kernels
def test_memory_format_is_kept_and_changes_nothing(name):
    kernel, images = torch.tensor(KERNELS[name], dtype=torch.float64), pictures()
    for operation in (lambda maps: blur(maps, kernel, (3, 3)), lambda maps: upsample(maps, kernel)):
        plain, last = operation(images), operation(images.contiguous(memory_format=torch.channels_last))
        assert plain.is_contiguous()
        assert last.is_contiguous(memory_format=torch.channels_last)
        torch.testing.assert_close(plain, last)


@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
def test_types_are_kept_under_autocast(kind):
    images, kernel = pictures().to(kind).requires_grad_(), binomial([1, 3, 3, 1])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        made = [upsample(images, kernel), downsample(images, kernel), blur(images, kernel, (2, 1))]
    assert {maps.dtype for maps in made} == {kind}
    (gradient,) = torch.autograd.grad(sum(maps.float().square().sum() for maps in made), images)
    assert gradient.dtype == kind
    assert gradient.abs().sum() > 0
