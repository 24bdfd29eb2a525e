"""Train a generator on the training part of one class, or of all classes.

Reads packs/{pack}/{class_}.npy and splits/{split}/{class_}.tsv; writes into the output folder generator.safetensors,
generator.json, discriminator.safetensors, history.tsv, training.tsv (the images that it saw), samples.png,
truncations.png, latent_walk.png and snapshots/. With --start it begins with the weights of another generator. A run
that was stopped or killed continues from the folder's .state when it is started again.

    python workflow/scripts/train_generator.py --name dcgan --settings '{"family": "dcgan"}' --split holdout --seed 0 \\
        --class Tripos --classes Tripos --packs results/demo/packs/64px-rgb/Tripos.npy \\
        --splits results/demo/splits/holdout/Tripos.tsv --guard enforce --output tripos
"""

import dataclasses
import importlib
import json
from pathlib import Path

from augury.command import peers, script
from augury.settings.reading import read_family
from augury.store import finished


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--name", required=True, help="the generator's name in the config")
    parser.add_argument("--settings", required=True, help="its settings as JSON; what is left out takes its default")
    parser.add_argument("--split", required=True, help="name of the split")
    parser.add_argument("--seed", type=int, required=True, help="seed of the weights and of the training")
    parser.add_argument("--class", dest="class_", required=True, help="the class, or `all`")
    parser.add_argument("--classes", nargs="+", required=True, help="classes in the order of --packs and --splits")
    parser.add_argument("--packs", nargs="+", type=Path, required=True, help="packs of pixels")
    parser.add_argument("--splits", nargs="+", type=Path, required=True, help="tables of the split")
    parser.add_argument("--taxa", type=json.loads, default={}, help="JSON of the taxa above each class")
    parser.add_argument("--start", type=Path, help="generator of its family to begin with: folder, or public file")
    parser.add_argument("--start-name", help="what tables call it (default: its folder)")
    parser.add_argument(
        "--start-splits", nargs="*", type=Path, default=[], help="more splits that it must not have seen"
    )
    parser.add_argument("--tested", nargs="*", default=[], help="named specimens that other classes' test parts show")
    parser.add_argument("--guard", choices=("enforce", "record"), required=True, help="what a leak does")
    parser.add_argument("--device", help="where to run: auto, cpu, cuda or cuda:N (default: what the settings say)")
    parser.add_argument("--gpus", type=int, default=1, help="GPUs of a machine or a job that train it together")
    parser.add_argument("--output", type=Path, required=True, help="folder for the results")
    finished.add_options(parser)
    args = script.start(parser, packages=("torch", "numpy", "safetensors", "pillow"))

    settings = read_family(args.settings, "generators")
    module = f"augury.generators.{settings.family}.training"
    training = importlib.import_module(module)
    from augury.generators.data import load_training_part, load_validation_part, rows_of_test_part
    from augury.generators.division import check_division
    from augury.generators.run import train
    from augury.generators.transfer import open_start, start_files
    from augury.images.mapped_arrays import keep_in
    from augury.images.packs import rows_path
    from augury.training.device import device_name

    kept = finished.Finished(args, "generator")
    reads = [*args.packs, *map(rows_path, args.packs), *args.splits, *args.start_splits]
    reads += start_files(args.start, settings.family) if args.start else []
    device = args.device or settings.device
    if kept.taken("train_generator", (module,), reads, device_name(device)):
        return
    if args.gpus > 1 and not peers.is_member():
        from augury.training.launching import launch

        check_division(settings, args.gpus)
        launch(args.gpus, device)
        return
    keep_in(args.output)
    what = f"generator {args.name}"
    data = load_training_part(args.packs, args.splits, args.classes, args.guard, what, settings.trained_on, args.tested)
    if training.TASK.looks_at_validation and settings.trained_on == "train":
        data = dataclasses.replace(data, validation=load_validation_part(args.packs, args.splits))
    start = None
    if args.start:
        name = args.start_name or str(args.start)
        test = [*data.test, *(row for path in args.start_splits for row in rows_of_test_part(path))]
        translate = training.TASK.translate
        start = open_start(args.start, name, settings.family, test, args.guard, what, translate)
    about = {
        "generator": args.name,
        "split": args.split,
        "seed": args.seed,
        "class": args.class_,
        "classes": args.classes,
        **({"taxa": args.taxa} if args.taxa else {}),
    }
    train(training.TASK, about, settings, data, start, args.device, args.threads, args.output, kept.keep)


if __name__ == "__main__":
    script.run(main)
