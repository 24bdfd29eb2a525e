"""From image files to packs: against plain loops with Pillow, on one core; and the search for duplicates."""

import hashlib
import itertools
import multiprocessing
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from comparison import Comparison
from PIL import Image

from augury.command.allocation import keep_freed_memory
from augury.duplicates.fingerprints import HASH_BYTES, SIDE_PX, fingerprint, thumbnails
from augury.duplicates.search import find_pairs
from augury.images.decoding.decode import Decoding, Picture, decode, read_content
from augury.images.files import content_sha256, list_files
from augury.images.index import index_class
from augury.images.packing import write_pack
from augury.study.images import Indexing, Preparation

COUNT, SIDE, PACKED = 200, 512, 128
PHOTOGRAPHS, LARGE = 300, 1024  # enough pixels for the quicker resize
MANY, PLANTED = 100_000, 60
ONE_CORE = {"rounds": 5, "clock": time.process_time}  # the processor's seconds of all threads


def _files(count: int = COUNT, side: int = SIDE) -> Path:
    folder = Path(tempfile.mkdtemp()) / "class"
    folder.mkdir()
    random = np.random.default_rng(0)
    for number in range(count):
        rough = Image.fromarray(random.integers(0, 256, (16, 16, 3), dtype=np.uint8))
        rough.resize((side, side), Image.Resampling.BICUBIC).save(folder / f"{number:04d}.jpg", quality=90)
    return folder


def _plain(folder: Path) -> dict[str, tuple]:
    sizes = {}
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        with Image.open(path) as image:
            image.load()
            sizes[hashlib.sha256(content).hexdigest()] = (*image.size, image.mode)
    return sizes


def read() -> Comparison:
    """Read, hash and decode every file, with the limits of hostile ones: what both indexing and packing begin with."""
    folder = _files()

    def ours() -> dict[str, tuple]:
        sizes = {}
        for path in list_files([folder]):
            content = read_content(path, Decoding())
            picture = decode(content, Decoding())
            sizes[content_sha256(content)] = (picture.width, picture.height, picture.mode)
        return sizes

    def check() -> None:
        assert ours() == _plain(folder)

    return Comparison(
        "Pillow's plain loop", "images per second", ours, lambda: _plain(folder), check, COUNT, **ONE_CORE
    )


def fingerprints() -> Comparison:
    """A hash of all pixels and a grey thumbnail of decoded images."""
    pictures = [decode(path.read_bytes(), Decoding()) for path in sorted(_files().iterdir())]

    def ours() -> np.ndarray:
        return np.stack([fingerprint(picture) for picture in pictures])

    def peer() -> np.ndarray:
        made = []
        for picture in pictures:
            digest = hashlib.sha256(np.asarray(picture.image).tobytes()).digest()[:HASH_BYTES]
            thumbnail = picture.image.convert("L").resize((SIDE_PX, SIDE_PX), Image.Resampling.BICUBIC)
            made.append(np.frombuffer(digest + thumbnail.tobytes(), np.uint8))
        return np.stack(made)

    def check() -> None:
        mine, other = thumbnails(ours()), peer()[:, HASH_BYTES:].reshape(-1, SIDE_PX, SIDE_PX)
        assert np.abs(mine.astype(int) - other).mean() < 0.5

    return Comparison("hashlib and Pillow, plainly", "images per second", ours, peer, check, COUNT, **ONE_CORE)


def index() -> Comparison:
    """Hash, decode and describe every file; ours makes fingerprints for the search of duplicates as well."""
    folder = _files()
    settings = Indexing(specimens={"near_duplicates": False})

    def ours():
        return index_class([folder], "class", settings, threads=1)

    def check() -> None:
        mine = {row.sha256: (row.width, row.height, row.mode) for row in ours().rows}
        assert mine == _plain(folder)

    peer = "Pillow's plain loop, which makes no fingerprint"
    return Comparison(peer, "images per second", ours, lambda: _plain(folder), check, COUNT, **ONE_CORE)


