"""Bring the images of a class to one size and keep them in one array.

Reads the class's index and its images, which are found by their hash where they were renamed. Writes the pack, uint8 of
shape (N, size, size, channels), and its rows (sha256), both in the order of the index.

    python workflow/scripts/pack_class.py --index results/demo/images/Tripos/index.tsv \\
        --folder resources/demo/images/Tripos --size 64 --channels rgb --settings '{"fit": "pad"}' \\
        --pack Tripos.npy --rows Tripos.tsv
"""

from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--index", type=Path, required=True, help="the class's index.tsv")
    parser.add_argument("--folder", type=Path, nargs="+", action="extend", required=True, help="folders of the class")
    parser.add_argument("--files", default="{}", help="JSON: which files below the folders count: exclude, only")
    parser.add_argument("--size", type=int, required=True, help="side in pixels")
    parser.add_argument("--channels", choices=("grey", "rgb"), required=True)
    parser.add_argument(
        "--settings", default="{}", help="JSON: fit, pad, centre_crop, background, depth16, pages, max_pixels"
    )
    parser.add_argument("--pack", type=Path, required=True, help="the array to write, .npy")
    parser.add_argument("--rows", type=Path, required=True, help="its rows to write, .tsv")
    args = script.start(parser, packages=("numpy", "pillow", "torch"))

    from augury.images.packing import write_pack
    from augury.images.sources import read_source
    from augury.settings.reading import read_settings
    from augury.study.images import Preparation
    from augury.tables.rows import ImageRow
    from augury.tables.table import read_rows

    rows = read_rows(args.index, ImageRow)
    settings = read_settings(args.settings, Preparation)
    source = read_source(args.folder, args.files)
    write_pack(rows, source, args.pack, args.rows, args.size, args.channels, settings, args.threads)
    print(f"{len(rows)} images of {args.size} x {args.size} pixels, {args.channels}, in {args.pack}")


if __name__ == "__main__":
    script.run(main)
