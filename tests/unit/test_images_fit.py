"""The geometry of pad, crop and stretch, worked out by hand on small arrays."""

import numpy as np
import pytest
from PIL import Image

from augury.images import fit as fitting
from augury.images.fit import border_colour
from augury.study.images import Preparation


def fit_image(image, size_px, channels, fit="pad", pad="border", centre_crop=1.0):
    return fitting.fit_image(image, size_px, channels, Preparation(fit=fit, pad=pad, centre_crop=centre_crop))


def grey(values) -> Image.Image:
    return Image.fromarray(np.array(values, np.uint8))


def test_an_image_of_the_size_itself_is_not_touched():
    values = np.random.default_rng(0).integers(0, 256, (9, 9, 3), np.uint8)
    for fit in ("pad", "crop", "stretch"):
        assert np.array_equal(fit_image(Image.fromarray(values), 9, "rgb", fit), values)


def test_pad_keeps_everything_and_fills_with_the_border():
    values = np.full((2, 4), 90, np.uint8)
    values[0, 1:3] = 200  # the border of a 2 x 4 image is all of it: six times 90, twice 200, the median is 90
    fitted = fit_image(Image.fromarray(values), 4, "grey", "pad")[:, :, 0]
    assert np.array_equal(fitted[1:3], values)
    assert (fitted[[0, 3]] == 90).all()


@pytest.mark.parametrize(("pad", "value"), [("white", 255), ("black", 0)])
def test_pad_of_a_stated_colour(pad, value):
    fitted = fit_image(grey([[10, 20]]), 2, "rgb", "pad", pad)
    assert (fitted[1] == value).all()
    assert fitted[0].tolist() == [[10] * 3, [20] * 3]


def test_a_very_long_image_keeps_at_least_one_pixel():
    assert fit_image(grey(np.full((1, 1000), 40)), 8, "grey", "pad", "white").min() == 40


def test_crop_takes_the_middle():
    values = np.tile(np.arange(8, dtype=np.uint8) * 10, (4, 1))
    assert fit_image(grey(values), 4, "grey", "crop")[0, :, 0].tolist() == [20, 30, 40, 50]
    assert fit_image(grey(values.T), 4, "grey", "crop")[:, 0, 0].tolist() == [20, 30, 40, 50]


def test_stretch_changes_the_aspect():
    values = np.repeat(np.array([[0, 255]], np.uint8), 8, axis=0)  # two columns, eight rows
    fitted = fit_image(grey(values), 8, "grey", "stretch")[:, :, 0]
    assert (fitted == fitted[0]).all()  # rows stay equal
    assert fitted[0, 0] == 0
    assert fitted[0, 7] == 255
    assert (np.diff(fitted[0].astype(int)) >= 0).all()


def test_reduction_is_antialiased():
    # A board of single black and white pixels is even grey once it is reduced; without antialiasing it is not.
    board = (np.indices((64, 64)).sum(0) % 2 * 255).astype(np.uint8)
    fitted = fit_image(grey(board), 8, "grey", "stretch").astype(float)
    assert np.abs(fitted - 127.5).max() < 3


def test_enlarging_uses_the_same_path():
    fitted = fit_image(grey([[60, 100], [100, 140]]), 16, "grey", "pad")[:, :, 0].astype(float)
    assert fitted.shape == (16, 16)
    assert np.abs(fitted.mean() - 100) < 1
    assert np.allclose(fitted, fitted.T)


def test_colour_to_grey_is_luma():
    # ITU-R 601: 0.299 red + 0.587 green + 0.114 blue.
    for colour, value in (((255, 0, 0), 76), ((0, 255, 0), 150), ((0, 0, 255), 29)):
        assert fit_image(Image.new("RGB", (3, 3), colour), 3, "grey")[0, 0].tolist() == [value]


def test_more_than_eight_bits_are_rounded_after_the_resize():
    # Two neighbours of 0.4 and 1.4 (of 255): rounded first they are 0 and 1, mean 0.5; the true mean 0.9 becomes 1.
    deep = Image.fromarray(np.tile(np.array([0.4, 1.4], np.float32), (16, 8)))
    assert (fit_image(deep, 4, "grey", "stretch") == 1).all()
    assert fit_image(deep, 4, "rgb", "stretch").shape == (4, 4, 3)


def test_deep_images_do_not_wrap_where_the_kernel_overshoots():
    edge = np.zeros((16, 16), np.float32)
    edge[:, 8:] = 255
    fitted = fit_image(Image.fromarray(edge), 12, "grey", "stretch")[:, :, 0]
    assert (fitted[:, :4] < 30).all()
    assert (fitted[:, 8:] > 225).all()


def test_border_colour_is_the_median_of_the_outermost_pixels():
    values = np.zeros((5, 5, 3), np.uint8)
    values[0], values[-1], values[1:-1, 0] = (10, 20, 30), (10, 20, 30), (250, 250, 250)
    assert border_colour(Image.fromarray(values)).tolist() == [10, 20, 30]  # 10 of 16; the inside plays no part


def test_the_centre_is_kept_before_fitting():
    values = np.arange(60).reshape(6, 10)
    assert fit_image(grey(values), 4, "grey", "pad", centre_crop=0.4)[1:3, :, 0].tolist() == [
        [23, 24, 25, 26],
        [33, 34, 35, 36],
    ]
    assert np.array_equal(
        fit_image(grey(values), 6, "grey", "stretch"), fit_image(grey(values), 6, "grey", "stretch", centre_crop=1)
    )
    assert fit_image(grey([[7]]), 2, "grey", centre_crop=0.1).tolist() == [[[7], [7]], [[7], [7]]]
