"""Draw images of a class from a generator and keep their features alone: what its scores are computed from.

Reads the generator's folder and, for a number by ratio, the split's table. Image i depends on latent seed i and the
variant of the generator: its end, a snapshot (in the unit of its duration), either with a truncation behind a tilde.
Writes an .npz with one float32 array (N, d) a variant, under its name, and the extractor as tables record it under
`extractor`. Images pass through memory in blocks and never reach the disk.

    python workflow/scripts/draw_features.py --generator results/demo/holdout/generators/dcgan/seed0/Tripos \\
        --class Tripos --count 2000 --variants end 100 end~0.7 --extractor tf_efficientnet_lite0 --output Tripos.npz
"""

import json
from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--generator", type=Path, required=True, help="folder of a trained generator")
    parser.add_argument("--drawing", type=json.loads, default={}, help="JSON of the family's settings of drawing")
    parser.add_argument("--class", dest="class_", required=True, help="the class to draw")
    parser.add_argument("--count", type=int, default=0, help="images per variant, at least")
    parser.add_argument("--ratio", type=float, default=0.0, help="images per training image of the class, at least")
    parser.add_argument("--split-table", type=Path, help="the class's table of the split, for --ratio")
    parser.add_argument("--variants", nargs="+", default=["end"], help="such as: end 100 end~0.7 (default: end)")
    parser.add_argument("--extractor", required=True, help="tf_efficientnet_lite0, inception_v3_fid, or timm's name")
    parser.add_argument("--weights", type=Path, default=Path("resources/weights"), help="their folder, or the file")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N (default: auto)")
    parser.add_argument("--output", type=Path, required=True, help="features, .npz")
    args = script.start(parser, packages=("torch", "timm", "torch-fidelity", "numpy", "pillow"))

    from augury.generators.synthesis import pool_size
    from augury.scores.drawing import draw_features
    from augury.scores.extractors import load_extractor
    from augury.scores.variants import parse_variant
    from augury.training.device import choose_device

    variants = [parse_variant(text) for text in args.variants]
    device = choose_device(args.device, "fp32", args.threads, bf16_pays_on_cpu=False)
    count = pool_size(args.count, args.ratio, args.split_table)
    extractor = load_extractor(args.extractor, args.weights)
    script.tell(f"{args.generator}: {count} images of each of {len(variants)} variants, {extractor.origin}")
    draw_features(args.generator, args.class_, variants, count, extractor, device.device, args.output, args.drawing)


if __name__ == "__main__":
    script.run(main)
