"""Score what a generator draws for a class: how near to the real images, how diverse, and whether copied.

Reads the generator's folder, features that draw_features made of its images, features of the class's pack with the
table of its rows, and the class's split. Training images alone enter, but for those of the validation part, which
choose among snapshots and tell copies; test images never do. Writes into a folder scores.tsv (one row per variant),
neighbours.tsv and neighbours.png: the synthetic images of its end that are the nearest to copies, above the training
images that they are nearest to.

    python workflow/scripts/score_synthetic.py --generator results/demo/holdout/generators/dcgan/seed0/Tripos \\
        --class Tripos --synthetic-features Tripos.npz --real-features packs/Tripos.features.npy \\
        --real-rows packs/Tripos.tsv --split-table splits/holdout/Tripos.tsv --pack packs/Tripos.npy --output scores
"""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from augury.command import script
from augury.command.errors import UserError
from augury.tables.synthetic import NeighbourRow, ScoreRow

if TYPE_CHECKING:
    import numpy as np


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--generator", type=Path, required=True, help="folder of a trained generator")
    parser.add_argument("--class", dest="class_", required=True, help="the class that was drawn")
    parser.add_argument("--synthetic-features", type=Path, required=True, help=".npz of draw_features")
    parser.add_argument("--real-features", type=Path, required=True, help="features of the pack's images, (N, d) .npy")
    parser.add_argument("--real-rows", type=Path, required=True, help="the pack's table: the image of each feature row")
    parser.add_argument("--split-table", type=Path, required=True, help="the class's table of the split")
    parser.add_argument("--pack", type=Path, required=True, help="the pack, to show training images from")
    parser.add_argument("--tested", nargs="*", default=[], help="named specimens that any class's test part shows")
    parser.add_argument("--device", default="auto", help="where to draw the images shown: auto, cpu, cuda or cuda:N")
    parser.add_argument("--output", type=Path, required=True, help="folder to write into")
    args = script.start(parser, packages=("numpy", "torch", "pillow"))

    from augury.generators.weights import class_label
    from augury.scores.drawn import drawn_with, read_drawn
    from augury.scores.features import held_out_features, training_features
    from augury.scores.neighbours import find_neighbours, show_neighbours
    from augury.scores.sample import RealImages
    from augury.scores.scoring import choose_best, score_variant
    from augury.scores.variants import END, parse_variant
    from augury.splits.guard import check_parts, tested_rows
    from augury.tables.description import read_description
    from augury.tables.table import write_rows
    from augury.training.device import choose_device

    about = read_description(args.generator / "generator.json")
    class_label(args.generator, about, args.class_)
    train = training_features(args.real_features, args.real_rows, args.split_table)
    validation = held_out_features(args.real_features, args.real_rows, args.split_table)
    check_parts([*train.rows, *validation.rows], tested_rows(args.tested), "enforce", f"scores of {args.class_}")
    real = RealImages(train.values, train.specimens, validation.values, validation.specimens)
    extractor = drawn_with(args.synthetic_features)
    rows, neighbours = [], []
    for name, synthetic in read_drawn(args.synthetic_features):
        if synthetic.shape[1] != train.values.shape[1]:
            raise UserError(
                f"{args.real_features} has {train.values.shape[1]} features per image and {args.synthetic_features} "
                f"{synthetic.shape[1]}; extract both with one network"
            )
        prints = fingerprints(args) if name == END else None
        variant = parse_variant(name)
        rows.append(score_variant(real, synthetic, variant, extractor, about, args.class_, fingerprints=prints))
        if name == END:
            neighbours = find_neighbours(train, synthetic, about, args.class_)
        script.tell(f"{about['generator']}/{args.class_}/{name}: {describe(rows[-1])}")
    write_rows(args.output / "neighbours.tsv", NeighbourRow, neighbours)
    device = choose_device(args.device, "fp32", args.threads, bf16_pays_on_cpu=False)
    show_neighbours(neighbours, args.generator, args.class_, args.pack, device.device, args.output / "neighbours.png")
    write_rows(args.output / "scores.tsv", ScoreRow, choose_best(rows))


def fingerprints(args: Namespace) -> "tuple[np.ndarray, np.ndarray] | None":
    """Those of the training images and of the synthetic ones of the generator's end; None where there are none."""
    from augury.duplicates.fingerprints import fingerprints_of
    from augury.images.packs import load_parts
    from augury.scores.drawn import drawn_fingerprints

    drawn = drawn_fingerprints(args.synthetic_features)
    training, _ = load_parts(args.pack, args.split_table, "train")
    return None if drawn is None or not len(training) else (fingerprints_of(training), drawn)


def describe(row: ScoreRow) -> str:
    """The two distances of a row in words."""
    from augury.scores.naming import metric_names

    if row.frechet_distance is None:
        return "not scored"
    frechet, kernel = metric_names(row.extractor)
    return f"{frechet} {row.frechet_distance:.4g}, {kernel} {row.kid:.4g}"


if __name__ == "__main__":
    script.run(main)
