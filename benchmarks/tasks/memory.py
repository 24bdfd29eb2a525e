"""Memory of the steps that see every image, at a million images."""

import atexit
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from comparison import Comparison
from PIL import Image

from augury.duplicates.fingerprints import FINGERPRINT_BYTES, HASH_BYTES, SIDE_PX
from augury.images.arrays import write_array
from augury.tables.rows import DuplicateRow, ImageRow, QuarantineRow
from augury.tables.table import write_rows

SCRIPTS = Path(__file__).resolve().parents[2] / "workflow" / "scripts"
FEW, MORE, MILLION = 5_000, 20_000, 1_000_000
COMPARED = 25_000, 50_000  # more than are compared all with all
CLASSES = 5
SIDE = 64
# Each step is a process of its own; what is told is its peak, in kB.
HEAD = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
folder, count = Path(sys.argv[2]), int(sys.argv[3])
"""
TAIL = """
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""
STEPS = {
    "index": """
from augury.images.index import index_class
from augury.duplicates.fingerprint_store import save
from augury.tables.rows import ImageRow
from augury.tables.table import write_rows
found = index_class([folder / "images"], "x", Indexing(specimens={"near_duplicates": False}))
save(folder / "fingerprints.npy", found.fingerprints)
write_rows(folder / "index.tsv", ImageRow, found.rows)
assert len(found.rows) == count
""",
    "pack": f"""
from augury.images.packing import write_pack
from augury.tables.rows import ImageRow
from augury.tables.table import read_rows
rows = read_rows(folder / "index.tsv", ImageRow)
write_pack(rows, [folder / "images"], folder / "x.npy", folder / "x.tsv", {SIDE}, "rgb", Preparation())
""",
    "plain": f"""
import numpy as np
from PIL import Image
found = []
for path in sorted((folder / "images").rglob("*.bmp")):
    with Image.open(path) as image:
        found.append(np.asarray(image.convert("RGB").resize(({SIDE}, {SIDE}))))
found = np.stack(found)
assert len(found) == count
""",
    "duplicates": """
import find_duplicates
sys.argv[1:] = ["--threads", "1", "--class-folders", *map(str, sorted((folder / "classes").iterdir()))]
for name in ("manifest", "quarantine", "duplicates"):
    sys.argv += [f"--{name}", str(folder / f"{name}.tsv")]
find_duplicates.main()
assert sum(1 for _ in open(folder / "manifest.tsv")) == count + 1
""",
    "fingerprints": """
import numpy as np
found = [np.load(path) for path in sorted((folder / "classes").rglob("*.npy"))]
assert sum(map(len, found)) == count
""",
}


def memory() -> Comparison:
    """Peak memory of indexing and packing, the larger of the two; the peer keeps all images of 64 pixels in a list.

    Measured at 5,000 and 20,000 images and continued in a straight line to a million.
    """
    folders = {count: _files(count) for count in (FEW, MORE)}
    return _compared("all images in one array", folders, ("index", "pack"), "plain")


def memory_duplicates() -> Comparison:
    """Peak memory of find_duplicates on images of noise; the peer loads all fingerprints and compares nothing.

    Measured at 25,000 and 50,000 images in five classes and continued in a straight line to a million. Takes a minute.
    """
    folders = {count: _classes(count) for count in COMPARED}
    return _compared("all fingerprints in memory", folders, ("duplicates",), "fingerprints")


def _compared(peer_name: str, folders: dict[int, Path], steps: Iterable[str], plain: str) -> Comparison:
    def at_a_million(step: str) -> float:
        (few, least), (more, most) = ((count, _peak(step, folder, count)) for count, folder in folders.items())
        return least + (most - least) / (more - few) * (MILLION - few)

    def ours() -> float:
        most = max(map(at_a_million, steps))
        assert most < 2048
        return most

    return Comparison(
        peer_name, "MB", ours, lambda: at_a_million(plain), lambda: None, rounds=1, warm_up=False, tells=True
    )


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _files(count: int) -> Path:
    folder, random = _folder(), np.random.default_rng(0)
    for number in range(count):
        path = folder / "images" / f"{number // 1000}" / f"{number}.bmp"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 256, (16, 16), np.uint8)).save(path)
    return folder


def _classes(count: int) -> Path:
    """Folders of classes as index_class writes them."""
    folder, random = _folder(), np.random.default_rng(0)
    each = count // CLASSES
    for class_ in (f"class{number}" for number in range(CLASSES)):
        here = folder / "classes" / class_
        names = sorted(random.bytes(32).hex() for _ in range(each))
        rows = (ImageRow(name, f"/images/{class_}/{name}.jpg", class_, name[:16], 64, 64, "RGB") for name in names)
        write_rows(here / "index.tsv", ImageRow, rows)
        write_rows(here / "quarantine.tsv", QuarantineRow, [])
        write_rows(here / "duplicates.tsv", DuplicateRow, [])
        blocks = (_noise(random, min(1000, each - start)) for start in range(0, each, 1000))
        write_array(here / "fingerprints.npy", (each, FINGERPRINT_BYTES), blocks)
    return folder


def _noise(random: np.random.Generator, count: int) -> np.ndarray:
    """Fingerprints of images of 8 x 8 squares of noise."""
    squares = random.integers(0, 256, (count, 8, 8), np.uint8).repeat(SIDE_PX // 8, axis=1).repeat(SIDE_PX // 8, axis=2)
    sizes = np.tile(np.array([SIDE_PX, SIDE_PX], "<u4").view(np.uint8), (count, 1))
    hashes = random.integers(0, 256, (count, HASH_BYTES), np.uint8)
    return np.concatenate([hashes, sizes, squares.reshape(count, -1)], axis=1)


def _peak(step: str, folder: Path, count: int) -> float:
    """Megabytes (of 2**20 bytes)."""
    words = [sys.executable, "-c", HEAD + STEPS[step] + TAIL, str(SCRIPTS), str(folder), str(count)]
    return int(subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()[-1]) / 1024
