"""The sheet of maps that an explanation leaves, and the table of what stands in it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from augury.augmentation.classical import scale
from augury.classifiers.network import Classifier
from augury.explain.grad_cam import cells, maps_of, overlays
from augury.explain.layers import find_target
from augury.images.arrays import save_sheet
from augury.tables.explanations import ExplainedRow
from augury.tables.predictions import Predictions
from augury.tables.table import write_rows


def write(
    folder: Path,
    classifier: Classifier,
    said: Predictions,
    wanted: Sequence[str],
    images: np.ndarray,
    device: torch.device,
) -> list[ExplainedRow]:
    """Write grad_cam.png, a row of images above a row of overlays, and grad_cam.tsv; returns the table's rows.

    said: the classifier's predictions, whose answers are explained. wanted: sha256 of the images (n, S, S, C) uint8.
    Without images, or where the network has no layer with places, the second row shows the images as they are.
    """
    place = {sha256: number for number, sha256 in enumerate(said.sha256.tolist())}
    places = [place[sha256] for sha256 in wanted]
    target = find_target(classifier, scale(torch.from_numpy(images[:1]))) if len(images) else None
    found = np.zeros(images.shape[:3], np.float32)
    if target is not None:
        found = maps_of(classifier, target, images, said.predicted[places].tolist(), device)
    rows = [
        ExplainedRow(
            sha256=str(said.sha256[number]),
            path=str(said.path[number]),
            class_=said.classes[said.labels[number]],
            predicted=said.classes[said.predicted[number]],
            probability=float(said.probabilities[number].max()),
            layer=target.name if target else "",
            found=bool(each.max() > 0),
        )
        for number, each in zip(places, found, strict=True)
    ]
    write_rows(folder / "grad_cam.tsv", ExplainedRow, rows)
    shown = cells(images)
    covered = overlays(images, found) if target is not None else shown
    # A study may have judged nothing: a single white cell says so.
    pixels = np.concatenate([shown, covered]) if rows else np.full((1, *shown.shape[1:]), 255, np.uint8)
    save_sheet(folder / "grad_cam.png", pixels, max(1, len(rows)))
    return rows
