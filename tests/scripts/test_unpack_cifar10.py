"""unpack_cifar10.py on small binary files: every pixel in its place, and clean refusals."""

import numpy as np
import pytest
from PIL import Image

from augury.command.errors import UserError
from augury.datasets import cifar10
from tests.scripts.in_process import call

NAMES = ["airplane", "frog"]
FILES = [*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin"]


def records(seed: int, labels: list[int]) -> tuple[bytes, np.ndarray]:
    """The bytes of a file, written pixel by pixel as its format says, and its images (N, 32, 32, 3)."""
    images = np.random.default_rng(seed).integers(0, 256, (len(labels), 32, 32, 3), dtype=np.uint8)
    content = b""
    for label, image in zip(labels, images, strict=True):
        planes = [image[row, column, colour] for colour in range(3) for row in range(32) for column in range(32)]
        content += bytes([label, *planes])
    return content, images


@pytest.fixture
def batches(tmp_path):
    folder = tmp_path / "cifar-10-batches-bin"
    folder.mkdir()
    (folder / "batches.meta.txt").write_text("\n".join(NAMES) + "\n\n")
    for number, file in enumerate(FILES):
        (folder / file).write_bytes(records(number, [number % 2, 1])[0])
    return folder


def unpack(batches):
    call("unpack_cifar10", ["--batches", batches, "--output", batches.parent / "resources" / "cifar10"])
    return batches.parent / "resources" / "cifar10"


def test_every_image_stands_in_its_part_and_class(batches, capsys):
    output = unpack(batches)
    assert len(list(output.rglob("*.png"))) == 12
    for number, file in enumerate(FILES):
        part = "test" if file.startswith("test") else "train"
        images = records(number, [number % 2, 1])[1]
        for index, name in enumerate((NAMES[number % 2], "frog")):
            path = output / part / name / f"{file[:-4]}_{index:05d}.png"
            assert np.array_equal(np.asarray(Image.open(path)), images[index])
    assert (output / "test" / "airplane").is_dir()  # without an image here
    assert [path.name for path in output.parent.iterdir()] == ["cifar10"]
    printed = capsys.readouterr().out
    assert "10 training and 2 test images" in printed
    assert "not all of CIFAR-10" in printed


def test_what_a_broken_run_left_is_cleared_away(batches):
    left = batches.parent / "resources" / ".cifar10.unfinished" / "train" / "truck"
    left.mkdir(parents=True)
    (left / "half.png").write_bytes(b"")
    output = unpack(batches)
    assert not (output / "train" / "truck").exists()
    assert not left.exists()


def test_an_output_that_holds_something_stays_as_it_is(batches):
    output = batches.parent / "resources" / "cifar10"
    output.mkdir(parents=True)
    unpack(batches)  # an empty folder is none
    (output / "mine.txt").write_text("mine")
    with pytest.raises(UserError, match=r"cifar10 is there already; remove it, or name another folder with --output"):
        unpack(batches)
    assert (output / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize(
    "file, content, message",
    [
        ("data_batch_3.bin", None, r"data_batch_3\.bin is missing; unpack CIFAR-10's binary version there again"),
        ("test_batch.bin", b"0" * 3072, r"test_batch\.bin has 3072 bytes, which is no number of whole records of 3073"),
        ("data_batch_1.bin", b"", r"data_batch_1\.bin has 0 bytes"),
        ("data_batch_2.bin", bytes([2]) + bytes(3072), r"data_batch_2\.bin has the label 2, but .* names 2 classes"),
        ("batches.meta.txt", None, r"batches\.meta\.txt is missing; name the folder of CIFAR-10's binary version"),
        ("batches.meta.txt", b"a\n../b\n", r"batches\.meta\.txt does not name one class per line"),
        ("batches.meta.txt", b"\x80\x04}q", r"batches\.meta\.txt does not name one class per line"),
    ],
)
def test_files_that_cannot_be_right_are_named_and_nothing_is_written(batches, file, content, message):
    path = batches / file
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(UserError, match=message):
        unpack(batches)
    assert not (batches.parent / "resources").exists()


def test_the_published_set_is_not_remarked_on():
    assert cifar10.unusual({"train": 50_000, "test": 10_000}) == ""
