"""Choose latent vectors of a generator for the pool of one class: by a genetic search, or by another selection.

Reads the generator's folder, the class's pack and its table of the split, of which the training part alone is used,
and, where the settings ask for them, features of the pack's images and a trained classifier. Writes into a folder
latents.safetensors (the vectors, from which synthesize_images draws the pool), selection.json (how they were chosen),
history.tsv (one row per generation of a genetic search; else none) and compared.png: above what chance or the first
generation gives, below what was chosen. A search that was stopped or killed continues from the folder's .state.

    python workflow/scripts/select_latents.py --name genetic --settings '{"family": "genetic"}' --seed 0 --count 40 \\
        --generator results/demo/holdout/generators/dcgan/seed0/Tripos --class Tripos --split holdout \\
        --pack results/demo/packs/48px-rgb/Tripos.npy --split-table results/demo/splits/holdout/Tripos.tsv \\
        --guard enforce --output pool
"""

import importlib
import json
from argparse import ArgumentParser
from pathlib import Path

from augury.command import script
from augury.settings.reading import read_family
from augury.store import finished


def main() -> None:
    args = script.start(options(), packages=("torch", "numpy", "safetensors", "pillow"))
    settings = read_family(args.settings, "selections")
    family = importlib.import_module(f"augury.selections.{settings.family}.selection")

    from augury.generators.synthesis import best_snapshot, pool_size
    from augury.selections.running import Sources, choose, made_from
    from augury.training.device import device_name

    snapshot = best_snapshot(args.best) if args.best else args.snapshot
    sources = Sources(**script.named(args, Sources) | {"snapshot": snapshot})
    about = {"selection": args.name, "split": args.split, "seed": args.seed, "class": args.class_}
    count = pool_size(args.count, args.ratio, args.split_table)
    kept = finished.Finished(args, "search")
    if kept.taken("select_latents", *made_from(settings, sources, args.best), device_name(args.device)):
        return
    choose(family.select, settings, about, count, sources, args.device, args.threads, args.output, kept.keep)


def options() -> ArgumentParser:
    """The command line."""
    made = script.parser(__doc__)
    made.add_argument("--name", required=True, help="the selection's name in the config")
    made.add_argument("--settings", required=True, help="its settings as JSON; what is left out takes its default")
    made.add_argument("--split", required=True, help="name of the split")
    made.add_argument("--seed", type=int, required=True, help="seed of the choice")
    made.add_argument("--generator", type=Path, required=True, help="folder of a trained generator")
    made.add_argument("--snapshot", type=int, help="a snapshot, in the generator's unit (default: the end)")
    made.add_argument("--best", type=Path, help="scores.tsv of the generator: take the snapshot that it calls best")
    made.add_argument("--truncation", type=float, default=1.0, help="below 1 images are drawn nearer to the mean")
    made.add_argument("--drawing", type=json.loads, default={}, help="JSON of the family's settings of drawing")
    made.add_argument("--class", dest="class_", required=True, help="the class to draw")
    made.add_argument("--count", type=int, default=0, help="images, at least")
    made.add_argument("--ratio", type=float, default=0.0, help="images per training image of the class, at least")
    made.add_argument("--pack", type=Path, required=True, help="the class's pack, at the generator's size")
    made.add_argument("--split-table", type=Path, required=True, help="the class's table of the split")
    made.add_argument("--tested", nargs="*", default=[], help="named specimens that other classes' test parts show")
    made.add_argument("--guard", choices=("enforce", "record"), required=True, help="what a leak does")
    made.add_argument("--discriminator", type=Path, help="the generator's, where it says which images are realistic")
    made.add_argument("--features", type=Path, help="features of the pack's images, for measures by features")
    made.add_argument("--extractor", help="the network that made them")
    made.add_argument("--classifier", type=Path, help="folder of a classifier trained on real images, if asked")
    made.add_argument("--device", default="auto", help="where to run: auto, cpu, cuda or cuda:N")
    made.add_argument("--output", type=Path, required=True, help="folder for the results")
    finished.add_options(made)
    return made


if __name__ == "__main__":
    script.run(main)
