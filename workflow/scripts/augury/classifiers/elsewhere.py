"""Testing a trained classifier on images that are none of its study."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch

from augury.classifiers.arm_data import Part
from augury.classifiers.description import Description
from augury.classifiers.evaluation import averages_views, probabilities_of
from augury.classifiers.network import Classifier
from augury.command.errors import UserError
from augury.images.arrays import resized_blocks
from augury.images.mapped_arrays import gathered
from augury.images.packs import Picked, open_pack
from augury.tables.description import SEALS, save_description, seals_of
from augury.tables.predictions import read_predictions, write_predictions
from augury.tables.rows import SplitRow
from augury.tables.table import read_rows


def read_part(description: Description, table: Path, packs: Mapping[str, Path]) -> Part:
    """The images of a table, at the size and in the colour of the classifier, in the order of its classes.

    packs: by class. Raises UserError where an image is in none of them, or its class is unknown to the classifier.
    """
    form, rows = (description.size_px, description.channels), read_rows(table, SplitRow)
    unknown = sorted({row.class_ for row in rows} - (set(packs) & set(description.classes)))
    if unknown:
        raise UserError(f"{table} has images of '{unknown[0]}', which the classifier or --packs does not know")
    ordered: list[SplitRow] = []
    picked: list[Picked] = []
    for class_ in (class_ for class_ in description.classes if class_ in packs):
        of_class = [row for row in rows if row.class_ == class_]
        images, sha256s = open_pack(packs[class_])
        index_of = {sha256: index for index, sha256 in enumerate(sha256s)}
        missing = [row.path for row in of_class if row.sha256 not in index_of]
        if missing:
            raise UserError(f"{packs[class_]} lacks {missing[0]}; remove it and run pack_class again")
        whole = Picked(packs[class_], images.shape, np.arange(len(images)))
        picked.append(whole.at([index_of[row.sha256] for row in of_class]))
        ordered += of_class
    images = gathered((block for each in picked for block in resized_blocks(each, *form)), len(ordered))
    labels = np.array([description.classes.index(row.class_) for row in ordered], np.int64)
    return Part(images, labels, ordered)


def predict(
    folder: Path, classifier: Classifier, description: Description, part: Part, known: Path, device: torch.device
) -> None:
    """Write predictions.tsv, and classifier.json with what the classifier is.

    The rows are the validation rows of the classifier's own, in `known`, then the part's images as test rows.
    """
    own = read_predictions(known).of("validation")
    dihedral = averages_views(description.settings, classifier)
    classifier = classifier.to(device).to(memory_format=torch.channels_last)
    made = probabilities_of(classifier, torch.from_numpy(part.images), device, dihedral).numpy()
    write_predictions(
        folder / "predictions.tsv",
        sha256=[*own.sha256.tolist(), *(row.sha256 for row in part.rows)],
        paths=[*own.path.tolist(), *(row.path for row in part.rows)],
        specimens=[*own.specimen.tolist(), *(row.specimen for row in part.rows)],
        parts=[*own.part.tolist(), *["test"] * len(part.rows)],
        labels=[*own.labels.tolist(), *part.labels.tolist()],
        classes=description.classes,
        probabilities=np.concatenate([own.probabilities, made]),
    )
    record = {key: value for key, value in description.record.items() if key != SEALS}
    save_description(folder / "classifier.json", record | seals_of(folder, "predictions.tsv"))
