"""pack_class.py run as a command: the pack's pixels and rows, and images that were moved, changed or lost."""

import hashlib
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from augury.command.errors import UserError
from augury.images.packing import Finder
from augury.images.packs import open_pack
from augury.tables.rows import ImageRow
from augury.tables.table import read_rows, write_rows
from tests.settings import decoding

SCRIPT = Path(__file__).resolve().parents[2] / "workflow" / "scripts" / "pack_class.py"
NAMES = ["one.png", "two words.png", "tab\tand\nbreak.png", "Ωμέγα.png"]


def pixels(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (16, 16, 3), np.uint8)


@pytest.fixture
def folder(tmp_path) -> Path:
    """Four images of 16 x 16 and their index."""
    rows = []
    for number, name in enumerate(NAMES):
        buffer = io.BytesIO()
        Image.fromarray(pixels(number)).save(buffer, "PNG")
        path = tmp_path / "images" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(buffer.getvalue())
        rows.append(ImageRow(hashlib.sha256(buffer.getvalue()).hexdigest(), str(path), "x", name, 16, 16, "RGB"))
    write_rows(tmp_path / "index.tsv", ImageRow, sorted(rows, key=lambda row: row.sha256))
    return tmp_path / "images"


def pack(folder: Path, *more: str, size: int = 16, channels: str = "rgb") -> subprocess.CompletedProcess:
    out = folder.parent
    command = [sys.executable, SCRIPT, "--index", out / "index.tsv", "--folder", folder, "--pack", out / "x.npy"]
    command += ["--rows", out / "x.tsv", "--size", size, "--channels", channels, "--threads", "2", *more]
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)


def by_hash(folder: Path) -> dict[str, np.ndarray]:
    hashes = [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in NAMES]
    return {sha256: pixels(number) for number, sha256 in enumerate(hashes)}


def check(folder: Path, expected: dict[str, np.ndarray]) -> None:
    images, sha256s = open_pack(folder.parent / "x.npy")
    assert sha256s == sorted(expected)
    assert images.dtype == np.uint8
    for image, sha256 in zip(images, sha256s, strict=True):
        assert np.array_equal(image, expected[sha256])


def test_images_of_the_size_are_packed_as_they_are(folder):
    done = pack(folder)
    assert done.returncode == 0, done.stderr
    check(folder, by_hash(folder))


def test_size_channels_and_settings(folder):
    done = pack(folder, "--settings", '{"fit": "stretch", "pad": "white"}', size=5, channels="grey")
    assert done.returncode == 0, done.stderr
    assert open_pack(folder.parent / "x.npy")[0].shape == (4, 5, 5, 1)


def test_renamed_images_are_found_by_their_hash(folder):
    expected = by_hash(folder)
    (folder / "deep").mkdir()
    (folder / "one.png").rename(folder / "deep" / "renamed.jpg")
    (folder / "Ωμέγα.png").rename(folder / "one.png")  # a name of the index, with another image's content
    done = pack(folder)
    assert done.returncode == 0, done.stderr
    check(folder, expected)


def test_files_that_are_swapped_while_they_are_packed_are_not_taken_for_each_other(folder):
    rows = read_rows(folder.parent / "index.tsv", ImageRow)
    finder = Finder([folder], decoding())
    finder.look_for(rows)
    one, other = rows[0], rows[1]
    (folder / "kept").write_bytes(Path(one.path).read_bytes())
    Path(other.path).replace(one.path)
    for row in (one, other):
        assert hashlib.sha256(finder.content(row)).hexdigest() == row.sha256
    # Where each lies now is known; what changes after that is found by its hash.
    Path(one.path).write_bytes((folder / "kept").read_bytes())
    with pytest.raises(UserError, match="has changed"):
        finder.content(other)
    Path(one.path).unlink()
    with pytest.raises(UserError, match="cannot be used any more"):
        finder.content(other)


def test_an_image_of_another_content_under_its_name_is_named_when_it_is_nowhere(folder):
    Image.fromarray(pixels(9)).save(folder / "two words.png")
    done = pack(folder)
    assert done.returncode == 2
    assert "two words.png" in done.stderr
    assert not (folder.parent / "x.npy").exists()


def test_the_same_input_gives_the_same_bytes(folder):
    pack(folder)
    first = (folder.parent / "x.npy").read_bytes()
    pack(folder, "--threads", "1")
    assert (folder.parent / "x.npy").read_bytes() == first


@pytest.mark.parametrize("change", [lambda path: path.unlink(), lambda path: path.write_bytes(b"other")])
def test_an_image_that_is_nowhere_is_named(folder, change):
    change(folder / "two words.png")
    done = pack(folder)
    assert done.returncode == 2
    assert "two words.png" in done.stderr
    assert "run the workflow again" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder.parent / "x.npy").exists()
    assert not list(folder.parent.glob(".x.*"))  # no temporary file stays behind


def test_settings_that_cannot_be_used(folder):
    done = pack(folder, "--settings", '{"fit": "squeeze"}')
    assert done.returncode == 2
    assert '`fit` is "squeeze"; it must be one of pad, crop, stretch' in done.stderr
    assert pack(folder, size=0).returncode == 2


def test_an_index_without_images(folder):
    write_rows(folder.parent / "index.tsv", ImageRow, [])
    assert pack(folder).returncode == 0
    images, sha256s = open_pack(folder.parent / "x.npy")
    assert (images.shape, sha256s) == ((0, 16, 16, 3), [])
