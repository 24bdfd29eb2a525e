"""Draw a pool of synthetic images of one class from a generator.

Reads the generator's folder and, for a pool sized by a ratio, the split's table; writes index.tsv and WebDataset shards
(shard-000000.tar ...: PNG and JSON). Image i depends on latent seed i and the generator alone, so a larger pool begins
with the smaller one. With --chosen it draws the latent vectors that select_latents wrote into a folder instead.

    python workflow/scripts/synthesize_images.py --generator results/demo/holdout/generators/dcgan/seed0/Tripos \\
        --class Tripos --ratio 2 --split-table results/demo/splits/holdout/Tripos.tsv --shard-images 1000 --output pool
"""

import json
from pathlib import Path

from augury.command import script
from augury.store import finished


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--generator", type=Path, required=True, help="folder of a trained generator")
    parser.add_argument("--snapshot", type=int, help="a snapshot, in the generator's unit (default: the end)")
    parser.add_argument(
        "--best", type=Path, help="scores.tsv of the generator: draw from the snapshot that it calls best"
    )
    parser.add_argument("--truncation", type=float, default=1.0, help="below 1 images are drawn nearer to the mean")
    parser.add_argument("--drawing", type=json.loads, default={}, help="JSON of the family's settings of drawing")
    parser.add_argument("--class", dest="class_", required=True, help="the class to draw")
    parser.add_argument("--count", type=int, default=0, help="images, at least")
    parser.add_argument("--ratio", type=float, default=0.0, help="images per training image of the class, at least")
    parser.add_argument("--split-table", type=Path, help="the class's table of the split, for --ratio")
    parser.add_argument("--chosen", type=Path, help="folder of select_latents: draw what it chose")
    parser.add_argument("--shard-images", type=int, required=True, help="images per shard")
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--output", type=Path, required=True, help="folder for the pool")
    finished.add_options(parser)
    args = script.start(parser, packages=("torch", "numpy", "safetensors", "pillow"))

    from augury.generators.synthesis import best_snapshot, pool_size, synthesize, synthesize_chosen
    from augury.generators.weights import files_read
    from augury.latent.files import FILE
    from augury.tables.description import read_description
    from augury.training.device import choose_device, device_name

    family = read_description(args.generator / "generator.json")["family"]
    at = best_snapshot(args.best) if args.best else args.snapshot
    reads = [*files_read(args.generator, at), *filter(None, (args.best, args.split_table))]
    reads += [args.chosen / name for name in (FILE, "selection.json")] if args.chosen else []
    kept = finished.Finished(args, "pool")
    modules = (f"augury.generators.{family}.networks",)
    if kept.taken("synthesize_images", modules, reads, device_name(args.device)):
        return
    device = choose_device(args.device, "fp32", args.threads, bf16_pays_on_cpu=False)
    drawn = args.generator, at, args.truncation, args.class_
    written = args.shard_images, device.device, args.output, args.drawing
    if args.chosen:
        synthesize_chosen(*drawn, args.chosen, *written)
    else:
        synthesize(*drawn, pool_size(args.count, args.ratio, args.split_table), *written)
    kept.keep()


if __name__ == "__main__":
    script.run(main)
