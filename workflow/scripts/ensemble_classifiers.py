"""Average what several trained classifiers say: an ensemble, which tables and figures take like any classifier.

Reads predictions.tsv and classifier.json of each member, all of one arm and split: several classifiers, several seeds
of one, or both. Rows are matched by sha256. Writes to --output: predictions.tsv (the weighted mean of the members'
probabilities) and classifier.json (the members with their weights, and a temperature for new images). Weights are
equal, or those that make the true classes of the validation images likeliest; test images never count for them.

    python workflow/scripts/ensemble_classifiers.py --name both --seed 0 --weights validation --output out \\
        --predictions results/demo/holdout/classifiers/real/{cnn,zoo}/seed0/predictions.tsv \\
        --classifiers results/demo/holdout/classifiers/real/{cnn,zoo}/seed0/classifier.json
"""

from argparse import ArgumentParser
from pathlib import Path

from augury.command import script


def main() -> None:
    args = script.start(options(), packages=("numpy", "scipy"))

    from augury.classifiers.recipe import read_recipe
    from augury.ensembles import members
    from augury.ensembles.weights import VALIDATION
    from augury.tables.description import save_description
    from augury.tables.predictions import write_predictions

    own = members.read_members(args.predictions, args.classifiers)
    fixed = read_recipe(args.recipe) if args.recipe else None
    probabilities, weights, weighed = members.combine(own, args.weights, fixed)
    first = own[0].predictions
    write_predictions(
        args.output / "predictions.tsv",
        sha256=first.sha256,
        paths=first.path,
        specimens=first.specimen,
        parts=first.part,
        labels=first.labels,
        classes=first.classes,
        probabilities=probabilities,
    )
    described = members.describe(args.name, own, probabilities, weights, weighed, args.seed)
    save_description(args.output / "classifier.json", described | (fixed.record() if fixed else {}))
    named = [f"{each.run.classifier} seed {each.run.seed} {w:.3f}" for each, w in zip(own, weights, strict=True)]
    why = "" if weighed or args.weights != VALIDATION else ", equal as there are no validation images"
    script.tell(f"{args.name} on {own[0].run.arm}: weights {', '.join(named)}{why}")


def options() -> ArgumentParser:
    """The command line."""
    made = script.parser(__doc__)
    made.add_argument("--name", required=True, help="the ensemble's name in the config")
    made.add_argument("--seed", required=True, type=int, help="the seed that it stands under in tables")
    made.add_argument("--predictions", required=True, nargs="+", type=Path, help="predictions.tsv of each member")
    made.add_argument("--classifiers", required=True, nargs="+", type=Path, help="classifier.json of each member")
    made.add_argument("--weights", required=True, choices=("equal", "validation"), help="how members count")
    made.add_argument("--recipe", type=Path, help="file of fix_recipe, where nothing is kept to validate by")
    made.add_argument("--output", required=True, type=Path, help="folder of what is written")
    return made


if __name__ == "__main__":
    script.run(main)
