"""Make a generator of the real images of a pool that are the nearest to the training images of a class.

Reads, in the order of --classes, the split's tables and the features of the study's packs; of the pool, for its one
folder or for that of each class, index.tsv, the pack and its features; and the pairs of compare_elsewhere. A pool that
shows a test specimen stops the run. Writes what pools and scores read of a generator: generator.safetensors,
generator.json, samples.png, training.tsv, quarantine.tsv, leaks.tsv and an empty snapshots/.

    python workflow/scripts/retrieve_images.py --name retrieved --split holdout --seed 0 \\
        --settings '{"family": "retrieved", "pool": "archive"}' --class Tripos --classes Tripos Ciliophora \\
        --splits splits/holdout/{Tripos,Ciliophora}.tsv \\
        --features packs/224px-rgb/{Tripos,Ciliophora}.features-net.npy \\
        --pool-indices pools/archive/images/all/index.tsv --pool-packs pools/archive/images/all/224px-rgb.npy \\
        --pool-features pools/archive/images/all/224px-rgb.features-net.npy --twins pools/archive/images/twins.tsv \\
        --extractor net --guard enforce --ratio 1 --output generators/retrieved/seed0/Tripos
"""

import importlib
from pathlib import Path

from augury.command import script
from augury.settings.reading import read_family


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--name", required=True, help="the generator's name in the config")
    parser.add_argument("--settings", required=True, help="its settings as JSON")
    parser.add_argument("--split", required=True, help="name of the split")
    parser.add_argument("--seed", type=int, required=True, help="the generator's seed, on which nothing depends")
    parser.add_argument("--class", dest="class_", required=True, help="the class")
    parser.add_argument("--classes", nargs="+", required=True, help="all classes")
    parser.add_argument("--splits", nargs="+", type=Path, required=True, help="tables of the split, one per class")
    parser.add_argument("--features", nargs="+", type=Path, required=True, help="features beside packs, one per class")
    parser.add_argument("--pool-indices", nargs="+", type=Path, required=True, help="index.tsv of the pool's folders")
    parser.add_argument("--pool-packs", nargs="+", type=Path, required=True, help="their packs, .npy")
    parser.add_argument("--pool-features", nargs="+", type=Path, required=True, help="features of their packs, .npy")
    parser.add_argument("--twins", type=Path, required=True, help="pairs of the pool's images and the study's")
    parser.add_argument("--extractor", required=True, help="the network of the features")
    parser.add_argument("--guard", choices=("enforce", "record"), required=True, help="what a leak does")
    parser.add_argument("--ratio", type=float, default=1.0, help="images per training image to keep (default: 1)")
    parser.add_argument("--count", type=int, default=0, help="images to keep at least, if the pool has them")
    parser.add_argument("--output", type=Path, required=True, help="folder for the results")
    args = script.start(parser, packages=("torch", "numpy", "safetensors"))

    settings = read_family(args.settings, "generators")
    family = f"augury.generators.{settings.family}"
    images, networks = (importlib.import_module(f"{family}.{module}") for module in ("images", "networks"))
    from augury.generators import importing

    asked = images.Retrieval(**script.named(args, images.Retrieval), what=f"generator {args.name}")
    collected = images.collect(asked)
    about = {"generator": args.name, "split": args.split, "seed": args.seed}
    about |= {"class": args.class_, "classes": [args.class_], "retrieved_by": [args.extractor]}
    description = importing.describe(about, settings, collected)
    importing.save(networks.build_generator(description), description, collected, args.output)


if __name__ == "__main__":
    script.run(main)
