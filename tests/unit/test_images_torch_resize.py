"""The quicker resize beside Pillow's, and which packs are made with it."""

import hashlib

import numpy as np
import pytest
from PIL import Image

from augury.images import fit, packing, torch_resize
from augury.images.packs import open_pack
from augury.study.images import Preparation
from augury.tables.rows import ImageRow


def photograph(width: int, height: int, seed: int = 0) -> Image.Image:
    """Smooth colours under noise."""
    random = np.random.default_rng(seed)
    rough = Image.fromarray(random.integers(0, 256, (6, 8, 3), np.uint8)).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    noise = random.integers(-40, 41, (height, width, 3))
    return Image.fromarray(np.clip(np.asarray(rough) + noise, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("size", [(640, 480), (301, 977), (1200, 110), (50, 40), (31, 64)])
@pytest.mark.parametrize("fitting", ["pad", "crop", "stretch"])
def test_it_is_pillow_s_to_one_level(size, fitting):
    image = photograph(*size)
    plain, ours = (
        fit.fit_image(image, 48, "rgb", Preparation(fit=fitting, centre_crop=0.9), resize).astype(int)
        for resize in (fit.resize, torch_resize.resize)
    )
    assert np.abs(plain - ours).max() <= 1
    assert (plain != ours).mean() < 0.15
    assert ours.std() > 10


def test_large_images_are_not_left_to_pillow(monkeypatch):
    expected = fit.resize(photograph(640, 480), 48, 36)
    monkeypatch.setattr(fit, "resize", None)
    assert np.abs(torch_resize.resize(photograph(640, 480), 48, 36).astype(int) - expected).max() <= 1


def test_images_that_are_not_rgb_are_left_to_pillow():
    for image in (photograph(90, 70).convert("L"), photograph(90, 70).convert("F")):
        assert np.array_equal(torch_resize.resize(image, 20, 20), fit.resize(image, 20, 20))


@pytest.mark.parametrize("least", [0, 10**9])
def test_packs_of_many_pixels_alone_are_made_with_it(tmp_path, monkeypatch, least):
    rows = []
    for number in range(3):
        path = tmp_path / f"{number}.png"
        photograph(200, 120, number).save(path)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        rows.append(ImageRow(sha256, str(path), "x", path.name, 200, 120, "RGB"))
    monkeypatch.setattr(packing, "QUICK_FROM", least)
    used = []
    monkeypatch.setattr(torch_resize, "resize", lambda *words: used.append(words) or fit.resize(*words))
    packing.write_pack(rows, [tmp_path], tmp_path / "x.npy", tmp_path / "x.tsv", 32, "rgb", Preparation())
    assert len(used) == (3 if least == 0 else 0)
    assert open_pack(tmp_path / "x.npy")[0].shape == (3, 32, 32, 3)
    packing.write_pack(rows, [tmp_path], tmp_path / "y.npy", tmp_path / "y.tsv", 32, "grey", Preparation())
    assert len(used) == (3 if least == 0 else 0)
