"""Write the card of the classifier that is handed over: how it was chosen, and what the study expects of it.

Reads classifier.json of the classifier or ensemble that was trained on every specimen, the recipe that fix_recipe made,
and tables/classification.tsv. Writes --output, Markdown. It has no test score of its own, and the card says so.

    python workflow/scripts/write_card.py --study demo --recipe results/demo/final/recipes/real/lite0.json \\
        --classifier results/demo/final/classifiers/real/lite0/seed0/classifier.json \\
        --classification results/demo/tables/classification.tsv --output results/demo/final/card.md
"""

from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--study", required=True, help="the study's name")
    parser.add_argument("--classifier", required=True, type=Path, help="classifier.json of what is handed over")
    parser.add_argument("--recipe", required=True, type=Path, help="file that fix_recipe made")
    parser.add_argument("--classification", required=True, type=Path, help="tables/classification.tsv of the study")
    parser.add_argument("--caution", default="", help="what must be known of the images of its arm")
    parser.add_argument("--output", required=True, type=Path, help="file to write, .md")
    args = script.start(parser)

    from augury.classifiers.recipe import read_recipe
    from augury.command.files import atomic
    from augury.command.seals import COMMENT, sealed
    from augury.report.card import card
    from augury.tables.classification import ClassificationRow
    from augury.tables.description import read_description
    from augury.tables.table import read_rows

    record, recipe = read_description(args.classifier), read_recipe(args.recipe)
    rows = read_rows(args.classification, ClassificationRow)
    text = card(args.study, args.classifier.parent, record, recipe, rows, args.caution)
    with atomic(args.output) as temporary:
        temporary.write_bytes(sealed(f"{text}\n{COMMENT}".encode()))
    script.tell(
        f"{args.output}: {recipe.classifier} on {recipe.arm}, trained on every specimen; no test score of its own"
    )


if __name__ == "__main__":
    script.run(main)
