"""List the images whose labels are worth a second look, by what classifiers say that have not trained on them.

Finds the study as Snakemake does: --configfile and --config are its own. Linear layers on the packaged networks
(EfficientNet-Lite0, 1 and 2) then say of every image, whatever its part, what they make of it without having seen its
specimen; nothing else is trained. It needs the splits (`snakemake --until split_class`).

Or reads predictions.tsv of any number of classifiers over folds and seeds, and classifier.json beside each: runs that
leak are left out. Rows of the test and validation parts count, whose images no weight was fitted to; with folds these
are all images.

Writes --output, one row per doubted image: its label, the suggested one, the class that its file's name speaks of where
that is another, the quality of its label, and how many of the networks or runs that judged it agree. A suggestion is a
reason to look, never to relabel unseen: --page writes an HTML page that shows each beside images of both classes, and
what is corrected there is downloaded as corrections.tsv.

    python workflow/scripts/audit_labels.py --config images=my-images --output doubts.tsv
    python workflow/scripts/audit_labels.py --output doubts.tsv \\
        --predictions results/demo/fold*/classifiers/real/lite0/seed*/predictions.tsv
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from augury.command import script
from augury.command.errors import UserError

if TYPE_CHECKING:
    from augury.prediction.label_audit import HeldOut


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--configfile", type=Path, nargs="+", default=[], help="of the study, as Snakemake's")
    parser.add_argument("--config", nargs="+", default=[], metavar="KEY=VALUE", help="as Snakemake's")
    parser.add_argument("--predictions", type=Path, nargs="+", default=[], help="predictions.tsv of each classifier")
    parser.add_argument(
        "--parts", nargs="+", choices=("validation", "test"), default=["validation", "test"],
        help="which images of predictions count (default: both; a best epoch was chosen by validation images)",
    )  # fmt: skip
    parser.add_argument("--output", type=Path, required=True, help="table to write: one row per doubted image")
    parser.add_argument("--page", type=Path, help="page of the doubted images to write, to look and correct")
    args = script.start(parser, packages=("cleanlab", "scikit-learn", "numpy"))

    from augury.prediction.label_audit import doubts, pairs, with_names
    from augury.tables.table import write_rows
    from augury.tables.unknown import DoubtRow

    if bool(args.predictions) == bool(args.configfile or args.config):
        raise UserError("name either a study, as in --config images=my-images, or --predictions")
    odds = None
    if args.predictions:
        predicted, judges = _by_runs(args.predictions, args.parts)
    else:
        from augury.planning.by_hand import study_of
        from augury.prediction.study_audit import ODDS, judge_study

        predicted, judges, odds = judge_study(study_of(args.configfile, args.config), args.threads), "networks", ODDS
    rows, sentences = with_names(doubts(predicted, odds), predicted)
    write_rows(args.output, DoubtRow, rows)
    if args.page:
        from augury.galleries.of_doubts import doubts as gallery
        from augury.galleries.page import write_page

        write_page(gallery(rows, predicted, args.threads), args.page, args.threads)
    judged = f"{len(predicted.labels)} images, judged by {judges}"
    script.tell(f"{len(rows)} of {judged}, are worth a second look")
    for sentence in [*pairs(rows, predicted), *sentences]:
        script.tell(sentence)


def _by_runs(paths: Sequence[Path], parts: Sequence[str]) -> tuple["HeldOut", str]:
    """What the runs say that do not leak, and how many they are."""
    from augury.prediction.label_audit import gather
    from augury.tables.description import read_description
    from augury.tables.predictions import read_predictions

    leaked = [path for path in paths if read_description(path.with_name("classifier.json")).get("leaked")]
    kept = [path for path in paths if path not in leaked]
    if not kept:
        raise UserError("all runs leak, so they may know the images by heart; audit runs made with guard: enforce")
    if leaked:
        script.tell(f"{len(leaked)} runs leak and are left out, such as {leaked[0]}")
    judged = [each for each in map(read_predictions, kept) if len(each.labels)]
    if not judged:
        raise UserError(
            f"{kept[0]} holds no image that its classifier had not trained on; audit runs of a study's splits"
        )
    return gather(judged, parts), f"{len(judged)} runs"


if __name__ == "__main__":
    script.run(main)
