"""The images on which a classifier was tested, under a corruption."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from augury.classifiers.arm_data import Part
from augury.classifiers.description import Description
from augury.command.errors import UserError
from augury.images.arrays import resize_square
from augury.images.corruptions import SIZE_PX, STRENGTHS, corrupted
from augury.images.mapped_arrays import gathered
from augury.images.packs import open_pack
from augury.tables.predictions import Predictions, read_predictions
from augury.tables.rows import SplitRow


def corrupted_part(description: Description, known: Path, packs: Mapping[str, Path], kind: str) -> Part:
    """Each test image of a classifier's predictions at every strength, in turn, at the classifier's size and colour.

    packs: by class, of SIZE_PX in colour. Raises UserError where a pack lacks an image or has another form.
    """
    tested = read_predictions(known).of("test")
    if not len(tested.labels):
        raise UserError(f"{known} has no row whose part is test; there is nothing to corrupt")
    rows = [
        SplitRow(f"{sha256}-{strength}", path, description.classes[label], specimen, "test")
        for sha256, path, label, specimen in zip(
            *(each.tolist() for each in (tested.sha256, tested.path, tested.labels, tested.specimen)), strict=True
        )
        for strength in STRENGTHS
    ]
    images = gathered(_images(description, tested, packs, kind), len(rows))
    return Part(images, np.repeat(tested.labels, len(STRENGTHS)), rows)


def _images(
    description: Description, tested: Predictions, packs: Mapping[str, Path], kind: str
) -> Iterator[np.ndarray]:
    # Of one image after the other, all strengths.
    opened = {label: open_pack(packs[name]) for label, name in enumerate(description.classes)}
    place = {label: {sha256: row for row, sha256 in enumerate(of)} for label, (_, of) in opened.items()}
    for label, sha256 in zip(tested.labels.tolist(), tested.sha256.tolist(), strict=True):
        images = opened[label][0]
        if sha256 not in place[label] or images.shape[1:] != (SIZE_PX, SIZE_PX, 3):
            pack = packs[description.classes[label]]
            raise UserError(f"{pack} is no pack of {SIZE_PX} px in colour with {sha256[:16]}; run pack_class again")
        image = np.asarray(images[place[label][sha256]])
        made = np.stack([corrupted(image, kind, strength, sha256) for strength in STRENGTHS])
        yield resize_square(made, description.size_px, description.channels)
