"""Merge the classes' tables and find the images that stand in more than one class.

Reads one folder per class with index.tsv, quarantine.tsv, duplicates.tsv and fingerprints.npy, as index_class writes
them; no image is opened. Writes the dataset-wide manifest, quarantine and duplicates; a pair across classes is a
conflict. While it compares, the disk of the duplicates holds the fingerprints once more: 4 kB per image.

    python workflow/scripts/find_duplicates.py \\
        --class-folders results/demo/images/Tripos results/demo/images/Ciliophora \\
        --manifest manifest.tsv --quarantine quarantine.tsv --duplicates duplicates.tsv --min-images 20
"""

from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--class-folders", type=Path, nargs="+", required=True, help="one folder per class")
    parser.add_argument("--min-images", type=int, default=0, help="warn of classes with fewer images (default: never)")
    parser.add_argument("--exact-only", action="store_true", help="look for equal pixels only, not for near duplicates")
    for name in ("manifest", "quarantine", "duplicates"):
        parser.add_argument(f"--{name}", type=Path, required=True, help=f"the {name} to write")
    args = script.start(parser, packages=("numpy", "pillow"), divides=True)

    from augury.images.manifest import merge, tell_small_classes
    from augury.tables.rows import DuplicateRow, ImageRow, QuarantineRow
    from augury.tables.table import write_rows

    args.duplicates.parent.mkdir(parents=True, exist_ok=True)
    manifest = merge(args.class_folders, not args.exact_only, args.duplicates.parent, args.threads)
    write_rows(args.quarantine, QuarantineRow, manifest.quarantine)
    write_rows(args.duplicates, DuplicateRow, manifest.duplicates)
    write_rows(args.manifest, ImageRow, manifest.rows())
    tell_small_classes(manifest, args.min_images)
    conflicts = sum(row.conflict for row in manifest.duplicates)
    if conflicts:
        script.tell(
            f"warning: {conflicts} pairs of duplicates stand in different classes, so that one label of each must be "
            f"wrong; they are marked in {args.duplicates}, and no such image is used for validation or testing"
        )
    images = sum(manifest.counts.values())
    print(
        f"{images} images, {len(manifest.duplicates)} pairs of duplicates, {conflicts} of them across classes, "
        f"{len(manifest.quarantine)} files left out"
    )


if __name__ == "__main__":
    script.run(main)
