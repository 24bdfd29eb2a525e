"""Fingerprints on disk: their order, and that memory does not grow with their number."""

import tempfile
import tracemalloc

import numpy as np
import pytest

from augury.duplicates import search_index
from augury.duplicates.fingerprint_store import FingerprintStore, joined, save
from augury.duplicates.fingerprints import FINGERPRINT_BYTES, pixel_hashes
from augury.duplicates.search import find_pairs


def made(number: int) -> np.ndarray:
    return np.random.default_rng(number).integers(0, 256, FINGERPRINT_BYTES, np.uint8)


def test_they_come_back_in_the_order_asked_for_and_are_saved_so(tmp_path):
    store = FingerprintStore(tmp_path)
    assert [store.add(made(number)) for number in range(5)] == [0, 1, 2, 3, 4]
    fingerprints = store.ordered([3, 0, 4])
    assert np.array_equal(fingerprints, np.stack([made(3), made(0), made(4)]))
    assert list(tmp_path.iterdir()) == []  # without a name
    save(tmp_path / "x.npy", fingerprints)
    assert np.array_equal(np.load(tmp_path / "x.npy"), fingerprints)
    assert np.array_equal(fingerprints[1], made(0))  # giving pages back loses nothing


def test_none_of_them(tmp_path):
    fingerprints = FingerprintStore().ordered([])
    save(tmp_path / "x.npy", fingerprints)
    assert np.load(tmp_path / "x.npy").shape == fingerprints.shape == (0, FINGERPRINT_BYTES)


def test_memory_holds_hashes_alone(tmp_path):
    count = 10_000
    few = [made(number) for number in range(10)]
    tracemalloc.start()
    store = FingerprintStore(tmp_path)
    for number in range(count):
        store.add(few[number % 10])
    fingerprints = store.ordered(range(count))
    save(tmp_path / "x.npy", fingerprints)
    assert len(set(pixel_hashes(fingerprints))) == 10
    assert len(find_pairs(fingerprints, near=False)) == count - 10
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < count * FINGERPRINT_BYTES / 4


def test_several_arrays_are_joined(tmp_path):
    parts = [np.stack([made(0), made(1)]), np.empty((0, FINGERPRINT_BYTES), np.uint8), made(2)[None]]
    assert np.array_equal(joined(parts, tmp_path), np.concatenate(parts))
    assert joined([], tmp_path).shape == (0, FINGERPRINT_BYTES)


def test_a_search_for_near_copies_holds_less_than_two_kilobytes_an_image(tmp_path, monkeypatch):
    monkeypatch.setattr(search_index, "ALL_PAIRS", 0)
    monkeypatch.setattr(search_index, "SPAN", 64)
    monkeypatch.setattr(search_index, "SAMPLE", 64)

    def most(count: int) -> int:
        fingerprints = joined([np.stack([made(number) for number in range(count)])], tmp_path)
        tracemalloc.start()
        assert find_pairs(fingerprints, span=64) == []
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    few, more = most(300), most(800)
    assert more - few < 500 * 1900  # they are oblong: 1.1 kB, and 0.5 more


def test_a_full_disk_is_named():
    store = FingerprintStore()
    store.file = open("/dev/full", "r+b", buffering=0)  # noqa: SIM115
    with pytest.raises(OSError, match="No space left") as raised:
        store.add(made(0))
    assert raised.value.filename == tempfile.gettempdir()
