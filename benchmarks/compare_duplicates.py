"""Which copies does the search for duplicates find, and what does it take for one wrongly?

For each set the images are compared as the workflow does it, within classes and then across: every pair counts as false
but those of one specimen (--specimen) and those that are known (--known). Then copies of every kind are planted among
the images, one of an image at most, and the share that is found is told: among the images of one class, and across
classes, where more is asked for. Without --images, sets are drawn that are alike by nature.

    python benchmarks/compare_duplicates.py
    python benchmarks/compare_duplicates.py --images fishcam/images --specimen '[^/]+_fish[0-9]+' --pairs pairs.tsv
"""

import argparse
import contextlib
import csv
import io
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import numpy as np
from PIL import Image
from planted import KINDS, drawn_sets

from augury.duplicates.agreement import ACROSS
from augury.duplicates.fingerprints import fingerprint
from augury.duplicates.search import Pair
from augury.duplicates.search import find_pairs as find_pairs_aloud
from augury.images.decoding.decode import Decoding, Picture, Unreadable, decode, read_content
from augury.images.files import list_files


def main() -> None:
    """The command line."""
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--images", type=Path, nargs="*", default=[], help="folders of classes (default: draw some)")
    made.add_argument("--specimen", help="regular expression; pairs of images with the same first match are right")
    made.add_argument("--known", type=Path, help="table of known pairs: two file names a line, separated by a tab")
    made.add_argument("--copies", type=int, default=60, help="copies of each kind (default: %(default)s)")
    made.add_argument("--pairs", type=Path, help="table of all pairs that are found, to be looked at")
    args = made.parse_args()
    known = {frozenset(line.split("\t")) for line in args.known.read_text().splitlines()} if args.known else set()
    print("set\tkind\tof\tfound\tacross classes")
    for name, images, classes, paths in [*map(_read, args.images)] or _drawn():
        prints = np.stack([_print(image) for image in images])
        _false_pairs(name, prints, classes, paths, args.specimen, known, args.pairs)
        _recall(name, images, prints, args.copies)


def _read(folder: Path) -> tuple[str, list[Image.Image], np.ndarray, list[str]]:
    """A set's name, images, classes and paths; the class is the folder that a file is in."""
    read = {path: image for path in list_files([folder]) if (image := _image(path))}
    paths, images = list(read), list(read.values())
    classes = np.unique([path.parent.name for path in paths], return_inverse=True)[1]
    return str(folder), images, classes, [str(path.relative_to(folder)) for path in paths]


def _image(path: Path) -> Image.Image | None:
    try:
        return decode(read_content(path, Decoding()), Decoding()).image
    except Unreadable:  # notes and tables that lie beside images
        return None


def _drawn() -> Iterator[tuple[str, list[Image.Image], np.ndarray, list[str]]]:
    for name, halves in drawn_sets(150).items():
        images = [image for half in halves for image in half]
        yield name, images, np.repeat([0, 1], 150), [str(number) for number in range(300)]


def find_pairs(*images, **options) -> list[Pair]:
    """The pairs, without a word of progress among the lines of the table."""
    with contextlib.redirect_stdout(io.StringIO()):
        return find_pairs_aloud(*images, **options)


def _print(image: Image.Image) -> np.ndarray:
    return fingerprint(Picture(image, image.mode))


def _false_pairs(name, prints, classes, paths, specimen, known, table) -> None:
    began = time.process_time()
    pairs: list[tuple[int, int, Pair]] = []
    for number in range(classes.max() + 1):
        own = np.flatnonzero(classes == number)
        pairs += [(int(own[pair.one]), int(own[pair.other]), pair) for pair in find_pairs(prints[own])]
    within = len(pairs)
    pairs += [(pair.one, pair.other, pair) for pair in find_pairs(prints, classes, bounds=ACROSS)]
    seconds = time.process_time() - began
    called = [re.search(specimen, path) for path in paths] if specimen else [None] * len(paths)
    counts, met = Counter(), set()
    for index, (one, other, pair) in enumerate(pairs):
        files = frozenset(Path(paths[number]).name for number in (one, other))
        same = called[one] and called[other] and called[one].group(0) == called[other].group(0)
        met |= {files} & known
        truth = "known" if files in known else "one specimen" if same else pair.relation
        counts[truth, index >= within] += 1
        if table:
            row = [name, paths[one], paths[other], pair.transform, f"{pair.similarity:.4f}", truth, index >= within]
            with table.open("a") as file:
                csv.writer(file, delimiter="\t").writerow(row)
    for truth in ("exact", "known", "one specimen", "near"):
        label = "false pairs" if truth == "near" else f"pairs: {truth}"
        of = len(known) if truth == "known" else len(paths)
        print(f"{name}\t{label}\t{of}\t{counts[truth, False]}\t{counts[truth, True]}")
    print(f"{name}\tseconds\t{len(paths)}\t{seconds:.1f}\t", flush=True)


def _recall(name: str, images: list[Image.Image], prints: np.ndarray, copies: int) -> None:
    """Each round gives at most half of the images a copy, so that lookalikes remain that have none."""
    wanted = [(kind, number) for number in range(copies) for kind in KINDS]
    recalled, tried = Counter(), Counter()
    for start in range(0, len(wanted), max(len(images) // 2, 1)):
        part = wanted[start : start + max(len(images) // 2, 1)]
        random = np.random.default_rng(start)
        originals = random.choice(len(images), len(part), replace=False)
        crowd, planted = prints.copy(), []
        for (kind, _), original in zip(part, originals, strict=True):
            one, other = KINDS[kind](images[original], random)
            crowd[original] = _print(one)
            planted.append(_print(other))
            tried[kind] += 1
        together = np.concatenate([crowd, planted])
        halves = np.repeat([0, 1], [len(crowd), len(planted)])
        found_across = find_pairs(together, halves, bounds=ACROSS)
        for across, pairs in ((False, find_pairs(together)), (True, found_across)):
            pairs = {(pair.one, pair.other) for pair in pairs}
            for number, (kind, _) in enumerate(part):
                recalled[kind, across] += (originals[number], len(crowd) + number) in pairs
    for kind in KINDS:
        shares = "\t".join(f"{recalled[kind, across] / tried[kind]:.3f}" for across in (False, True))
        print(f"{name}\t{kind}\t{tried[kind]}\t{shares}", flush=True)


if __name__ == "__main__":
    main()
