"""Write altered copies of every image of a class, before anything is divided, as some publications do.

Reads the images of a class's folders. Writes into the output folder each image as a square PNG and its copies, and a
table that says which image each file shows: with it the guard sees copies that a split of single images lets cross.

    python workflow/scripts/augment_class.py --folder resources/minerals/quartz --class quartz --times 4 \\
        --augmentation '{"rotation_degrees": 45}' --output augmented/quartz --table augmented/quartz.tsv
"""

from pathlib import Path

from augury.command import script
from augury.command.errors import UserError


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--folder", type=Path, nargs="+", required=True, help="folders of the class")
    parser.add_argument("--files", default="{}", help="JSON: which files below the folders count: exclude, only")
    parser.add_argument("--class", dest="class_", required=True, help="name of the class")
    parser.add_argument(
        "--root", type=Path, nargs="*", help="folders with all images of the study (default: those above --folder)"
    )
    parser.add_argument("--times", type=int, required=True, help="images that each image becomes, itself included")
    parser.add_argument("--size", type=int, required=True, help="side of the images to write, in pixels")
    parser.add_argument("--augmentation", default="{}", help="JSON: how copies differ, as in the config")
    parser.add_argument("--index-settings", default="{}", help="JSON: settings of index_class")
    parser.add_argument("--pack-settings", default="{}", help="JSON: settings of pack_class")
    parser.add_argument("--output", type=Path, required=True, help="folder to make anew")
    parser.add_argument("--table", type=Path, required=True, help="table to write: one row per file")
    args = script.start(parser, packages=("numpy", "pillow", "torch"))
    if args.times < 1 or args.size < 1:
        raise UserError("--times and --size must be at least 1")

    from augury.augmentation.classical import Classical
    from augury.images.presplit_augmentation import COLUMNS, augment_images
    from augury.images.sources import read_source
    from augury.settings.augmentation import Augmentation
    from augury.settings.reading import read_settings
    from augury.study.images import Indexing, Preparation
    from augury.tables.table import write_dicts

    reading = read_settings(args.index_settings, Indexing)
    fitting = read_settings(args.pack_settings, Preparation)
    augment = Classical(read_settings(args.augmentation, Augmentation))
    source = read_source(args.folder, args.files)
    rows = augment_images(source, args.output, args.times, args.size, augment, reading, fitting, args.root, args.class_)
    write_dicts(args.table, COLUMNS, rows)
    originals = len({row["original"] for row in rows})
    script.tell(f"{args.class_}: {originals} images became {len(rows)}")


if __name__ == "__main__":
    script.run(main)
