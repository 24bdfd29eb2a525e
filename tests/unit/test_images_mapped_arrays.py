"""Arrays that lie in files: their bits, what is resident of them, and what a kill leaves."""

import signal
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import pytest
import torch

from augury.images import mapped_arrays
from augury.images.mapped_arrays import blocks, gathered
from augury.training.device import Device
from tests.faults.forked import SCRIPTS

MB = 1 << 20


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(mapped_arrays, "_folder", tmp_path)
    monkeypatch.setattr(mapped_arrays, "BOUND", 0)
    return tmp_path


def parts(count: int, dtype: type = np.uint8) -> list[np.ndarray]:
    return [np.random.default_rng(number).integers(0, 256, (5, 4, 4, 3)).astype(dtype) for number in range(count)]


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_they_are_arrays_like_others(folder, dtype):
    made = gathered(iter(parts(3, dtype)), 15)
    assert np.array_equal(made, np.concatenate(parts(3, dtype)))
    assert made.dtype == dtype
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        taken = torch.from_numpy(made)[torch.tensor([14, 0])]
    assert np.array_equal(taken.numpy(), made[[14, 0]])
    assert list(folder.iterdir()) == []


def test_only_what_is_larger_than_the_bound_lies_in_a_file(folder, monkeypatch):
    size = sum(part.nbytes for part in parts(3))
    for bound, in_memory in ((size, True), (size - 1, False)):
        monkeypatch.setattr(mapped_arrays, "BOUND", bound)
        made = gathered(parts(3), 15)
        assert np.array_equal(made, np.concatenate(parts(3)))
        assert made.flags.owndata == in_memory


def test_none_of_them(folder):
    nothing = gathered([np.zeros((0, 4, 4, 3), np.uint8)], 0)
    assert nothing.shape == (0, 4, 4, 3)
    assert [block.shape for block in blocks(nothing)] == [nothing.shape]


@pytest.mark.skipif(mapped_arrays._resident_bytes() is None, reason="the system does not tell what is resident")
def test_what_was_read_does_not_stay_resident(folder, monkeypatch):
    monkeypatch.setattr(mapped_arrays, "BLOCK", MB)
    monkeypatch.setattr(mapped_arrays, "_resident", 0)
    whole = np.arange(48 * MB, dtype=np.uint32).view(np.uint8).reshape(-1, 1024)
    made = gathered(blocks(whole), len(whole))
    mapped_arrays.give_back()
    before, most = mapped_arrays._resident_bytes(), 0
    monkeypatch.setattr(mapped_arrays, "BOUND", 4 * MB)
    for number, block in enumerate(blocks(made)):
        assert np.array_equal(block, whole[number * 1024 : (number + 1) * 1024])
        most = max(most, mapped_arrays._resident_bytes())
    for start in range(0, len(made), 5003):
        assert made[start : start + 64].any()
        most = max(most, mapped_arrays._resident_bytes())
        mapped_arrays.give_back()
    assert most - before < 16 * MB


def test_a_kill_while_it_is_written_leaves_no_file(tmp_path):
    code = (
        "import os, sys, pathlib, numpy; from augury.images import mapped_arrays\n"
        "mapped_arrays.BOUND = 0; mapped_arrays.keep_in(pathlib.Path(sys.argv[1]))\n"
        "def parts():\n"
        "    yield numpy.ones((99, 9999), numpy.uint8)\n"
        "    os.kill(os.getpid(), 9)\n"
        "mapped_arrays.gathered(parts(), 100)"
    )
    ended = subprocess.run([sys.executable, "-c", code, tmp_path / "out"], cwd=SCRIPTS, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert list((tmp_path / "out").iterdir()) == []


def test_a_full_disk_is_named(folder, monkeypatch):
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: open("/dev/full", "r+b", buffering=0))  # noqa: SIM115
    with pytest.raises(OSError, match="No space left") as raised:
        gathered(parts(1), 5)
    assert raised.value.filename == str(folder)


def test_on_the_processor_nothing_is_copied():
    array = np.zeros((4, 2), np.uint8)
    tensor = Device(torch.device("cpu"), "fp32", 1).hold(array)
    array[1] = 7
    assert tensor[1].tolist() == [7, 7]
