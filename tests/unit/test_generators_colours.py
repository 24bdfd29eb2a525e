"""Whether a training sees colours: as its images have them, where `channels` is auto."""

import dataclasses

import numpy as np
import pytest
from PIL import Image

from augury.command.errors import UserError
from augury.generators.data import are_grey, in_colours, luma
from augury.generators.transfer import open_start
from augury.planning.arms import COPIER, expanded
from augury.planning.inputs.paths import pack_name
from tests.settings import of_family
from tests.unit.test_stylegan2_training import part, train_one

GREY = part(count=6)  # one channel


def of_images(images):
    return dataclasses.replace(GREY, images=images)


@pytest.fixture
def grey_files():
    """Grey images in three channels, as a JPEG of colour type holds them."""
    return of_images(np.repeat(GREY.images, 3, axis=3))


@pytest.fixture
def coloured(grey_files):
    """The same with one pixel of one image in colour."""
    images = grey_files.images.copy()
    images[3, 2, 1] = [100, 104, 100]
    return of_images(images)


def test_one_coloured_pixel_makes_a_coloured_set(grey_files, coloured):
    assert are_grey(grey_files.images)
    assert not are_grey(coloured.images)
    within = coloured.images.copy()
    within[3, 2, 1] = [100, 103, 100]
    assert are_grey(within)


def test_grey_is_pillows_luma():
    images = np.random.default_rng(1).integers(0, 256, (2, 16, 16, 3), dtype=np.uint8)
    expected = [np.asarray(Image.fromarray(image).convert("L")) for image in images]
    made = luma(images)
    assert made.shape == (2, 16, 16, 1)
    assert np.array_equal(made[..., 0], expected)


def test_auto_follows_the_images(grey_files, coloured, capsys):
    assert np.array_equal(in_colours(grey_files, "auto", None, "g").images, GREY.images)
    assert "all 6 training images are grey: no colours are trained" in capsys.readouterr().out
    assert in_colours(coloured, "auto", None, "g") is coloured
    assert in_colours(GREY, "auto", None, "g") is GREY
    assert capsys.readouterr().out == ""


def test_the_validation_part_follows_the_training_part(grey_files, coloured):
    watched = dataclasses.replace(grey_files, validation=(coloured.images, coloured.labels))
    images, labels = in_colours(watched, "auto", None, "g").validation
    assert images.shape == (6, 16, 16, 1)
    assert labels is coloured.labels
    assert in_colours(grey_files, "auto", None, "g").validation is None


def test_colours_that_were_asked_for_stay_and_are_remarked(grey_files, capsys):
    assert in_colours(grey_files, "rgb", None, "g") is grey_files
    assert "`channels: auto` trains without colours" in capsys.readouterr().out


def test_a_start_says_how_many_channels(grey_files, coloured):
    assert in_colours(grey_files, "auto", 3, "g") is grey_files
    assert in_colours(grey_files, "auto", 1, "g").images.shape[3] == 1
    with pytest.raises(UserError, match="generator g starts from a grey generator, and its images have colours"):
        in_colours(coloured, "auto", 1, "generator g")


def test_a_training_of_grey_images_draws_grey_ones(tmp_path, grey_files, coloured):
    made = train_one(tmp_path / "grey", "dcgan", grey_files, channels="auto")
    assert (made["channels"], Image.open(tmp_path / "grey" / "samples.png").mode) == (1, "L")
    plain = train_one(tmp_path / "plain", "dcgan", GREY, channels="grey")
    weights = [(tmp_path / name / "generator.safetensors").read_bytes() for name in ("grey", "plain")]
    assert weights[0] == weights[1]
    assert plain["settings"] != made["settings"]
    assert train_one(tmp_path / "rgb", "dcgan", coloured, channels="auto")["channels"] == 3


def test_a_coloured_start_keeps_its_colours(tmp_path, grey_files, coloured):
    train_one(tmp_path / "first", "dcgan", coloured, channels="auto")
    start = open_start(tmp_path / "first", "g/b", "dcgan", [], "enforce", "generator g")
    assert train_one(tmp_path / "second", "dcgan", grey_files, start, channels="auto")["channels"] == 3


def test_packs_and_controls_have_colours():
    assert pack_name(of_family("generators", "dcgan", channels="auto")) == "64px-rgb"
    assert pack_name(of_family("generators", "dcgan", channels="grey")) == "64px-grey"
    generators = {"g": {"channels": "auto", "size_px": 48}}
    made = expanded({"controls": True, "generators": generators})["generators"][COPIER]
    assert made == {"family": "copier", "size_px": 48}
