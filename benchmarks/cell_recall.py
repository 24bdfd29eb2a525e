"""Which copies are named as partners by cells, which stand for all pairs where there are many images.

Plants copies of 21 kinds among a set's images, and asks each look, from the copy and from its original, which partners
it would lay over each other: with all images compared and with those of cells. Prints the share of copies named by the
looks at whole images, at discs, and by either, and of each kind by either.

    python benchmarks/cell_recall.py ndsb-copepods/images
"""

import argparse
import contextlib
import io
from collections import Counter
from pathlib import Path

import numpy as np
from compare_duplicates import _print, _read
from planted import KINDS

from augury.duplicates import search_index
from augury.duplicates.fingerprints import pixel_hashes


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("images", type=Path, nargs="+", help="folders of one folder per class")
    made.add_argument("--copies", type=int, default=40, help="of a kind (default: 40)")
    args = made.parse_args()
    print("set", "partners", "copies", "wholes", "discs", "either", *KINDS, sep="\t")
    for folder in args.images:
        name, images, _, _ = _read(folder)
        prints, random = np.stack([_print(image) for image in images]), np.random.default_rng(0)
        wanted = [kind for kind in KINDS for _ in range(args.copies)]
        originals = random.choice(len(images), len(wanted), replace=False)
        planted = []
        for kind, original in zip(wanted, originals, strict=True):
            one, other = KINDS[kind](images[original], random)
            prints[original] = _print(one)
            planted.append(_print(other))
        together = np.concatenate([prints, planted])
        for label, all_pairs in (("all", len(together)), ("cells", 0)):
            search_index.ALL_PAIRS = all_pairs
            met = named(together, originals, len(images))
            kinds = Counter(kind for kind, each in zip(wanted, met.any(axis=0), strict=True) if each)
            shares = [f"{each:.3f}" for each in (*met.mean(axis=1), met.any(axis=0).mean())]
            by_kind = [f"{kinds[kind] / args.copies:.2f}" for kind in KINDS]
            print(name, label, len(wanted), *shares, *by_kind, sep="\t", flush=True)


def named(together: np.ndarray, originals: np.ndarray, first: int) -> np.ndarray:
    """Whether each look, (2, C) bool, names a copy's original as its partner, or the copy as the original's.

    together: fingerprints of all, copies from number `first` on.
    """
    pixels, met = pixel_hashes(together), []
    with contextlib.redirect_stdout(io.StringIO()):  # its progress
        looks = search_index.looks(together)[:2]
    for look in looks:
        asked = [*np.sort(originals), *range(first, len(together))]
        pairs = [look.starts(together[number : number + 1], int(number), None, pixels)[0] for number in asked]
        found = {tuple(sorted(pair)) for pair in np.concatenate(pairs).tolist()}
        met.append([(int(original), first + number) in found for number, original in enumerate(originals)])
    return np.array(met)


if __name__ == "__main__":
    main()
