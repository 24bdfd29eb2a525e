"""Say what a trained classifier, or an ensemble, makes of a folder of images that it has never seen.

Reads a classifier's folder (classifier.safetensors, classifier.json and reference.safetensors: copied together they
work on any machine), or an ensemble's, whose members lie beside it (copy the folder of their arm), and the images that
--images names or that lie below it, which pass the preparation that the training images passed. Writes --output, one
row per image: the most probable classes with calibrated probabilities; prediction_set, the classes that it may be of;
abstained; out_of_distribution, whether it is unlike all that was trained on; the score behind that, and a probability
for each class; and --passed-over, the files that could not be used, with reasons.

Thresholds come from validation images, and hold for images like these. A set misses the true class in 1 - --coverage of
images at most. Answers that do not abstain are wrong in --error at most, with 95% certainty; the column is empty where
validation images are too few to promise that. An image is out-of-distribution (OOD) when its score is above that of the
share --ood-quantile of the validation images: so many honest images are accused. At 0.95 it caught over nine in ten
images of another field, and one in seven of classes that were left out (docs/classifiers.md).

--format dwc writes --output in the terms of Darwin Core instead, ecotaxa as EcoTaxa imports it; there an image that the
classifier abstains from, or that is out-of-distribution, gets no name.

    python workflow/scripts/predict_images.py --images new-images --output predictions.tsv \\
        --classifier results/demo/holdout/classifiers/real/lite0/seed0
"""

from collections.abc import Iterator
from pathlib import Path

from augury.command import script
from augury.command.errors import UserError


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--classifier", type=Path, required=True, help="folder of a trained classifier or an ensemble")
    parser.add_argument(
        "--images", type=Path, nargs="+", required=True, help="folders of images, at any depth, or single images"
    )
    parser.add_argument("--output", type=Path, required=True, help="table to write: one row per image")
    parser.add_argument("--passed-over", type=Path, help="table to write (default: OUTPUT with .passed_over.tsv)")
    parser.add_argument("--format", choices=("own", "dwc", "ecotaxa"), default="own", help="of --output (default: own)")
    parser.add_argument("--page", type=Path, help="page of the images and their predictions to write")
    parser.add_argument("--top", type=int, default=3, help="classes to name, the best one included (default: 3)")
    parser.add_argument("--coverage", type=float, default=0.9, help="of prediction sets (default: 0.9)")
    parser.add_argument("--error", type=float, default=0.05, help="of answers that do not abstain (default: 0.05)")
    parser.add_argument("--ood-quantile", type=float, default=0.95, help="of validation scores (default: 0.95)")
    parser.add_argument("--taxonomy", type=Path, help="TSV of the classes' ranks: adds the taxon at every rank")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N (default: auto)")
    args = script.start(parser, packages=("torch", "timm", "numpy", "pillow"))
    for option, value in (("coverage", args.coverage), ("error", args.error), ("ood-quantile", args.ood_quantile)):
        if not 0 < value < 1:
            raise UserError(f"--{option} is {value}; it must lie between 0 and 1, as its default does")

    if args.page and args.format != "own":
        raise UserError("--page shows the own table; leave out --format, or --page")

    from augury.prediction import answers, folder, formats, limits, use
    from augury.tables.table import write_cells, write_rows
    from augury.tables.unknown import PassedOverRow

    used = use.load(args.classifier, args.device, args.threads)
    files = folder.files_of(args.images)
    if not files:
        raise UserError(f"{args.images[0]} holds no file; put images there or mend the path")
    bounds = limits.limits_of(used.calibration, used.classes, args.ood_quantile, args.coverage, args.error)
    levels = used.levels(args.taxonomy) if args.taxonomy else []
    made = answers.Answers(used.classes, bounds, args.top, levels)
    passed_over: list[tuple[Path, str]] = []
    counts = {"images": 0, "out_of_distribution": 0}

    def lines() -> Iterator[list[object]]:
        for paths, images in folder.read_batches(files, used.preparation, used.forms, args.threads, passed_over):
            for line in made.lines(paths, *used.answer(images)):
                counts["images"] += 1
                counts["out_of_distribution"] += bool(line[outside])
                yield line

    header = made.header()
    outside = header.index("out_of_distribution")
    if args.format == "own":
        write_cells(args.output, header, lines())
    else:
        rows, ranks = (dict(zip(header, line, strict=True)) for line in lines()), [level.rank for level in levels]
        formats.write_format(args.format, args.output, rows, ranks, formats.model_of(args.classifier))
    if args.page:
        from augury.galleries.of_predictions import predictions as gallery
        from augury.galleries.page import write_page
        from augury.tables.table import read_dicts

        write_page(gallery(read_dicts(args.output), used.classes), args.page, args.threads)
    table = args.passed_over or args.output.with_suffix(".passed_over.tsv")
    write_rows(table, PassedOverRow, [PassedOverRow(str(path), reason) for path, reason in passed_over])
    script.tell(f"{counts['images']} images in {args.output}, {counts['out_of_distribution']} out-of-distribution")
    if passed_over:
        script.tell(f"{len(passed_over)} files were passed over; {table} names them with reasons")


if __name__ == "__main__":
    script.run(main)
