"""Train a classifier on what an arm says, and judge every validation and test image with it.

Reads, one file per class and in the order of --classes: packs of images, the split's tables and, where the arm takes
synthetic images, the indexes of their pools; and images/duplicates.tsv. Writes to --output: classifier.safetensors,
classifier.json (what it is, trained on what, at what cost), history.tsv (one row per epoch), predictions.tsv (the
probabilities of every validation and test image), reference.safetensors (where the features of training images lie, by
which new ones are called out-of-distribution). State to resume from lies in OUTPUT/.state until the run is complete.

    python workflow/scripts/train_classifier.py --name cnn --arm-name real --arm '{"real": 1}' --split split0 \\
        --seed 0 --settings "$(cat settings.json)" --classes Tripos Ciliophora --packs packs/{Tripos,Ciliophora}.npy \\
        --splits splits/split0/{Tripos,Ciliophora}.tsv --duplicates images/duplicates.tsv --guard enforce --output out
"""

from argparse import ArgumentParser
from pathlib import Path

from augury.command import script
from augury.settings.reading import as_json, read_family, read_settings
from augury.store import finished
from augury.study.arms import Arm
from augury.study.images import Preparation


def main() -> None:
    args = script.start(options(), packages=("torch", "timm", "numpy", "safetensors"))
    from augury.classifiers import data, description, model_folder, phases, precision, recipe, training
    from augury.classifiers.family import TrainedSettings
    from augury.images import mapped_arrays
    from augury.prediction import reference
    from augury.tables import table
    from augury.training import checkpoint, device, fingerprint, randomness

    settings, arm = read_family(args.settings, "classifiers"), read_settings(args.arm, Arm)
    family = model_folder.family_module(settings.family)
    prepared = read_settings(args.preparation, Preparation)
    described = description.Description(args.name, args.arm_name, arm, args.split, args.seed, args.classes, settings)
    files = data.Files(args.packs, args.splits, args.pools, args.duplicates)
    wanted = settings.precision if isinstance(settings, TrainedSettings) else "fp32"
    plain = getattr(family, "PLAIN_CONVOLUTIONS", None)
    chosen = device.choose_device(args.device or settings.device, wanted, args.threads, plain)
    code = "train_classifier", (f"augury.classifiers.{settings.family}.network",)
    kept = finished.Finished(args, "classifier")
    reads = [*data.files_read(files, settings, args.weights), *filter(None, [args.recipe])]
    if kept.taken(*code, reads, str(chosen.describe()["device"])):
        return
    mapped_arrays.keep_in(args.output)
    arm_data = data.load_arm(described, files, args.guard)

    randomness.seed_step(training.run_seed(described), "initial weights")
    classifier = family.build_classifier(settings, len(args.classes))
    pretrained, seen = model_folder.start(family, classifier, settings, args.weights, kept.shelf, chosen.device)
    chosen = precision.fastest(chosen, plain, classifier, described)
    # A family trains by gradient steps unless it brings a training of its own.
    trainer = getattr(family, "Training", training.ClassifierTraining)
    made_as = {"arm": as_json(arm), "name": args.name, "split": args.split, "seed": args.seed, "pretrained": pretrained}
    fixed = recipe.of_training(args.recipe, args.arm_name, args.name, arm_data.validation.rows + arm_data.test.rows)
    made_as |= {"last_epoch": fixed.epoch} if args.recipe else {}
    bound = fingerprint.fingerprint(settings, arm_data.identities, *code, **made_as)
    with checkpoint.StateFolder(args.output, bound, args.threads) as folder:
        task, history, seconds, best = phases.run(trainer, classifier, described, arm_data, chosen, folder, fixed.epoch)
        used = classifier.folded(settings)
        model_folder.predict_parts(args.output / "predictions.tsv", used, described, arm_data, chosen.device)
        results = model_folder.results_of(task, classifier, arm_data, best, seconds)
        results |= chosen.describe() | task.results() | {"specimens": arm_data.specimens if arm.real else 0.0}
        results |= {"preparation": prepared, "pretrained": pretrained}
        results |= reference.keep_for_use(args.output, used, described, arm_data, chosen.device, fixed.scales)
        table.write_cells(args.output / "leaks.tsv", ["leaked"], [[name] for name in arm_data.leaked])
        model_folder.save_classifier(args.output, classifier, described.as_record() | results | fixed.record(), history)
        kept.keep(seen)
        folder.remove()
    why = "" if arm_data.validation.rows or fixed.epoch else ", the last, as there are no validation images"
    script.tell(f"{task.label}: epoch {best} of {results['epochs']} is kept{why}; {seconds:.0f} s")


def options() -> ArgumentParser:
    """The command line."""
    made = script.parser(__doc__)
    made.add_argument("--name", required=True, help="the classifier's name in the config")
    made.add_argument("--arm-name", required=True, help="the arm's name in the config")
    made.add_argument("--arm", required=True, help="the arm as JSON: real, classical, generator, ratio, count, steps")
    made.add_argument("--settings", required=True, help="the classifier's settings as JSON, complete")
    made.add_argument("--split", required=True, help="the split's name")
    made.add_argument("--seed", required=True, type=int)
    made.add_argument("--classes", required=True, nargs="+", help="class names; their order is that of the labels")
    made.add_argument("--packs", required=True, nargs="+", type=Path, help="packs/.../CLASS.npy, one per class")
    made.add_argument("--splits", required=True, nargs="+", type=Path, help="splits/SPLIT/CLASS.tsv, one per class")
    made.add_argument("--pools", nargs="+", type=Path, help="index.tsv of a pool, one per class; only with a generator")
    made.add_argument("--duplicates", required=True, type=Path, help="images/duplicates.tsv of the dataset")
    made.add_argument("--recipe", type=Path, help="file of fix_recipe, where nothing is kept to validate by")
    made.add_argument("--guard", choices=("enforce", "record"), required=True, help="what a leak does")
    made.add_argument("--preparation", default="{}", help="the config's `preparation` as JSON: recorded for new images")
    made.add_argument("--weights", type=Path, default=Path("resources/weights"), help="folder of pretrained weights")
    made.add_argument("--device", help="where to run: auto, cpu, cuda or cuda:N (default: what the settings say)")
    made.add_argument("--output", required=True, type=Path, help="folder of what is written")
    finished.add_options(made)
    return made


if __name__ == "__main__":
    script.run(main)
