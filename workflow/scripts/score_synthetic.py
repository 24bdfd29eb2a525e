"""Score a pool of synthetic images: the Frechet distance of its features from those of its class's training images.

Reads features (.npy, one row an image) of the class's pack with the table of its rows, the class's split, features of
the pool and the pool's index. Only images of part `train` enter; a pool of class `all` takes several packs and splits.
Writes scores.tsv, one row: the distance with its interval, and the distance that chance alone gives.

    python workflow/scripts/score_synthetic.py --real-features features/Calanoida.npy --real-rows packs/Calanoida.tsv \\
        --split splits/fold0/Calanoida.tsv --synthetic-features pool/features.npy --index pool/index.tsv \\
        --extractor NAME --output pool/scores.tsv \\
        --names '{"class": "Calanoida", "generator": "dcgan", "seed": 0, "selection": "random", "split": "fold0"}'
"""

import json
from pathlib import Path

from augury.command import script
from augury.command.errors import UserError


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument(
        "--real-features", type=Path, nargs="+", required=True, help="features of a pack's images, (N, d) .npy"
    )
    parser.add_argument(
        "--real-rows", type=Path, nargs="+", required=True, help="the pack's table: the image of each row"
    )
    parser.add_argument(
        "--split", type=Path, nargs="+", required=True, help="splits/SPLIT/CLASS.tsv, one for each pack"
    )
    parser.add_argument(
        "--synthetic-features", type=Path, required=True, help="features of the pool's images, (M, d) .npy"
    )
    parser.add_argument("--index", type=Path, required=True, help="index.tsv of the pool")
    parser.add_argument("--extractor", required=True, help="name of the network that made the features")
    parser.add_argument(
        "--names", required=True, help="JSON with split, generator, selection, seed and class of the pool"
    )
    parser.add_argument("--output", type=Path, required=True, help="scores.tsv to write")
    args = script.start(parser, packages=("numpy",))

    import numpy as np

    from augury.metrics.features import load_features, training_features
    from augury.metrics.pools import score_pool
    from augury.tables.rows import ScoreRow, SyntheticRow
    from augury.tables.table import read_rows, write_rows

    if not len(args.real_features) == len(args.real_rows) == len(args.split):
        raise UserError("--real-features, --real-rows and --split differ in number; give one of each for each pack")
    real = [training_features(*paths) for paths in zip(args.real_features, args.real_rows, args.split, strict=True)]
    # A specimen is one within its class: the place of the pack keeps equal names of two classes apart.
    specimens = [np.char.add(f"{place}:", names) for place, (_, names) in enumerate(real)]
    synthetic = load_features(args.synthetic_features, len(read_rows(args.index, SyntheticRow)), args.index)
    features = np.concatenate([values for values, _ in real])
    if features.shape[1] != synthetic.shape[1]:
        raise UserError(
            f"{args.real_features[0]} has {features.shape[1]} features an image and {args.synthetic_features} "
            f"{synthetic.shape[1]}; extract both with one network"
        )
    row = score_pool(features, np.concatenate(specimens), synthetic, args.extractor, _names(args.names))
    write_rows(args.output, ScoreRow, [row])
    if row.frechet_distance is not None:
        script.tell(
            f"{row.generator}/{row.selection}/{row.class_}: {row.extractor} distance {row.frechet_distance:.4g}"
        )


def _names(text: str) -> dict:
    try:
        names = json.loads(text)
    except ValueError as error:
        raise UserError(f"--names is no JSON ({error})") from None
    missing = {"split", "generator", "selection", "seed", "class"} - set(names)
    if missing:
        raise UserError(f"--names lacks {', '.join(sorted(missing))}")
    return names


if __name__ == "__main__":
    script.run(main)
