"""Grad-CAM: where in an image a classifier finds what speaks for the class that it names; its sheet and table.

Maps of the last spatial layer, weighted by the mean gradient of the class's logit and cut at nought (Selvaraju et
al. 2017, arXiv:1610.02391, equations 1 and 2), by the package grad-cam.
"""

from collections.abc import Sequence
from pathlib import Path

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


def write(
    folder: Path,
    classifier: Classifier,
    predictions: Predictions,
    wanted: Sequence[str],
    images: np.ndarray,
    device: torch.device,
) -> list[ExplainedRow]:
    """Write grad_cam.png, a row of images above a row of overlays, and grad_cam.tsv; returns the table's rows.

    predictions: the classifier's, which are explained. wanted: sha256 of the images (n, S, S, C) uint8.
    Without images, or where the network has no spatial layer, the second row shows the images as they are.
    """
    row_of = {sha256: number for number, sha256 in enumerate(predictions.sha256.tolist())}
    indices = [row_of[sha256] for sha256 in wanted]
    target = find_target(classifier, scale(torch.from_numpy(images[:1]))) if len(images) else None
    maps = np.zeros(images.shape[:3], np.float32)
    if target is not None:
        maps = maps_of(classifier, target, images, predictions.predicted[indices].tolist(), device)
    rows = [
        ExplainedRow(
            sha256=str(predictions.sha256[number]),
            path=str(predictions.path[number]),
            class_=predictions.classes[predictions.labels[number]],
            predicted=predictions.classes[predictions.predicted[number]],
            probability=float(predictions.probabilities[number].max()),
            layer=target.name if target else "",
            activated=bool(each.max() > 0),
        )
        for number, each in zip(indices, maps, strict=True)
    ]
    write_rows(folder / "grad_cam.tsv", ExplainedRow, rows)
    shown = cells(images)
    covered = overlays(images, maps) if target is not None else shown
    # A study may have judged nothing: a single white cell says so.
    pixels = np.concatenate([shown, covered]) if rows else np.full((1, *shown.shape[1:]), 255, np.uint8)
    save_sheet(folder / "grad_cam.png", pixels, max(1, len(rows)))
    return rows


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
