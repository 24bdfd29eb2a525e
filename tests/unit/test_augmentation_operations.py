"""Each operation of the augmentations against examples made by hand, or by numpy."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from augury.augmentation import affine, colour, corruption
from augury.augmentation.moves import Moves, draw_moves, mirrored
from augury.augmentation.sampling import sample, warp


def whole(value, count=1):
    return torch.full((count,), value, dtype=torch.int64)


def moves(flipped=0, turns=0, right=0, down=0):
    return Moves(whole(flipped), whole(turns), whole(right), whole(down))


SMALL = torch.tensor([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]])


@pytest.mark.parametrize(
    "move, expected",
    [
        (moves(flipped=1), [[3, 2, 1], [6, 5, 4], [9, 8, 7]]),
        (moves(turns=1), [[7, 4, 1], [8, 5, 2], [9, 6, 3]]),
        (moves(turns=2), [[9, 8, 7], [6, 5, 4], [3, 2, 1]]),
        (moves(turns=3), [[3, 6, 9], [2, 5, 8], [1, 4, 7]]),
        (moves(right=1), [[1, 1, 2], [4, 4, 5], [7, 7, 8]]),
        (moves(down=-1), [[4, 5, 6], [7, 8, 9], [7, 8, 9]]),
        (moves(flipped=1, turns=1, right=1), [[9, 9, 6], [8, 8, 5], [7, 7, 4]]),
    ],
)
def test_moves_by_hand(move, expected):
    assert move.apply(SMALL)[0, 0].tolist() == expected


def test_mirroring_repeats_the_edge():
    assert mirrored(torch.arange(-4, 8), 3).tolist() == [2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1]


def test_moves_are_drawn_evenly():
    torch.manual_seed(0)
    drawn = draw_moves(8000, 32, torch.tensor(1.0))
    assert torch.bincount(drawn.flipped).tolist() == pytest.approx([4000, 4000], abs=180)
    assert torch.bincount(drawn.turns).tolist() == pytest.approx([2000] * 4, abs=160)
    for shift in (drawn.right, drawn.down):
        assert (shift.min().item(), shift.max().item()) == (-4, 4)


def blob(side, x, y, width=2.5, count=1):
    """A Gaussian about the place (x, y) in pixels from the centre, (count, 1, side, side) float64."""
    index = torch.arange(side, dtype=torch.float64) - (side - 1) / 2
    value = torch.exp(-((index[None] - x) ** 2 + (index[:, None] - y) ** 2) / (2 * width**2))
    return value[None, None].expand(count, -1, -1, -1).contiguous()


def centre(images):
    """The centre of mass of one image, in pixels from the middle."""
    side = images.shape[-1]
    index = torch.arange(side, dtype=images.dtype) - (side - 1) / 2
    mass = images[0, 0]
    return (mass.sum(0) @ index / mass.sum()).item(), (mass.sum(1) @ index / mass.sum()).item()


def one(value):
    return torch.tensor([value])


@pytest.mark.parametrize(
    "inverse, expected",
    [
        (affine.shift(one(-2 * 3.3 / 48), one(2 * 2.6 / 48)), (6 + 3.3, -4 - 2.6)),
        (affine.scaling(one(1 / 1.5), one(1 / 1.5)), (9.0, -6.0)),
        (affine.scaling(one(1 / 1.2), one(1.2)), (7.2, -4 / 1.2)),
        # Clockwise on the screen, where y grows downwards: (x, y) -> (x cos - y sin, x sin + y cos).
        (affine.rotation(one(-math.pi / 2)), (4.0, 6.0)),
        (affine.rotation(one(-math.pi / 6)), (6 * 0.8660254 + 2, 3 - 4 * 0.8660254)),
        (affine.flip(one(1)), (-6.0, -4.0)),
        (affine.rotation(one(math.pi)), (-6.0, 4.0)),
        # Scaled by 1.5, then moved right by 3: the factors of the product are in the order of the events.
        (affine.scaling(one(1 / 1.5), one(1 / 1.5)) @ affine.shift(one(-2 * 3 / 48), one(0.0)), (12.0, -6.0)),
    ],
)
def test_a_blob_goes_where_the_matrix_says(inverse, expected):
    assert centre(warp(blob(48, 6.0, -4.0), inverse)) == pytest.approx(expected, abs=0.03)


@pytest.mark.parametrize(
    "move", [moves(flipped=1), moves(turns=1), moves(turns=3, right=2, down=-1), moves(1, 2, -3, 1)]
)
def test_moves_and_their_matrices_agree(move):
    images = blob(48, 6.0, -4.0, width=3.0)
    torch.testing.assert_close(warp(images, move.inverse(48)), move.apply(images), atol=0.01, rtol=0)


def test_doubling_and_halving_give_the_image_back():
    images = torch.randn(2, 3, 16, 16, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    same = warp(images, torch.eye(3).expand(2, 3, 3))
    torch.testing.assert_close(same[:, :, 3:-3, 3:-3], images[:, :, 3:-3, 3:-3], atol=1e-5, rtol=0)


def test_scaling_down_does_not_alias():
    # The finest stripes, every second column bright, are finer than the pixels of the smaller image: it is grey.
    # Bilinear sampling alone makes broad stripes of them.
    stripes = (torch.arange(32) % 2 * 2.0 - 1).expand(1, 1, 32, 32).contiguous()
    inverse = affine.scaling(one(1.7), one(1.7))
    plain = sample(stripes, F.affine_grid(inverse[:, :2], [1, 1, 32, 32], align_corners=False))
    inside = slice(10, -10)  # mirrored edges, which make wider stripes, lie further out
    assert warp(stripes, inverse)[:, :, inside, inside].abs().max() < 0.2
    assert plain[:, :, inside, inside].abs().max() > 0.8


def test_sampling_mirrors_beyond_the_edge():
    # Pixel centres of two columns lie at -0.5 and 0.5; 1.5 mirrors 0.5 in the edge at 1, and -1.75 mirrors -0.25.
    images = torch.tensor([[[[2.0, 8.0], [2.0, 8.0]]]])
    grid = torch.tensor([[[[-0.5, 0.0], [0.0, 0.0], [1.5, 0.0], [-1.75, 0.0]]]])
    assert sample(images, grid).flatten().tolist() == pytest.approx([2.0, 5.0, 8.0, 3.5])


def test_orientations_once_drawn_are_uniform():
    torch.manual_seed(0)
    inverse, touched = affine.draw_geometry(40000, torch.tensor(0.4))
    # Untouched by rotation, scale, stretch and shift: (1 - p) ** 4.
    assert (~touched).float().mean().item() == pytest.approx(0.6**4, abs=0.01)
    assert torch.equal(inverse[~touched], torch.eye(3).expand(int((~touched).sum()), 3, 3))
    linear = inverse[:, :2, :2]
    rigid = (linear @ linear.transpose(1, 2) - torch.eye(2)).abs().amax(dim=(1, 2)) < 1e-5
    angles = torch.atan2(linear[rigid, 1, 0], linear[rigid, 0, 0])
    assert rigid.float().mean().item() == pytest.approx(0.6**2, abs=0.01)  # neither scale nor stretch
    turned = angles.abs() > 1e-6
    assert turned.float().mean().item() == pytest.approx(0.4, abs=0.02)
    counts = torch.histc(angles[turned], 8, -math.pi, math.pi) / turned.sum()
    assert counts.tolist() == pytest.approx([1 / 8] * 8, abs=0.02)


def rotated(angle):
    """Rodrigues' rotation about the grey axis, in numpy."""
    axis = np.ones(3) / math.sqrt(3)
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return math.cos(angle) * np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * np.outer(axis, axis)


