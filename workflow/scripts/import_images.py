"""Make a generator of images that are there already: those of another tool, or (a control) copies of training images.

For family copier reads the class's pack and its table of the split; for family external the folder of the class's
images, every class's index (images/{class_}) and tables of the split, which say what a test image looks like. Writes
what pools and scores read of a generator: generator.safetensors, generator.json, samples.png, training.tsv,
quarantine.tsv (files that could not be used), leaks.tsv and an empty snapshots/.

    python workflow/scripts/import_images.py --name diffusion --settings '{"family": "external", "folder": "made"}' \\
        --split holdout --seed 0 --class Tripos --folder made/Tripos --class-folders results/demo/images/Tripos \\
        --splits results/demo/splits/holdout/Tripos.tsv --guard enforce \\
        --output results/demo/holdout/generators/diffusion/seed0/Tripos
"""

import importlib
from pathlib import Path

from augury.command import script
from augury.settings.reading import read_family, read_settings
from augury.store import finished
from augury.study.images import Preparation


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--name", required=True, help="the generator's name in the config")
    parser.add_argument("--settings", required=True, help="its settings as JSON")
    parser.add_argument("--split", required=True, help="name of the split")
    parser.add_argument("--seed", type=int, required=True, help="seed of the noise of copies")
    parser.add_argument("--class", dest="class_", required=True, help="the class")
    parser.add_argument("--splits", nargs="+", type=Path, required=True, help="tables of the split")
    parser.add_argument("--pack", type=Path, help="pack of the class, to copy from")
    parser.add_argument("--folder", type=Path, help="another tool's images of the class")
    parser.add_argument("--class-folders", nargs="*", type=Path, default=[], help="images/CLASS, in order of --splits")
    parser.add_argument("--preparation", default="{}", help="JSON: fit, pad, centre_crop, background ...")
    parser.add_argument("--tested", nargs="*", default=[], help="named specimens that other classes' test parts show")
    parser.add_argument("--guard", choices=("enforce", "record"), required=True, help="what a leak does")
    parser.add_argument("--output", type=Path, required=True, help="folder for the results")
    finished.add_options(parser)
    args = script.start(parser, packages=("torch", "numpy", "safetensors", "pillow"))

    settings = read_family(args.settings, "generators")
    family = f"augury.generators.{settings.family}"
    images, networks = (importlib.import_module(f"{family}.{module}") for module in ("images", "networks"))
    from augury.generators import importing

    # `args` stays as it was typed: the key of the store is made of it.
    read = {"what": f"generator {args.name}", "preparation": read_settings(args.preparation, Preparation)}
    sources = importing.Sources(**script.named(args, importing.Sources) | read)
    kept = finished.Finished(args, "generator")
    modules = (f"{family}.images", f"{family}.networks")
    if kept.taken("import_images", modules, importing.files_read(sources), "cpu"):
        return
    collected = images.collect(sources, settings)
    about = {"generator": args.name, "split": args.split, "seed": args.seed}
    about |= {"class": args.class_, "classes": [args.class_]}
    description = importing.describe(about, settings, collected)
    importing.save(networks.build_generator(description), description, collected, args.output)
    kept.keep()
    left_out = len(collected.quarantine)
    script.tell(f"{args.name} {args.class_}: {len(collected.images)} images, {left_out} files left out")


if __name__ == "__main__":
    script.run(main)
