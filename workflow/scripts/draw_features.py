"""Draw images of a class from a generator and keep features of them alone: what its scores are computed from.

Reads the generator's folder and, for a number by ratio, the split's table. Image i depends on latent seed i and the
variant of the generator: its end, a snapshot (in the unit of its duration), either with a truncation behind a tilde.
Writes for each network an .npz with one float32 array (N, d) per variant, under its name, and the extractor as tables
record it under `extractor`. Images are drawn once, pass through memory in blocks and never reach the disk.

    python workflow/scripts/draw_features.py --generator results/demo/holdout/generators/dcgan/seed0/Tripos \\
        --class Tripos --count 2000 --variants end 100 end~0.7 --extractor tf_efficientnet_lite0 --output Tripos.npz
"""

import json
from pathlib import Path

from augury.command import script
from augury.store import finished


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--generator", type=Path, required=True, help="folder of a trained generator")
    parser.add_argument("--drawing", type=json.loads, default={}, help="JSON of the family's settings of drawing")
    parser.add_argument("--class", dest="class_", required=True, help="the class to draw")
    parser.add_argument("--count", type=int, default=0, help="images per variant, at least")
    parser.add_argument("--ratio", type=float, default=0.0, help="images per training image of the class, at least")
    parser.add_argument("--split-table", type=Path, help="the class's table of the split, for --ratio")
    parser.add_argument("--variants", nargs="+", default=["end"], help="such as: end 100 end~0.7 (default: end)")
    parser.add_argument("--extractor", nargs="+", required=True, help="inception_v3_fid, or names of timm's networks")
    parser.add_argument("--weights", type=Path, default=Path("resources/weights"), help="their folder, or the file")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N (default: auto)")
    parser.add_argument("--output", type=Path, nargs="+", required=True, help="features, an .npz for each network")
    finished.add_options(parser)
    args = script.start(parser, packages=("torch", "timm", "torch-fidelity", "numpy", "pillow"))

    from augury.generators.synthesis import pool_size
    from augury.generators.weights import files_read
    from augury.scores.kept import features_to_make
    from augury.scores.variants import parse_variant
    from augury.tables.description import read_description
    from augury.training.device import choose_device, device_name

    variants = [parse_variant(text) for text in args.variants]
    # The number counts, and not how it came about.
    args.count, args.ratio, args.split_table = pool_size(args.count, args.ratio, args.split_table), 0.0, None
    family = read_description(args.generator / "generator.json")["family"]
    reads = [path for variant in variants for path in files_read(args.generator, variant.snapshot)]
    modules = (f"augury.generators.{family}.networks",)
    wanted = features_to_make("draw_features", modules, args, reads, device_name(args.device))
    if not wanted:
        return
    from augury.scores.drawing import draw_features
    from augury.scores.extractors import loaded_extractor

    device = choose_device(args.device, "fp32", args.threads, bf16_pays_on_cpu=False)
    extractors = [loaded_extractor(each.extractor, args.weights) for each in wanted]
    script.tell(f"{args.generator}: {args.count} images of each of {len(variants)} variants")
    for extractor in extractors:
        script.tell(f"{extractor.recorded} from {extractor.origin}")
    outputs = [each.output for each in wanted]
    draw_features(args.generator, args.class_, variants, args.count, extractors, device.device, outputs, args.drawing)
    for each in wanted:
        each.keep()


if __name__ == "__main__":
    script.run(main)