@pytest.mark.parametrize(
    "matrix, expected",
    [
        (colour.brightness(one(0.3)), lambda pixel: pixel + 0.3),
        (colour.contrast(one(1.5)), lambda pixel: pixel * 1.5),
        (colour.luma_flip(one(1.0)), lambda pixel: pixel - 2 * pixel.mean()),
        (colour.luma_flip(one(0.0)), lambda pixel: pixel),
        (colour.saturation(one(0.25)), lambda pixel: pixel.mean() + 0.25 * (pixel - pixel.mean())),
        (colour.hue(one(0.7)), lambda pixel: rotated(0.7) @ pixel),
        (colour.hue(one(2 * math.pi / 3)), lambda pixel: pixel[[2, 0, 1]]),  # red becomes green
        (colour.contrast(one(2.0)) @ colour.brightness(one(0.1)), lambda pixel: 2 * (pixel + 0.1)),
    ],
)
def test_colours_against_numpy(matrix, expected):
    pixel = np.array([0.5, -0.2, 0.3])
    images = torch.from_numpy(pixel).reshape(1, 3, 1, 1).expand(1, 3, 2, 2)
    made = colour.recolour(images, matrix)
    np.testing.assert_allclose(made[0, :, 1, 0].numpy(), expected(pixel), atol=1e-6)


