"""A classifier as an ONNX file that needs nothing else: normalisation, probabilities and their temperature inside.

Input `images`: uint8 (N, C, S, S), red, green and blue or grey, prepared like the training images; any N. Output
`probabilities`: float32 (N, K), as predict_images gives them. The file's metadata hold `classes` and `preparation` as
JSON, `size_px`, `channels` and `temperature`.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

from augury.classifiers.network import Classifier
from augury.command.files import atomic

TOLERANCE = 1e-4  # of a probability, between torch and the exported graph
OPSET = 18
INPUT, OUTPUT = "images", "probabilities"
_CHECKED = (1, 5)  # batch sizes that the graph is tried at


class Exported(nn.Module):
    """Images (N, C, S, S) uint8 -> calibrated class probabilities (N, K).

    dihedral: whether probabilities are averages over the eight flips and quarter turns.
    """

    def __init__(self, classifier: Classifier, temperature: float, dihedral: bool) -> None:
        super().__init__()
        self.classifier, self.temperature, self.dihedral = classifier, temperature, dihedral

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        view = images.float() / 127.5 - 1
        if not self.dihedral:
            mean = self.classifier.probabilities(self.classifier(view))
        else:
            # One pass over all views, (8N, C, S, S): the graph holds the network once.
            views = torch.cat([turned for each in (view, view.flip(3)) for turned in _quarter_turns(each)])
            of_views = self.classifier.probabilities(self.classifier(views))
            mean = of_views.reshape(8, -1, of_views.shape[1]).mean(dim=0)
        if self.temperature == 1:
            return mean
        tiny = torch.finfo(torch.float32).tiny
        return torch.softmax(mean.clamp_min(tiny).log() / self.temperature, dim=1)


def export(
    module: Exported, size_px: int, channels: int, metadata: dict[str, Any], path: Path, tolerance: float = TOLERANCE
) -> float:
    """Write the file, and return the greatest difference of a probability between it and torch.

    Raises ValueError, and leaves no file, when the difference is above `tolerance`.
    """
    module = module.cpu().eval()
    example = torch.zeros(2, channels, size_px, size_px, dtype=torch.uint8)
    with atomic(path) as temporary:
        torch.onnx.export(
            module,
            (example,),
            temporary,
            input_names=[INPUT],
            output_names=[OUTPUT],
            opset_version=OPSET,
            dynamic_shapes=({0: torch.export.Dim("n")},),
            dynamo=True,
            external_data=False,
            verbose=False,
        )
        _describe(temporary, metadata)
        difference = compare(module, temporary, size_px, channels)
        if not difference <= tolerance:
            raise ValueError(f"probabilities of the exported graph differ by {difference:.2g}, more than {tolerance:g}")
    return difference


def compare(module: Exported, path: Path, size_px: int, channels: int, batches: Sequence[int] = _CHECKED) -> float:
    """The greatest difference of a probability between torch and onnxruntime, for images of noise at several sizes."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    random, differences = np.random.default_rng(0), []
    for count in batches:
        coarse = random.integers(0, 256, (count, channels, 4, 4)).astype(np.uint8)
        smooth = torch.nn.functional.interpolate(torch.from_numpy(coarse), size=(size_px, size_px), mode="nearest")
        fine = torch.from_numpy(random.integers(0, 256, smooth.shape).astype(np.uint8))
        for images in (smooth, fine):
            with torch.no_grad():
                expected = module(images).numpy()
            (logits,) = session.run([OUTPUT], {INPUT: images.numpy()})
            differences.append(np.abs(logits - expected).max())
    return float(np.max(differences))  # which is not a number where one of them is none


def _quarter_turns(view: torch.Tensor) -> list[torch.Tensor]:
    # rot90 by flips and a transposition, which every runtime knows.
    turned = view.transpose(2, 3)
    return [view, turned.flip(2), view.flip(2, 3), turned.flip(3)]


def _describe(path: Path, metadata: dict[str, Any]) -> None:
    model = onnx.load(path)
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in metadata.items()}
    onnx.helper.set_model_props(model, texts)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)
