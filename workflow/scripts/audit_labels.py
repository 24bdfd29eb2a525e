"""List the images whose labels are worth a second look, by what classifiers say that have not trained on them.

Reads predictions.tsv of any number of classifiers over folds and seeds, and classifier.json beside each: runs that leak
are left out. Rows of the test and validation parts count, whose images no weight was fitted to; with folds these are
all images. Writes --output, one row per doubted image: its label, the suggested one, the quality of its label, and how
many of the runs that judged it agree. A suggestion is a reason to look, never to relabel unseen: --page writes an HTML
page that shows each beside images of both classes, and what is corrected there is downloaded as corrections.tsv.

    python workflow/scripts/audit_labels.py --output doubts.tsv \\
        --predictions results/demo/fold*/classifiers/real/lite0/seed*/predictions.tsv
"""

from pathlib import Path

from augury.command import script
from augury.command.errors import UserError


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--predictions", type=Path, nargs="+", required=True, help="predictions.tsv of each classifier")
    parser.add_argument(
        "--parts", nargs="+", choices=("validation", "test"), default=["validation", "test"],
        help="which images count (default: both; a best epoch was chosen by validation images)",
    )  # fmt: skip
    parser.add_argument("--output", type=Path, required=True, help="table to write: one row per doubted image")
    parser.add_argument("--page", type=Path, help="page of the doubted images to write, to look and correct")
    args = script.start(parser, packages=("cleanlab", "scikit-learn", "numpy"))

    from augury.prediction.label_audit import doubts, gather
    from augury.tables.description import read_description
    from augury.tables.predictions import read_predictions
    from augury.tables.table import write_rows
    from augury.tables.unknown import DoubtRow

    leaked = [path for path in args.predictions if read_description(path.with_name("classifier.json")).get("leaked")]
    kept = [path for path in args.predictions if path not in leaked]
    if not kept:
        raise UserError("all runs leak, so they may know the images by heart; audit runs made with guard: enforce")
    if leaked:
        script.tell(f"{len(leaked)} runs leak and are left out, such as {leaked[0]}")
    judged = [each for each in map(read_predictions, kept) if len(each.labels)]
    if not judged:
        raise UserError(
            f"{kept[0]} holds no image that its classifier had not trained on; audit runs of a study's splits"
        )
    predicted = gather(judged, args.parts)
    rows = doubts(predicted)
    write_rows(args.output, DoubtRow, rows)
    if args.page:
        from augury.galleries.of_doubts import doubts as gallery
        from augury.galleries.page import write_page

        write_page(gallery(rows, predicted, args.threads), args.page, args.threads)
    script.tell(f"{len(rows)} of {len(predicted.labels)} images, judged by {len(judged)} runs, are worth a second look")


if __name__ == "__main__":
    script.run(main)
