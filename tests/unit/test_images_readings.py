"""What the index says of how the files of a class were read."""

import numpy as np
import pytest
from PIL import Image

from augury.images.index import index_class
from augury.study.images import Indexing
from tests import profiles
from tests.tiffs import page, tiff

TEXTURE = np.random.default_rng(4).integers(0, 4096, (40, 40)).astype(np.uint16)


def log_of(tmp_path, capsys, **settings) -> str:
    indexed = index_class([tmp_path / "urchin"], "urchin", Indexing(**settings))
    assert indexed.rows
    return capsys.readouterr().out


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "urchin").mkdir()
    return tmp_path / "urchin"


@pytest.mark.parametrize(
    ("top", "bits"), [(4095, 12), (3900, 12), (1023, 10), (16383, 14), (255, 8), (16384, None), (0, None)]
)
def test_a_camera_of_fewer_bits_is_noticed(tmp_path, folder, capsys, top, bits):
    for number in range(3):
        values = np.minimum(TEXTURE, top) // (number + 1)
        values[0, 0] = top if number == 1 else 0
        (folder / f"{number}.tif").write_bytes(tiff(page(values, 1)))
    output = log_of(tmp_path, capsys)
    expected = f"warning: urchin: no value in its 3 images of 16 bits is above {top}; if the camera gives {bits} bits"
    assert (expected in output) == (bits is not None)
    assert ("preparation.depth16" in output) == (bits is not None)
    if bits:
        assert f"set preparation.depth16: {bits} (one setting for all classes" in output
        assert "preparation.depth16" not in log_of(tmp_path, capsys, depth16=bits)
        assert "preparation.depth16" not in log_of(tmp_path, capsys, depth16="image")


def test_stacks_profiles_and_previews_are_counted(tmp_path, folder, capsys):
    eight = (TEXTURE >> 4).astype(np.uint8)
    for number in range(3):
        (folder / f"stack{number}.tif").write_bytes(tiff([page(eight // (number + 1), 1), page(eight, 1)]))
    (folder / "preview.tif").write_bytes(tiff([page(eight[::8, ::8], 1, t254=(4, 1)), page(eight[::-1], 1)]))
    Image.fromarray(eight.T).save(folder / "wide.png", icc_profile=profiles.grey(1.0))
    Image.fromarray(eight[:, ::-1]).save(folder / "broken.png", icc_profile=b"garbage")
    output = log_of(tmp_path, capsys, pages="first")
    assert f"urchin: files that are stacks, of which page 1 is read: 3, the first {folder / 'stack0.tif'}" in output
    begun = "urchin: files that begin with a preview, behind which the largest page is read: 1, the first"
    assert f"{begun} {folder / 'preview.tif'}" in output
    assert "urchin: files that have a colour profile and are converted to sRGB: 1, the first" in output
    assert (
        "urchin: files that have a colour profile that is broken or does not fit their pixels, which is passed over: 1"
        in output
    )


def test_what_a_setting_leaves_out_is_told_once_for_all_files(tmp_path, folder, capsys):
    eight = (TEXTURE >> 4).astype(np.uint8)
    Image.fromarray(eight).save(folder / "plain.png")
    for number in range(2, 6):
        (folder / f"stack{number}.tif").write_bytes(tiff([page(eight, 1)] * number))
        (folder / f"deep{number}.tif").write_bytes(tiff(page(TEXTURE * number, 1)))
    (folder / "notes.txt").write_text("notes")
    lines = [line for line in log_of(tmp_path, capsys, depth16=12).splitlines() if "left out" in line]
    assert lines == [
        f"urchin: files left out: 4, the first {folder / 'deep2.tif'}: integers of 16 bits with values from "
        f"{2 * TEXTURE.min()} to {2 * TEXTURE.max()}, outside 0 to 4095 (preparation.depth16 is 12); "
        "preparation.depth16: image takes them",
        f"urchin: files left out: 4, the first {folder / 'stack2.tif'}: a stack of 2 pages; set preparation.pages to "
        "first or to the number of the one that shows the specimen, or export that one",
    ]


def test_ordinary_images_say_nothing(tmp_path, folder, capsys):
    for number in range(3):
        Image.fromarray((TEXTURE >> (4 + number)).astype(np.uint8)).save(folder / f"{number}.png")
    output = log_of(tmp_path, capsys)
    assert "urchin:" not in output
