"""The card of the classifier that is handed over: what it is, how it was chosen, and what may be expected of it.

After Mitchell et al. 2019, "Model cards for model reporting" (arXiv:1810.03993): intended use is the study's, and
performance is that of the same recipe on the study's splits, since nothing was kept to test this training by.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from augury.classifiers.recipe import NOTE, Recipe
from augury.report.values import count, listed, percent, sentence, share
from augury.tables.classification import ALL, ClassificationRow

_SHOWN = {
    "recall": "recall, mean over classes",
    "f1": "F1, mean over classes",
    "min_recall": "recall of the worst class",
    "auroc": "AUROC, mean over classes",
    "brier": "Brier score (less is better)",
    "log_loss": "log loss (less is better)",
}


def card(
    name: str,
    folder: Path,
    record: Mapping[str, Any],
    recipe: Recipe,
    rows: Sequence[ClassificationRow],
    caution: str = "",
) -> str:
    """Markdown. name: the study's. record: the classifier's or ensemble's classifier.json. rows: classification.tsv.

    caution: what must be known of its arm's images.
    """
    rows = [row for row in rows if (row.split, row.seed) == (ALL, ALL)]
    part = "test" if any(row.part == "test" for row in rows) else "validation"
    rows = [row for row in rows if row.part == part]
    sections = [
        f"# {recipe.classifier} on {recipe.arm}, trained on every specimen of {name}",
        f"**{sentence(NOTE)}.** What may be expected of it is what the study measured of the same recipe, below. The "
        "images that it was trained on are no evidence.",
        "## What to expect\n\n" + _expected(recipe, rows, part),
        "## How it was chosen\n\n" + _chosen(recipe, rows),
        "## What it is\n\n" + _table(["", ""], _facts(record, recipe, caution)),
        "## Using it\n\n" + _use(folder),
    ]
    return "\n\n".join(sections) + "\n"


def _expected(recipe: Recipe, rows: Sequence[ClassificationRow], part: str) -> str:
    own = next((row for row in rows if (row.arm, row.classifier) == (recipe.arm, recipe.classifier)), None)
    if own is None:
        return "The study has no estimate: nothing was tested."
    lines = [["accuracy", percent(own.accuracy, own.accuracy_low, own.accuracy_high)]]
    lines += [
        [words, share(*(getattr(own, f"{key}{end}") for end in ("", "_low", "_high")))]
        for key, words in _SHOWN.items()
        if getattr(own, key) is not None
    ]
    judged = f"{count(own.n_images, f'{part} image')} of {count(own.n_specimens, 'specimen')}"
    said = (
        f"Mean over {count(own.n_runs, 'training')} on the study's splits, judged on {judged} that the training had "
        "not seen, with 95% intervals over specimens. Those trainings had fewer specimens than this one. Images from "
        "another place, camera or time may be called worse, and no number here covers them."
    )
    if recipe.leaked or own.leaked:
        said += (
            " **Trainings of the study may have seen images that they were tested on: these numbers prove nothing.**"
        )
    if part == "validation":
        said += " The study tested nothing, and validation images chose the epochs: the estimate is optimistic."
    return f"{said}\n\n" + _table(["measure", f"study's estimate, {part} part"], lines)


def _chosen(recipe: Recipe, rows: Sequence[ClassificationRow]) -> str:
    judged = sorted((row for row in rows if row.accuracy is not None), key=lambda row: -(row.accuracy or 0))
    names = [(row.arm, row.classifier) for row in judged]
    said = "The study's `final` names it, before its training."
    if (recipe.arm, recipe.classifier) in names and len(names) > 1:
        rank = names.index((recipe.arm, recipe.classifier)) + 1
        said += f" Of the study's {len(names)} pairs of arm and classifier it is number {rank} by accuracy."
        said += (
            " Who names the best of several by the same images expects a little too much: the interval does not allow "
            "for that choice."
        )
    splits = f"the study's {count(len(recipe.splits), 'split')}" if len(recipe.splits) > 1 else "the study's split"
    kept = sorted(recipe.best_epochs)
    if recipe.epoch is not None:
        spread = f"{kept[0]}" if kept[0] == kept[-1] else f"{kept[0]} to {kept[-1]}"
        said += (
            f" Its training ended after epoch {recipe.epoch}, the mean of those that were kept by "
            f"{count(recipe.trainings, 'training')} on {splits} ({spread})."
        )
    if recipe.weights is not None:
        weights = listed([f"{name} {weight:.3f}" for name, weight in recipe.weights.items()])
        said += f" Its members' weights, means over {splits}: {weights}."
    fitted = recipe.calibration
    why = fitted["reason"] or f"fitted to {count(fitted['images'], 'validation prediction')} of {splits}"
    said += f" Its temperature is {fitted['temperature']:.4g}: {why}."
    return f"{said} Test images decided on neither epochs, weights nor temperature."


def _facts(record: Mapping[str, Any], recipe: Recipe, caution: str) -> list[list[str]]:
    trained = listed([f"{number:,} {kind}" for kind, number in (record.get("n_train") or {}).items() if number])
    specimens = record.get("specimens")
    return [
        ["classes", ", ".join(record["classes"])],
        ["architecture", str(record["architecture"])],
        ["trained on", f"{trained} images" + (f", {specimens:.4g} specimens a class" if specimens else "")],
        ["parameters", f"{record['parameters']:,}" if record.get("parameters") else "unknown"],
        ["arm", f"{recipe.arm}"],
        *([["its images", caution]] if caution else []),
    ]


def _use(folder: Path) -> str:
    return (
        "```bash\n"
        f"python workflow/scripts/predict_images.py --classifier {folder} --images FOLDER --output predictions.tsv\n"
        f"python workflow/scripts/export_classifier.py --classifier {folder} --output classifier.onnx\n"
        "```"
    )


def _table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rows = [header, ["---"] * len(header), *lines]
    return "\n".join("| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |" for row in rows)
