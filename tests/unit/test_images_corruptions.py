"""Corruptions as ImageNet-C defines them, against the definitions by other means."""

import colorsys
import io
import typing

import numpy as np
import pytest
from PIL import Image

from augury.images.corruptions import STRENGTHS, corrupted
from augury.study.config import Config

IMAGE = np.asarray(
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (12, 12, 3), np.uint8)).resize((224, 224), 3)
)
KINDS = typing.get_args(typing.get_args(Config.model_fields["corruptions"].annotation)[0])


def test_brightness_is_a_shift_of_the_value_of_hue_saturation_and_value():
    made = corrupted(IMAGE, "brightness", 3, "x")
    for y, x in np.random.default_rng(1).integers(0, 224, (200, 2)):
        hue, saturation, value = colorsys.rgb_to_hsv(*(IMAGE[y, x] / 255))
        expected = np.array(colorsys.hsv_to_rgb(hue, saturation, min(value + 0.3, 1))) * 255
        assert np.abs(made[y, x] - np.floor(expected + 1e-6)).max() == 0
    assert (corrupted(np.zeros((4, 4, 3), np.uint8), "brightness", 5, "x") == 127).all()  # black becomes half grey


@pytest.mark.parametrize("strength, sigma", list(zip(STRENGTHS, (1, 2, 3, 4, 6), strict=True)))
def test_a_blur_spreads_a_point_as_a_gaussian(strength, sigma):
    point = np.zeros((224, 224, 3), np.uint8)
    point[80:144, 80:144] = 255  # a square, whose edge is the integral of the kernel
    made = corrupted(point, "gaussian_blur", strength, "x")[112, :, 0] / 255
    taps = np.exp(-0.5 * (np.arange(-30, 31) / sigma) ** 2)
    taps[np.abs(np.arange(-30, 31)) > round(4 * sigma)] = 0
    line = np.convolve(point[112, :, 0] / 255, taps / taps.sum(), "same")
    assert np.abs(made - line).max() <= 1 / 255


@pytest.mark.parametrize("strength, deviation", list(zip(STRENGTHS, (0.08, 0.12, 0.18, 0.26, 0.38), strict=True)))
def test_noise_has_the_deviation_of_its_strength_and_is_the_images_own(strength, deviation):
    grey = np.full((224, 224, 3), 128, np.uint8)
    made = corrupted(grey, "gaussian_noise", strength, "one").astype(float)
    inside = np.abs(made - 128) < 100  # clipped at black and white
    assert np.percentile(np.abs(made - 128), 50) == pytest.approx(0.6745 * deviation * 255, rel=0.03)
    assert inside.any()
    assert np.array_equal(made, corrupted(grey, "gaussian_noise", strength, "one"))
    assert not np.array_equal(made, corrupted(grey, "gaussian_noise", strength, "two"))


@pytest.mark.parametrize("strength, quality", list(zip(STRENGTHS, (25, 18, 15, 10, 7), strict=True)))
def test_jpeg_has_the_quality_of_its_strength(strength, quality):
    buffer = io.BytesIO()
    Image.fromarray(IMAGE).save(buffer, "JPEG", quality=quality)
    assert np.array_equal(corrupted(IMAGE, "jpeg_compression", strength, "x"), np.asarray(Image.open(buffer)))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_the_config_gets_worse_with_its_strength(kind):
    assert len(KINDS) == 4
    away = [np.abs(corrupted(IMAGE, kind, each, "x").astype(float) - IMAGE).mean() for each in STRENGTHS]
    assert away == sorted(away)
    assert away[0] > 0.5
