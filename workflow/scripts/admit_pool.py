"""Say which images of a pool a generator may be trained on in a split: those that are new to the study.

Reads the index.tsv of each of the pool's folders, the pairs of compare_elsewhere and the split's tables of all classes.
Writes the rows of one folder, or class, as a table of a split, in which all images are training images; what shows a
training, validation or reserve specimen is left out. An image that shows a test specimen stops the run; with `record`
it is taken, and its part is test.

    python workflow/scripts/admit_pool.py --name archive --class all --indices pools/archive/images/all/index.tsv \\
        --twins pools/archive/images/twins.tsv --splits splits/holdout/{Tripos,Ciliophora}.tsv --guard enforce \\
        --output pools/archive/splits/holdout/all.tsv
"""

from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--name", required=True, help="the pool's name in the config")
    parser.add_argument("--class", dest="class_", required=True, help="the class of the folder, or `all`")
    parser.add_argument("--indices", type=Path, nargs="+", required=True, help="index.tsv of each of its folders")
    parser.add_argument("--twins", type=Path, required=True, help="pairs of the pool's images and the study's")
    parser.add_argument("--splits", type=Path, nargs="+", required=True, help="tables of the split, one per class")
    parser.add_argument("--guard", choices=("enforce", "record"), required=True, help="what a leak does")
    parser.add_argument("--output", type=Path, required=True, help="the table to write")
    args = script.start(parser)

    from augury.splits.elsewhere import trained_rows
    from augury.tables.rows import DuplicateRow, ImageRow, SplitRow
    from augury.tables.table import read_rows, write_rows

    images = [row for path in args.indices for row in read_rows(path, ImageRow)]
    split = [row for path in args.splits for row in read_rows(path, SplitRow)]
    what = f"a generator that is trained on {args.name}"
    rows = trained_rows(images, read_rows(args.twins, DuplicateRow), split, args.guard, what)
    rows = [row for row in rows if row.class_ == args.class_]
    write_rows(args.output, SplitRow, rows)
    count = sum(image.class_ == args.class_ for image in images)
    print(f"{len(rows)} of {count} images of {args.name}, {args.class_}, may be trained on")


if __name__ == "__main__":
    script.run(main)
