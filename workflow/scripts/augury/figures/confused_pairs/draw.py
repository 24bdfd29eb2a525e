"""The pairs of classes that are confused most, with the images that were taken for the other class."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from augury.command.errors import UserError
from augury.figures import theme
from augury.figures.runs import judged
from augury.figures.sheets import FEW_SHEETS, GAP, Sheet, lay_out
from augury.images.arrays import resize_square
from augury.images.packs import open_pack
from augury.tables.predictions import Predictions

COLUMNS = 7
CELL_PX = 96
Pair = tuple[str, str]  # the true class, and the one that it was taken for


def draw(predictions: Sequence[Path], packs: Sequence[Path]) -> Figure:
    """A block a pair: images of the class that was named, and below them images of the true class taken for it.

    packs: CLASS.npy of every class. Raises UserError where one is missing or does not hold an image that is shown.
    """
    groups, part = judged(predictions)
    runs = [run for group in groups.values() for run in group]
    answers, totals = tally(runs)
    pairs = worst(answers, totals)
    if not pairs:
        return theme.empty(f"No {part} image was taken for another class.")
    images = {path.stem: path for path in packs}
    blocks = []
    for true, predicted in pairs:
        wrong, right = examples(answers, true, predicted), examples(answers, predicted, predicted)
        number, total = sum(counts[predicted] for counts in answers[true].values()), totals[true]
        heading = f"{theme.short(true, 17)} taken for {theme.short(predicted, 17)}: {number} of {total}"
        notes = [f"{answers[true][sha256][predicted]} of {answers[true][sha256].total()}" for sha256 in wrong]
        pixels = np.concatenate([_row(images, predicted, right), _row(images, true, wrong)])
        labels = [theme.short(name, 13) for name in (predicted, true)]
        notes += [""] * (COLUMNS - len(notes))
        blocks.append(Sheet(heading, _sheet(pixels), 2, labels, notes))
    return lay_out(blocks)


def tally(runs: Sequence[Predictions]) -> tuple[dict[str, dict[str, Counter]], Counter]:
    """True class -> image -> how often each class was named; and how many answers there were to each true class."""
    answers: dict[str, dict[str, Counter]] = defaultdict(lambda: defaultdict(Counter))
    totals: Counter = Counter()
    for run in runs:
        for sha256, label, predicted in zip(run.sha256.tolist(), run.labels, run.predicted, strict=True):
            answers[run.classes[label]][sha256][run.classes[predicted]] += 1
            totals[run.classes[label]] += 1
    return answers, totals


def worst(answers: Mapping[str, Mapping[str, Counter]], totals: Counter) -> list[Pair]:
    """At most FEW_SHEETS pairs with the most wrong answers; of equals, the one with the larger share of its class."""
    wrong = Counter(
        {
            (true, predicted): number
            for true, images in answers.items()
            for predicted, number in sum(images.values(), Counter()).items()
            if predicted != true
        }
    )
    order = sorted(wrong, key=lambda pair: (-wrong[pair], totals[pair[0]], pair))
    return order[:FEW_SHEETS]


def examples(answers: Mapping[str, Mapping[str, Counter]], true: str, predicted: str) -> list[str]:
    """The images of a class that were called `said` by the most; of equals the smallest sha256 first."""
    mistaken = {sha256: counts[predicted] for sha256, counts in answers.get(true, {}).items() if counts[predicted]}
    return sorted(mistaken, key=lambda sha256: (-mistaken[sha256], sha256))[:COLUMNS]


def _row(packs: Mapping[str, Path], class_: str, wanted: Sequence[str]) -> np.ndarray:
    """(COLUMNS, CELL_PX, CELL_PX, 3) uint8: the images, and white where there are fewer."""
    cells = np.full((COLUMNS, CELL_PX, CELL_PX, 3), 255, np.uint8)
    if not wanted:
        return cells
    if class_ not in packs:
        raise UserError(f"no pack was given for class {class_}; give one for each class")
    images, sha256s = open_pack(packs[class_])
    index_of = {sha256: index for index, sha256 in enumerate(sha256s)}
    absent = [sha256 for sha256 in wanted if sha256 not in index_of]
    if absent:
        raise UserError(f"{packs[class_]} does not hold image {absent[0][:16]}; run pack_class again")
    cells[: len(wanted)] = resize_square(np.stack([images[index_of[name]] for name in wanted]), CELL_PX, 3)
    return cells


def _sheet(cells: np.ndarray) -> np.ndarray:
    """Cells (2 COLUMNS, S, S, 3) as two rows with white gaps."""
    framed = np.pad(cells, ((0, 0), (0, GAP), (0, GAP), (0, 0)), constant_values=255)
    rows = framed.reshape(2, COLUMNS, *framed.shape[1:]).swapaxes(1, 2)
    return rows.reshape(2 * framed.shape[1], COLUMNS * framed.shape[2], 3)[:-GAP, :-GAP]
