"""Fix how the classifier that is handed over is trained, by the trainings of a study's splits.

Reads classifier.json and predictions.tsv of every split and seed of one classifier, or one ensemble, on one arm. Writes
--output: the epoch to stop at (the mean of those that were kept), the temperature (fitted to the validation predictions
of all together) and, of an ensemble, its weights (means over its runs). Test images decide on nothing.

    python workflow/scripts/fix_recipe.py --output recipe.json \\
        --classifiers results/demo/fold*/classifiers/real/lite0/seed*/classifier.json \\
        --predictions results/demo/fold*/classifiers/real/lite0/seed*/predictions.tsv
"""

from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--classifiers", required=True, nargs="+", type=Path, help="classifier.json of each training")
    parser.add_argument("--predictions", required=True, nargs="+", type=Path, help="predictions.tsv of each training")
    parser.add_argument("--output", required=True, type=Path, help="file to write, .json")
    args = script.start(parser, packages=("numpy", "scipy"))

    from augury.classifiers.recipe import recipe_of, save_recipe
    from augury.tables.description import read_description
    from augury.tables.predictions import read_predictions

    records = [read_description(path) for path in args.classifiers]
    recipe = recipe_of(records, [read_predictions(path) for path in args.predictions])
    save_recipe(args.output, recipe)
    until = f"epoch {recipe.epoch}, " if recipe.epoch else ""
    temperature = recipe.calibration["temperature"]
    script.tell(
        f"{recipe.classifier} on {recipe.arm}: {until}temperature {temperature:.4g}, of {recipe.trainings} trainings"
    )


if __name__ == "__main__":
    script.run(main)
