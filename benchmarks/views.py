"""Which classes does the step before the trainings call views of few specimens, rightly and wrongly?

For each set the images of a class are grouped by near-duplicates as the index does it, and scored as inspect_images
does. Without --images, sets are drawn: specimens that were photographed once, and views of few. With it, each folder
below the folders given is a class; --specimen names specimens, as `specimens.regex` would.

    python benchmarks/views.py
    python benchmarks/views.py --images images/hushem images/pbc
    python benchmarks/views.py --images fishcam/images --specimen '(?P<specimen>[^/]+)_frame'
"""

import argparse
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import numpy as np
import planted
import turntable
from PIL import Image

from augury.duplicates.fingerprints import fingerprint, thumbnails
from augury.duplicates.search import find_pairs
from augury.images.decoding.decode import Decoding, Picture, Unreadable, decode, read_content
from augury.images.files import list_files
from augury.inspection.views import chosen, likeness, look_like_views
from augury.specimens.grouping import specimen_ids


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, nargs="*", help="folders of class folders (default: drawn sets)")
    parser.add_argument("--specimen", help="regular expression with the group `specimen`")
    args = parser.parse_args()
    if args.images:
        sets = ((str(folder), [_read(path, args.specimen) for path in _classes(folder)]) for folder in args.images)
    else:
        drawn = [*planted.drawn_sets(60).items(), *turntable.drawn_sets()]
        sets = ((name, [(_prints(images), {}) for images in classes]) for name, classes in drawn)
    print("set\tclasses\twarned\tscores")
    for name, classes in sets:
        scores = [_score(prints, names) for prints, names in classes]
        warned = sum(look_like_views(*each) for each in scores)
        cells = " ".join("–" if score is None else f"{score:.2f}" for score, _, _ in scores)
        print(f"{name}\t{len(scores)}\t{warned}\t{cells}", flush=True)


def _classes(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir())


def _prints(images: list[Image.Image]) -> list[np.ndarray]:
    return [fingerprint(Picture(image, "L")) for image in images]


def _read(folder: Path, specimen: str | None) -> tuple[list[np.ndarray], dict[str, set[str]]]:
    """Fingerprints of a class's images, those that are compared, and names of specimens by the image's number."""
    paths = list_files([folder])
    prints, names = [], {}
    for path in (paths[number] for number in chosen([str(path) for path in paths])):
        try:
            prints.append(fingerprint(decode(read_content(path, Decoding()), Decoding())))
        except Unreadable:
            continue
        match = re.search(specimen, str(path)) if specimen else None
        if match:
            names[str(len(prints) - 1)] = {match["specimen"]}
    return prints, names


def _score(prints: list[np.ndarray], names: dict[str, set[str]]) -> tuple[float | None, float, int]:
    fingerprints = np.stack(prints)
    links = [(str(pair.one), str(pair.other)) for pair in find_pairs(fingerprints)]
    numbers = [str(number) for number in range(len(prints))]
    specimens = specimen_ids(numbers, names, links)
    seen = likeness(thumbnails(fingerprints), [specimens.get(number, number) for number in numbers])
    return seen.score(), seen.share(), len(prints)


if __name__ == "__main__":
    main()
