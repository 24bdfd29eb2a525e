"""Copies told by their pixels: of drawn images with known copies among them."""

import numpy as np
import pytest
from PIL import Image

from augury.duplicates.fingerprints import fingerprints_of
from augury.scores.copies.compute import copied_share
from tests.project import draw_image

SIZE = 64


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """40 drawn images of one kind, (40, 64, 64, 3) uint8."""
    folder = tmp_path_factory.mktemp("drawn")
    for number in range(40):
        draw_image(folder / f"{number:02d}.png", number, 1, (SIZE, SIZE))
    return np.stack([np.asarray(Image.open(path)) for path in sorted(folder.glob("*.png"))])


def noisy(images, levels):
    moved = images.astype(int) + np.random.default_rng(0).integers(-levels, levels + 1, images.shape)
    return moved.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    "changed",
    [lambda x: x, lambda x: x[:, :, ::-1], lambda x: np.rot90(x, axes=(1, 2)), lambda x: noisy(x, 4)],
    ids=["same", "mirrored", "turned", "noise of 4 levels"],
)
def test_copies_are_found(images, changed):
    drawn = np.ascontiguousarray(changed(images[:20]))
    share, low, high = copied_share(fingerprints_of(images[:20]), fingerprints_of(drawn))
    assert share == 1
    assert low < 1
    assert high == pytest.approx(1)


def test_other_images_of_the_same_kind_are_no_copies(images):
    assert copied_share(fingerprints_of(images[:20]), fingerprints_of(images[20:]))[0] == 0


def test_a_few_copies_among_others_are_counted(images):
    drawn = np.concatenate([images[:5], images[20:35]])
    assert copied_share(fingerprints_of(images[:20]), fingerprints_of(drawn))[0] == 0.25


def test_copies_among_the_synthetic_images_alone_do_not_count(images):
    drawn = np.concatenate([images[20:30], images[20:30]])
    assert copied_share(fingerprints_of(images[:20]), fingerprints_of(drawn))[0] == 0
