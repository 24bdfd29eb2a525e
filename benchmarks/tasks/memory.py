"""Memory of the steps that see every image, at a million images."""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from comparison import Comparison
from PIL import Image

SCRIPTS = Path(__file__).resolve().parents[2] / "workflow" / "scripts"
FEW, MORE, MILLION = 5_000, 20_000, 1_000_000
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
from augury.images.index import IndexSettings, index_class
from augury.images.kept import save
from augury.tables.rows import ImageRow
from augury.tables.table import write_rows
found = index_class([folder / "images"], "x", IndexSettings(near_duplicates=False))
save(folder / "fingerprints.npy", found.fingerprints)
write_rows(folder / "index.tsv", ImageRow, found.rows)
assert len(found.rows) == count
""",
    "pack": f"""
from augury.images.packing import PackSettings, write_pack
from augury.tables.rows import ImageRow
from augury.tables.table import read_rows
rows = read_rows(folder / "index.tsv", ImageRow)
write_pack(rows, [folder / "images"], folder / "x.npy", folder / "x.tsv", {SIDE}, "rgb", PackSettings())
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
}


def memory() -> Comparison:
    """Peak memory of indexing and packing, the larger of the two; the peer keeps all images of 64 pixels in a list.

    Measured at 5,000 and 20,000 images and continued in a straight line to a million.
    """
    folders = {count: _files(count) for count in (FEW, MORE)}

    def at_a_million(step: str) -> float:
        few, more = (_peak(step, folders[count], count) for count in (FEW, MORE))
        return few + (more - few) / (MORE - FEW) * (MILLION - FEW)

    def ours() -> float:
        most = max(at_a_million("index"), at_a_million("pack"))
        assert most < 2048
        return most

    def peer() -> float:
        return at_a_million("plain")

    return Comparison("all images in one array", "MB", ours, peer, lambda: None, rounds=1, warm_up=False, tells=True)


def _files(count: int) -> Path:
    folder, random = Path(tempfile.mkdtemp()), np.random.default_rng(0)
    for number in range(count):
        path = folder / "images" / f"{number // 1000}" / f"{number}.bmp"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 256, (16, 16), np.uint8)).save(path)
    return folder


def _peak(step: str, folder: Path, count: int) -> float:
    """Megabytes (of 2**20 bytes)."""
    words = [sys.executable, "-c", HEAD + STEPS[step] + TAIL, str(SCRIPTS), str(folder), str(count)]
    return int(subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()[-1]) / 1024
