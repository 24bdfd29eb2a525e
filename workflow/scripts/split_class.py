"""Divide the images of one class into training, validation and test parts.

Reads images/{class_}/index.tsv; writes splits/{split}/{class_}.tsv with the
columns sha256, path, class, specimen, part. A specimen's images stay together, and its place depends on its own hash.
Specimens that show other classes too come with their parts, which were found for all classes at once.

    python workflow/scripts/split_class.py --index results/demo/images/Tripos/index.tsv --split holdout \\
        --settings '{"train": "rest", "validation": 0.15, "test": 0.15, "folds": 1, ...}' \\
        --output results/demo/splits/holdout/Tripos.tsv
"""

import json
from collections import Counter
from pathlib import Path

from augury.command import script
from augury.settings.reading import read_settings
from augury.splits.assign import assign_parts
from augury.splits.brought import parts_by_folder
from augury.splits.plan import parse_split
from augury.splits.shared import Shared
from augury.splits.uneven import given_up
from augury.study.split import Split
from augury.tables.rows import PARTS, ImageRow, SplitRow
from augury.tables.table import read_rows, write_rows


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--index", type=Path, required=True, help="the class's index.tsv")
    parser.add_argument("--split", required=True, help="name of the split, such as holdout or fold2")
    parser.add_argument("--settings", required=True, help="the config's `split` section as JSON")
    parser.add_argument("--brought", nargs="*", default=[], help="parts that the data bring, for any class")
    parser.add_argument(
        "--parts", nargs="*", default=[], metavar="SHA256=PART", help="parts that a table gives to images"
    )
    parser.add_argument(
        "--shared", type=json.loads, default={}, help="JSON: parts, folds and brought of specimens of several classes"
    )
    parser.add_argument("--output", type=Path, required=True, help="where the table goes")
    args = script.start(parser)

    images = read_rows(args.index, ImageRow)
    settings = read_settings(args.settings, Split)
    by_table = settings.parts == "table"
    if by_table:
        brought = dict(word.split("=", 1) for word in args.parts)
    else:
        brought = parts_by_folder(images) if args.brought else {}
    split = parse_split(args.split, settings.folds)
    shared = Shared(**args.shared)
    rows, left_out = assign_parts(images, brought, frozenset(args.brought), settings, split, shared)
    write_rows(args.output, SplitRow, rows)

    counts = Counter(row.part for row in rows)
    print(", ".join(f"{part} {counts[part]}" for part in PARTS))
    if by_table:
        print(f"the table gives {sum(row.sha256 in brought for row in images)} of {len(images)} images their part")
    for sentence in given_up(rows, shared.parts, settings, split):
        script.tell(f"{split}: {sentence}")
    for row in left_out:
        script.tell(f"left out: {row.path} shows a specimen of another part that the data bring")


if __name__ == "__main__":
    script.run(main)
