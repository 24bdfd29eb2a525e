"""Say of which classes to collect more, and which of a folder of unlabelled images to label first.

Reads a classifier's folder, or an ensemble's, and images, as predict_images.py does, and names the --number images of
which the classifier is least sure: those with the least margin between the two most probable classes. As many that are
out-of-distribution, perhaps of no class, follow behind them. Writes --output, one row per image in the order in which
to label; --page, an HTML page by which to label them, whose labels are downloaded as a table; and --passed-over, the
files that could not be used. From the tables of the study in which the classifier lies, or --study, come --classes, its
classes with their images and F1: the first is the one of which to collect more.

    python workflow/scripts/plan_collection.py --images new-images --output label_first.tsv --page label_first.html \\
        --classifier results/my-images/final/classifiers/real/lite0/seed0
"""

from pathlib import Path

from augury.command import script
from augury.command.errors import UserError


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--classifier", type=Path, required=True, help="folder of a trained classifier or an ensemble")
    parser.add_argument(
        "--images", type=Path, nargs="+", required=True, help="folders of images, at any depth, or single images"
    )
    parser.add_argument("--number", type=int, default=30, help="images to name (default: 30)")
    parser.add_argument("--output", type=Path, required=True, help="table to write: one row per image to label")
    parser.add_argument("--page", type=Path, help="page to write, by which to label them")
    parser.add_argument("--study", type=Path, help="results of the study (default: those in which the classifier lies)")
    parser.add_argument("--classes", type=Path, help="table of classes to write (default: OUTPUT with .classes.tsv)")
    parser.add_argument("--passed-over", type=Path, help="table to write (default: OUTPUT with .passed_over.tsv)")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N (default: auto)")
    args = script.start(parser, packages=("torch", "timm", "numpy", "pillow"))
    if args.number < 1:
        raise UserError(f"--number is {args.number}; it must be at least 1")

    import numpy as np

    from augury.prediction import folder, limits, use
    from augury.prediction.labelling import label_first, margins
    from augury.prediction.next_class import write_classes
    from augury.tables.table import write_rows
    from augury.tables.unknown import LabelRow, PassedOverRow

    wanted = write_classes(args.classifier, args.study, args.classes or args.output.with_suffix(".classes.tsv"))
    used = use.load(args.classifier, args.device, args.threads)
    passed_over: list[tuple[Path, str]] = []
    paths: list[Path] = []
    judged = []
    files = folder.files_of(args.images)
    for batch, images in folder.read_batches(files, used.preparation, used.forms, args.threads, passed_over):
        paths += batch
        judged.append(used.answer(images))
    table = args.passed_over or args.output.with_suffix(".passed_over.tsv")
    write_rows(table, PassedOverRow, [PassedOverRow(str(path), reason) for path, reason in passed_over])
    if not paths:
        raise UserError(f"{args.images[0]} holds no image that can be used; put images there or mend the path")
    probabilities, scores = map(np.concatenate, zip(*judged, strict=True))
    foreign = limits.are_foreign(scores, limits.score_limit(used.calibration, limits.QUANTILE))
    best, ahead = np.argsort(-probabilities, axis=1, kind="stable"), margins(probabilities)
    rows = [
        LabelRow(
            order=place,
            path=str(paths[index]),
            predicted=used.classes[best[index, 0]],
            probability=float(probabilities[index, best[index, 0]]),
            second=used.classes[best[index, 1]],
            margin=float(ahead[index]),
            out_of_distribution=bool(foreign[index]),
        )
        for place, index in enumerate(label_first(probabilities, foreign, args.number), start=1)
    ]
    write_rows(args.output, LabelRow, rows)
    if args.page:
        from augury.galleries.of_predictions import to_label
        from augury.galleries.page import write_page

        write_page(to_label(rows, used.classes, wanted), args.page, args.threads)
    apart = sum(bool(row.out_of_distribution) for row in rows)
    script.tell(f"{len(rows) - apart} of {len(paths)} images to label first, in {args.output}")
    if apart:
        script.tell(f"{apart} more are out-of-distribution, perhaps of no class: the last rows")
    if passed_over:
        script.tell(f"{len(passed_over)} files were passed over; {table} names them with reasons")


if __name__ == "__main__":
    script.run(main)
