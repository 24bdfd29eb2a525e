"""Find the images from elsewhere that show what an image of the study shows.

Reads folders with index.tsv, quarantine.tsv, duplicates.tsv and fingerprints.npy, as index_class writes them: those
from elsewhere, and those of the study's classes; no image is opened. Writes a row per pair of equal pixels or
near-duplicates (mirrored, turned, cropped, recompressed): the image from elsewhere first. The guard reads it.

    python workflow/scripts/compare_elsewhere.py --elsewhere-folders results/demo/pools/archive/images/all \\
        --class-folders results/demo/images/Tripos results/demo/images/Ciliophora --twins twins.tsv
"""

from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--elsewhere-folders", type=Path, nargs="+", required=True, help="folders of one set of images")
    parser.add_argument(
        "--class-folders", type=Path, nargs="+", required=True, help="one folder per class of the study"
    )
    parser.add_argument("--exact-only", action="store_true", help="look for equal pixels only, not for near duplicates")
    parser.add_argument("--twins", type=Path, required=True, help="the table to write")
    args = script.start(parser, packages=("numpy", "pillow"))

    from augury.images.elsewhere import find_twins
    from augury.tables.rows import DuplicateRow
    from augury.tables.table import write_rows

    args.twins.parent.mkdir(parents=True, exist_ok=True)
    twins = find_twins(args.elsewhere_folders, args.class_folders, not args.exact_only, args.twins.parent)
    write_rows(args.twins, DuplicateRow, twins)
    print(f"{len({row.sha256_a for row in twins})} images from elsewhere show an image of the study")


if __name__ == "__main__":
    script.run(main)
