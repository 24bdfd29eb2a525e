"""Index the images of one class: what can be used, what cannot and why, and which images show one specimen.

Reads the folders of the class. Writes the table of images (sha256, path, class, specimen, width, height, mode), the
files that were left out with the reason, the pairs of duplicates within the class, how files are stored (format,
camera, compression), and a fingerprint an image.

    python workflow/scripts/index_class.py --folder resources/demo/images/Tripos --class Tripos --settings '{}' \\
        --index index.tsv --quarantine quarantine.tsv --duplicates duplicates.tsv --fingerprints fingerprints.npy
"""

from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--folder", type=Path, nargs="+", action="extend", required=True, help="folders of the class")
    parser.add_argument("--files", default="{}", help="JSON: which files below the folders count: exclude, only")
    parser.add_argument("--class", dest="class_", required=True, help="name of the class")
    parser.add_argument(
        "--root", type=Path, nargs="*", help="folders with all images of the study (default: those above --folder)"
    )
    parser.add_argument("--settings", default="{}", help="JSON: specimens, min_size_px, max_pixels, background, "
                        "depth16, pages, as in the config")  # fmt: skip
    for name in ("index", "quarantine", "duplicates", "fingerprints"):
        parser.add_argument(f"--{name}", type=Path, required=True, help=f"the {name} to write")
    parser.add_argument("--headers", type=Path, help="the table of how files are stored to write (default: none)")
    args = script.start(parser, packages=("numpy", "pillow"), divides=True)

    from augury.command.files import atomic
    from augury.duplicates.fingerprint_store import save
    from augury.images.bound import identity_of
    from augury.images.index import index_class
    from augury.images.sources import read_source
    from augury.settings.reading import read_settings
    from augury.study.images import Indexing
    from augury.tables.rows import DuplicateRow, HeaderRow, ImageRow, QuarantineRow
    from augury.tables.table import write_rows

    settings = read_settings(args.settings, Indexing)
    args.fingerprints.parent.mkdir(parents=True, exist_ok=True)
    source = read_source(args.folder, args.files)
    indexed = index_class(source, args.class_, settings, args.threads, args.fingerprints.parent, args.root)
    write_rows(args.quarantine, QuarantineRow, indexed.quarantine)
    write_rows(args.duplicates, DuplicateRow, indexed.duplicates)
    with atomic(args.fingerprints) as temporary:
        save(temporary, indexed.fingerprints, identity_of(row.sha256 for row in indexed.rows))
    if args.headers:
        write_rows(args.headers, HeaderRow, indexed.headers)
    write_rows(args.index, ImageRow, indexed.rows)
    specimens = len({row.specimen for row in indexed.rows})
    print(
        f"{args.class_}: {len(indexed.rows)} images of {specimens} specimens, {len(indexed.duplicates)} pairs of "
        f"duplicates, {len(indexed.quarantine)} files left out"
    )


if __name__ == "__main__":
    script.run(main)
