"""Cut an archive off a folder of classes: OUTPUT/pool takes so many images of each, OUTPUT/images the others.

    python benchmarks/cut_pool.py images/hushem --pool 22 --output resources/closing

Which images are taken follows from the hashes of their names.
"""

import argparse
import hashlib
import shutil
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pool", type=int, required=True, help="images per class")
    parser.add_argument("--output", type=Path, required=True)
    args = parser.parse_args()
    for class_ in sorted(path for path in args.folder.iterdir() if path.is_dir()):
        files = sorted(class_.iterdir(), key=lambda path: hashlib.sha256(path.name.encode()).digest())
        for number, file in enumerate(files):
            to = args.output / ("pool" if number < args.pool else "images") / class_.name
            to.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, to)


if __name__ == "__main__":
    main()
