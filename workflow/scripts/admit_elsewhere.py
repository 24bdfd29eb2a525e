"""Say which images of another test set classifiers are tested on: those that show no specimen of the study.

Reads index.tsv of each class of the set, those of the study's classes and of its pools, and the pairs of
compare_elsewhere. Writes the table of images that count, and that of those left out, with the reason.

    python workflow/scripts/admit_elsewhere.py --name other_site \\
        --indices results/demo/tests/other_site/images/Tripos/index.tsv \\
        --known results/demo/images/{Tripos,Ciliophora}/index.tsv \\
        --twins results/demo/tests/other_site/images/twins.tsv --images images.tsv --left-out left_out.tsv
"""

from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--name", required=True, help="the test set's name in the config")
    parser.add_argument("--indices", type=Path, nargs="+", required=True, help="index.tsv of each of its classes")
    parser.add_argument("--known", type=Path, nargs="+", required=True, help="index.tsv of what it is compared with")
    parser.add_argument("--twins", type=Path, required=True, help="pairs of its images and those")
    parser.add_argument("--images", type=Path, required=True, help="the table of images that count to write")
    parser.add_argument("--left-out", type=Path, required=True, help="the table of the others to write")
    args = script.start(parser)

    from augury.splits.elsewhere import admitted
    from augury.tables.rows import DuplicateRow, ImageRow, QuarantineRow, SplitRow
    from augury.tables.table import read_rows, write_rows

    images, known = (
        [row for path in paths for row in read_rows(path, ImageRow)] for paths in (args.indices, args.known)
    )
    rows, left_out = admitted(images, read_rows(args.twins, DuplicateRow), known, args.name)
    write_rows(args.left_out, QuarantineRow, left_out)
    write_rows(args.images, SplitRow, rows)
    print(f"{len(rows)} images of {args.name} are tested, {len(left_out)} are left out")


if __name__ == "__main__":
    script.run(main)