def index_two_threads() -> Comparison:
    """Two threads beside one: a ratio of two is linear in cores, on a machine that has two to itself."""
    folder = _files()

    def run(threads: int):
        return index_class([folder], "class", Indexing(specimens={"near_duplicates": False}), threads)

    def check() -> None:
        assert run(1).rows == run(2).rows

    return Comparison("one thread", "images per second", lambda: run(2), lambda: run(1), check, COUNT)


def _indexed(folder: Path) -> int:
    keep_freed_memory()  # as every script does
    return len(index_class([folder], "class", Indexing(specimens={"near_duplicates": False}), threads=1).rows)


def index_two_classes() -> Comparison:
    """Two classes at once, each in a process of its own as the workflow's jobs are, beside one after the other."""
    folders = [_files(), _files()]
    pools = {jobs: ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) for jobs in (1, 2)}

    def run(jobs: int) -> list[int]:
        return list(pools[jobs].map(_indexed, folders))

    def check() -> None:
        assert run(1) == run(2) == [COUNT, COUNT]

    return Comparison(
        "one after the other", "images per second", lambda: run(2), lambda: run(1), check, work=2 * COUNT, rounds=5
    )


def pack() -> Comparison:
    """Decode, bring to one size and keep in one array; ours also checks every file's hash."""
    return _packed(COUNT, SIDE)


def pack_photographs() -> Comparison:
    """The same of larger images, which are worth the quicker resize (once loaded: a second that is not in here)."""
    return _packed(PHOTOGRAPHS, LARGE)


def _packed(count: int, side: int) -> Comparison:
    folder = _files(count, side)
    rows = index_class([folder], "class", Indexing(specimens={"near_duplicates": False}), threads=1).rows
    made = folder.parent / "pack.npy"

    def ours() -> np.ndarray:
        write_pack(rows, [folder], made, made.with_suffix(".tsv"), PACKED, "rgb", Preparation(), threads=1)
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

    return Comparison("Pillow's plain loop", "images per second", ours, peer, check, count, **ONE_CORE)


def duplicates() -> Comparison:
    """Near-duplicates among 100,000 images, none of which is compared with all; the peer compares all of 2,000.

    Takes some minutes. Sixty copies are among them; all that are flipped or turned must be found, and all but a few
    that are cropped: among images of noise, which form no clusters, cells miss one crop in twenty.
    """
    random = np.random.default_rng(0)
    rough = random.integers(0, 256, (MANY - PLANTED, 8, 8), dtype=np.uint8)
    originals = [Image.fromarray(each).resize((160, 160), Image.Resampling.BICUBIC) for each in rough[:PLANTED]]
    changes = (
        lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        lambda image: image.transpose(Image.Transpose.ROTATE_90),
        lambda image: image.crop((16, 0, 160, 160)),
    )
    copies = [changes[number % len(changes)](image) for number, image in enumerate(originals)]
    others = (Image.fromarray(each).resize((64, 64), Image.Resampling.BICUBIC) for each in rough[PLANTED:])
    images = itertools.chain(originals, others, copies)
    prints = np.stack([fingerprint(Picture(image, "L")) for image in images])
    expected = {(number, MANY - PLANTED + number) for number in range(PLANTED)}
    few = thumbnails(prints[:2000]).reshape(2000, -1).astype(np.float32)

    def ours():
        matches = find_pairs(prints)
        pairs = {(pair.one, pair.other) for pair in matches}
        assert pairs <= expected
        assert {pair[0] % len(changes) for pair in expected - pairs} <= {2}  # every third copy is a crop
        assert len(pairs) >= PLANTED - PLANTED // 10
        return matches

    def peer() -> int:
        """Correlation of every pair, for the eight turns and mirrors, by blocks."""
        rows = few - few.mean(1, keepdims=True)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        squares, count = rows.reshape(-1, 64, 64), 0
        for turn in range(8):
            turned = np.rot90(squares[:, :, ::-1] if turn >= 4 else squares, turn % 4, (1, 2)).reshape(len(few), -1)
            count += int((np.triu(rows @ turned.T, 1) > 0.97).sum())
        return count

    return Comparison(
        "all pairs, eight transforms, without crops", "million pairs per second", ours, peer, peer,
        work=MANY**2 / 2e6, peer_work=2000**2 / 2e6, warm_up=False, **(ONE_CORE | {"rounds": 1}),
    )  # fmt: skip
