"""Score what a generator draws for a class: how near to the real images, how diverse, and whether copied.

Reads the generator's folder, and for each network the features that draw_features made of its images and those of the
class's pack; the table of the pack's rows, and the class's split. Training images alone enter, but for those of the
validation part, which choose among snapshots and tell copies; test images never do. Writes into a folder scores.tsv (a
row per network and variant), neighbours.tsv and neighbours.png: the synthetic images of its end that are the nearest to
copies, above the training images that they are nearest to.

    python workflow/scripts/score_synthetic.py --generator results/demo/holdout/generators/dcgan/seed0/Tripos \\
        --class Tripos --synthetic-features Tripos.npz --real-features packs/Tripos.features.npy \\
        --real-rows packs/Tripos.tsv --split-table splits/holdout/Tripos.tsv --pack packs/Tripos.npy --output scores
"""

import json
from functools import partial
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
    parser.add_argument("--drawing", type=json.loads, default={}, help="JSON of the family's settings of drawing")
    parser.add_argument("--class", dest="class_", required=True, help="the class that was drawn")
    parser.add_argument("--synthetic-features", type=Path, nargs="+", required=True, help=".npz of draw_features")
    parser.add_argument(
        "--real-features", type=Path, nargs="+", required=True, help="features of the pack's images, (N, d) .npy"
    )
    parser.add_argument("--real-rows", type=Path, required=True, help="the pack's table: the image of each feature row")
    parser.add_argument("--split-table", type=Path, required=True, help="the class's table of the split")
    parser.add_argument("--pack", type=Path, required=True, help="the pack, to show training images from")
    parser.add_argument("--tested", nargs="*", default=[], help="named specimens that any class's test part shows")
    parser.add_argument("--device", default="auto", help="where to draw the images shown: auto, cpu, cuda or cuda:N")
    parser.add_argument("--output", type=Path, required=True, help="folder to write into")
    args = script.start(parser, packages=("numpy", "torch", "pillow"))

    from augury.generators.weights import class_label
    from augury.scores.by_network import score_by_network
    from augury.scores.neighbours import show_neighbours
    from augury.settings.families import family
    from augury.splits.guard import tested_rows
    from augury.tables.description import read_description
    from augury.tables.table import write_rows
    from augury.training.device import choose_device

    if len(args.synthetic_features) != len(args.real_features):
        raise UserError("--synthetic-features and --real-features name a file of each network; give as many of both")
    about = read_description(args.generator / "generator.json")
    class_label(args.generator, about, args.class_)
    rows, neighbours = score_by_network(
        list(zip(args.synthetic_features, args.real_features, strict=True)),
        args.real_rows,
        args.split_table,
        tested_rows(args.tested),
        about,
        args.class_,
        about.get("retrieved_by") or family("generators", about["family"]).looks_through,
        partial(fingerprints, args.pack, args.split_table),
    )
    write_rows(args.output / "neighbours.tsv", NeighbourRow, neighbours)
    device = choose_device(args.device, "fp32", args.threads, bf16_pays_on_cpu=False)
    sheet = args.output / "neighbours.png"
    show_neighbours(neighbours, args.generator, args.drawing, args.class_, args.pack, device.device, sheet)
    write_rows(args.output / "scores.tsv", ScoreRow, rows)


def fingerprints(pack: Path, split_table: Path, drawn: Path) -> "tuple[np.ndarray, np.ndarray] | None":
    """Those of the training images and of the synthetic ones of the generator's end; None where there are none."""
    from augury.duplicates.fingerprints import fingerprints_of
    from augury.images.packs import load_parts
    from augury.scores.drawn import drawn_fingerprints

    made = drawn_fingerprints(drawn)
    training, _ = load_parts(pack, split_table, "train")
    return None if made is None or not len(training) else (fingerprints_of(training), made)


if __name__ == "__main__":
    script.run(main)
