"""Grad-CAM: where in an image a classifier finds what speaks for the class that it names; its sheet and table.

Maps of the last spatial layer, weighted by the mean gradient of the class's logit and cut at nought (Selvaraju et
al. 2017, arXiv:1610.02391, equations 1 and 2), by the package grad-cam.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.image import show_cam_on_image
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

from augury.augmentation.classical import scale
from augury.classifiers.network import Classifier
from augury.explain.layers import Target, find_target
from augury.images.arrays import resize_square, save_sheet
from augury.tables.explanations import ExplainedRow
from augury.tables.predictions import Predictions
from augury.tables.table import write_rows

CELL_PX = 128  # side of an image in a sheet, whatever the network saw
IMAGE_SHARE = 0.5  # of the photograph in an overlay; the rest is the map's colour


class Looking(NamedTuple):
    """A classifier, its share of an ensemble's weights, and the images as it sees them."""

    classifier: Classifier
    weight: float
    images: np.ndarray  # (n, S, S, C) uint8


def write(
    folder: Path, looking: Sequence[Looking], predictions: Predictions, wanted: Sequence[str], device: torch.device
) -> list[ExplainedRow]:
    """Write grad_cam.png, a row of images above a row of overlays, and grad_cam.tsv; returns the table's rows.

    looking: one classifier, or the members of an ensemble, whose maps are averaged by their weights. predictions:
    theirs, which are explained. wanted: sha256 of the images.
    Without images, or where no network has a spatial layer, the second row shows the images as they are.
    """
    row_of = {sha256: number for number, sha256 in enumerate(predictions.sha256.tolist())}
    indices = [row_of[sha256] for sha256 in wanted]
    images = max((each.images for each in looking), key=lambda seen: seen.shape[1:])  # the largest, in colour
    layer, maps = average(looking, predictions.predicted[indices].tolist(), device)
    rows = [
        ExplainedRow(
            sha256=str(predictions.sha256[number]),
            path=str(predictions.path[number]),
            class_=predictions.classes[predictions.labels[number]],
            predicted=predictions.classes[predictions.predicted[number]],
            probability=float(predictions.probabilities[number].max()),
            layer=layer,
            activated=bool(each.max() > 0),
        )
        for number, each in zip(indices, maps, strict=True)
    ]
    write_rows(folder / "grad_cam.tsv", ExplainedRow, rows)
    shown = cells(images)
    covered = overlays(images, maps) if layer else shown
    # A study may have judged nothing: a single white cell says so.
    pixels = np.concatenate([shown, covered]) if rows else np.full((1, *shown.shape[1:]), 255, np.uint8)
    save_sheet(folder / "grad_cam.png", pixels, max(1, len(rows)))
    return rows


def average(looking: Sequence[Looking], named: Sequence[int], device: torch.device) -> tuple[str, np.ndarray]:
    """The layers' names, and the weighted mean (n, S, S) of the maps of those that have a layer with places.

    All are enlarged to the size of the largest images. named: the index of the class that each map is for.
    """
    size_px = max(each.images.shape[1] for each in looking)
    names, made, weights = [], [], []
    for each in looking if named else ():
        target = find_target(each.classifier, scale(torch.from_numpy(each.images[:1]).to(device)))
        if target is None:
            continue
        maps = maps_of(each.classifier, target, each.images, named, device)
        made.append([cv2.resize(one, (size_px, size_px), interpolation=cv2.INTER_LINEAR) for one in maps])
        names.append(target.name)
        weights.append(each.weight)
    if not made:
        return "", np.zeros((len(named), size_px, size_px), np.float32)
    return " + ".join(names), np.average(made, axis=0, weights=weights).astype(np.float32)


def maps_of(
    classifier: Classifier, target: Target, images: np.ndarray, named: Sequence[int], device: torch.device
) -> np.ndarray:
    """Maps (N, S, S) float32 in [0, 1] for images (N, S, S, C) uint8, each scaled to its own largest value.

    named: the index of the class that each map is for. A map of noughts means that no position speaks for the class.
    """
    classifier = classifier.to(device)
    made = []
    with GradCAM(classifier, [target.layer], reshape_transform=target.to_maps) as cam:
        for image, label in zip(images, named, strict=True):  # one at a time: an image's map depends on no other
            # The weights are fixed, so the gradient has to begin at the image to reach the layer.
            pixels = scale(torch.from_numpy(image[None].copy()).to(device)).requires_grad_(True)
            made.append(cam(pixels, [ClassifierOutputTarget(int(label))])[0])
    return np.nan_to_num(np.stack(made)).astype(np.float32)


def overlays(images: np.ndarray, maps: np.ndarray) -> np.ndarray:
    """Images (N, S, S, C) uint8 under their maps (N, S, S): (N, CELL_PX, CELL_PX, 3) uint8, bright where a map is."""
    made = []
    for pixels, heat in zip(cells(images), maps, strict=True):
        shaped = cv2.resize(heat, (CELL_PX, CELL_PX), interpolation=cv2.INTER_LINEAR)
        made.append(show_cam_on_image(np.float32(pixels) / 255, shaped, True, cv2.COLORMAP_INFERNO, IMAGE_SHARE))
    return np.stack(made)


def cells(images: np.ndarray) -> np.ndarray:
    """Images (N, S, S, C) uint8 as the cells of a sheet, (N, CELL_PX, CELL_PX, 3)."""
    return resize_square(images, CELL_PX, 3)