def test_grey_images_flip_and_brighten_as_equal_channels_do():
    images = torch.rand(6, 1, 4, 4) * 2 - 1
    torch.manual_seed(0)
    matrix, _ = colour.draw_colours(6, 1, torch.tensor(1.0))
    torch.testing.assert_close(
        colour.recolour(images, matrix), colour.recolour(images.expand(-1, 3, -1, -1), matrix)[:, :1]
    )
    flip = colour.recolour(images, colour.luma_flip(torch.ones(6)))
    torch.testing.assert_close(flip, -images)


def test_strengths_of_colour():
    torch.manual_seed(0)
    matrix, touched = colour.draw_colours(20000, 1, torch.tensor(1.0))
    assert touched.all()
    factor = matrix[:, :3, :3].sum(dim=(1, 2)) / 3  # contrast, its sign from the luma flip
    assert factor.lt(0).float().mean().item() == pytest.approx(0.5, abs=0.015)
    assert factor.abs().log2().std().item() == pytest.approx(0.5, abs=0.01)
    added = matrix[:, :3, 3].mean(dim=1) / factor
    assert added.std().item() == pytest.approx(0.2, abs=0.005)


@pytest.mark.parametrize("frequency, band", [(0, 0), (1, 0), (6, 1), (12, 2), (32, 3)])
def test_gains_on_waves(frequency, band):
    # Cosines of half-pixel phase over 32 pixels are their own mirror images: frequency k of the DCT passes with the
    # band's response at pi k / 32, along one axis; the flat other axis takes the gain of the lowest band.
    index = torch.arange(32, dtype=torch.float64)
    wave = torch.cos(math.pi * min(frequency, 31) * (index + 0.5) / 32)
    gains = torch.ones(1, 4, dtype=torch.float64)
    gains[0, band] = 3.0
    made = corruption.amplify(wave.expand(1, 1, 32, 32).contiguous(), gains)[0, 0]
    bank = corruption.octave_bank()[band]
    response = bank[21] + 2 * sum(
        bank[21 + tap] * math.cos(math.pi * min(frequency, 31) * tap / 32) for tap in range(1, 22)
    )
    flat = 3.0 if band == 0 else 1.0
    np.testing.assert_allclose(made[3].numpy(), (flat * (1 + 2 * response) * wave).numpy(), atol=1e-9)
    assert response > 0.45


def test_gains_keep_the_power_of_natural_images():
    torch.manual_seed(0)
    gains, touched = corruption.draw_gains(5000, torch.tensor(0.1))
    single = (touched & ((gains / gains[:, :1]).sub(1).abs() > 1e-6).any(dim=1)).nonzero().flatten()
    power = gains**2 @ torch.tensor([10.0, 1, 1, 1]) / 13
    # Exactly one band drawn: the weighted power is one. Most touched images have one band: C(4, 1) 0.1 0.9^3 of 0.344.
    assert power[single].sub(1).abs().lt(1e-5).float().mean() > 0.8
    assert torch.equal(gains[~touched], torch.ones(int((~touched).sum()), 4))
    assert (~touched).float().mean().item() == pytest.approx(0.9**4, abs=0.03)


def test_noise_has_a_half_normal_deviation():
    torch.manual_seed(0)
    deviations, touched = corruption.draw_noise(20000, torch.tensor(1.0))
    assert touched.all()
    assert deviations.min() >= 0
    assert deviations.mean().item() == pytest.approx(0.1 * math.sqrt(2 / math.pi), abs=0.002)
    made = corruption.add_noise(torch.zeros(3, 3, 64, 64), torch.tensor([0.0, 0.1, 0.3]))
    assert made.std(dim=(1, 2, 3)).tolist() == pytest.approx([0.0, 0.1, 0.3], rel=0.03)


def test_cutout_is_a_quarter_of_the_area_in_zeros():
    images = torch.ones(2, 3, 16, 16)
    made = corruption.cut_out(images, torch.tensor([0.5, 0.0]), torch.tensor([0.5, 0.25]))
    assert (made[0] == 0).float().mean() == 0.25
    assert (made[0, :, 4:12, 4:12] == 0).all()
    # About (0, 1/4) the left half of the square lies outside.
    assert (made[1, :, 0:8, 0:4] == 0).all()
    assert (made[1] == 0).float().mean() == 0.125
