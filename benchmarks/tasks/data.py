"""From image files to packs: against plain loops with Pillow, on one core; and the search for duplicates."""

import hashlib
import tempfile
from pathlib import Path

import numpy as np
from comparison import Comparison
from PIL import Image

from augury.images.duplicates import find_pairs
from augury.images.fingerprints import fingerprints_of
from augury.images.index import IndexSettings, index_class
from augury.images.packing import PackSettings, write_pack

COUNT, SIDE, PACKED = 200, 512, 128


def _files() -> Path:
    folder = Path(tempfile.mkdtemp()) / "class"
    folder.mkdir()
    random = np.random.default_rng(0)
    for number in range(COUNT):
        rough = Image.fromarray(random.integers(0, 256, (16, 16, 3), dtype=np.uint8))
        rough.resize((SIDE, SIDE), Image.Resampling.BICUBIC).save(folder / f"{number:04d}.jpg", quality=90)
    return folder


def index() -> Comparison:
    """Hash, decode and describe every file; ours makes fingerprints for the search of duplicates as well."""
    folder = _files()
    settings = IndexSettings(near_duplicates=False)

    def ours():
        return index_class([folder], "class", settings, threads=1)

    def peer() -> dict[str, tuple]:
        found = {}
        for path in sorted(folder.iterdir()):
            content = path.read_bytes()
            with Image.open(path) as image:
                image.load()
                found[hashlib.sha256(content).hexdigest()] = (*image.size, image.mode)
        return found

    def check() -> None:
        mine = {row.sha256: (row.width, row.height, row.mode) for row in ours().rows}
        assert mine == peer()

    return Comparison("Pillow's plain loop", "images a second", ours, peer, check, work=COUNT, rounds=3)


def pack() -> Comparison:
    """Decode, bring to one size and keep in one array; ours also checks every file's hash."""
    folder = _files()
    rows = index_class([folder], "class", IndexSettings(near_duplicates=False), threads=1).rows
    made = folder.parent / "pack.npy"

    def ours() -> np.ndarray:
        write_pack(rows, [folder], made, made.with_suffix(".tsv"), PACKED, "rgb", PackSettings(), threads=1)
        return np.load(made)

    def peer() -> np.ndarray:
        images = []
        for row in rows:
            with Image.open(row.path) as image:
                resized = image.convert("RGB").resize((PACKED, PACKED), Image.Resampling.BICUBIC)
                images.append(np.asarray(resized))
        return np.stack(images)

    def check() -> None:
        assert np.abs(ours().astype(int) - peer()).mean() < 1.0

    return Comparison("Pillow's plain loop", "images a second", ours, peer, check, work=COUNT, rounds=3)


def duplicates() -> Comparison:
    """Near-duplicates among 20,000 images, none of which is compared with all; the peer compares all of 2,000."""
    random = np.random.default_rng(0)
    rough = random.integers(0, 256, (20000, 8, 8), dtype=np.uint8)
    images = [np.asarray(Image.fromarray(each).resize((64, 64), Image.Resampling.BICUBIC)) for each in rough]
    images[5], images[15000] = np.ascontiguousarray(images[7][:, ::-1]), np.ascontiguousarray(images[9].T)
    prints = fingerprints_of(np.stack(images)[..., None])
    few = np.stack(images[:2000]).reshape(2000, -1).astype(np.float32)

    def ours():
        return find_pairs(prints)

    def peer() -> int:
        """Correlation of every pair, for the eight turns and mirrors, by blocks."""
        rows = few - few.mean(1, keepdims=True)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        squares, found = rows.reshape(-1, 64, 64), 0
        for turn in range(8):
            turned = np.rot90(squares[:, :, ::-1] if turn >= 4 else squares, turn % 4, (1, 2)).reshape(len(few), -1)
            found += int((np.triu(rows @ turned.T, 1) > 0.97).sum())
        return found

    def check() -> None:
        assert {(pair.one, pair.other) for pair in ours()} == {(5, 7), (9, 15000)}
        assert peer() >= 1

    return Comparison(
        "all pairs, eight transforms, without crops", "million pairs a second", ours, peer, check,
        work=20000**2 / 2e6, peer_work=2000**2 / 2e6, rounds=2,
    )  # fmt: skip
