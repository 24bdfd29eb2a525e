"""A classifier or an ensemble as an ONNX file that needs nothing else: members, views and temperature are inside.

Input `images`: uint8 (N, C, S, S), red, green and blue or grey, prepared like the training images; any N. Where members
see images of several sizes or colours there is one input for each, such as `images_128px_rgb`. Output `probabilities`:
float32 (N, K), as predict_images gives them. The file's metadata hold `classes`, `preparation` and `inputs` (name,
size_px and channels of each) as JSON, and `temperature`; of one input also its `size_px` and `channels`.
"""

import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

from augury.classifiers.network import Classifier
from augury.command.files import atomic
from augury.prediction.preparation import Form

TOLERANCE = 1e-4  # of a probability, between torch and the exported graph
OPSET = 18
INPUT, OUTPUT = "images", "probabilities"
_CHECKED = (1, 5)  # batch sizes that the graph is tried at


class Exporting(NamedTuple):
    """A classifier to export, and how much it counts beside others."""

    classifier: Classifier
    form: Form
    dihedral: bool  # whether probabilities are averages over the eight flips and quarter turns
    weight: float = 1.0


class Exported(nn.Module):
    """Images (N, C, S, S) uint8, one argument for each of the forms -> calibrated class probabilities (N, K)."""

    def __init__(self, members: Sequence[Exporting], temperature: float) -> None:
        super().__init__()
        self.classifiers = nn.ModuleList(member.classifier for member in members)
        self.forms = list(dict.fromkeys(member.form for member in members))
        self.members, self.temperature = members, temperature

    @property
    def inputs(self) -> list[dict[str, Any]]:
        """What the file's metadata say of its inputs."""
        several = len(self.forms) > 1
        return [{"name": f"{INPUT}_{form.name}" if several else INPUT, **form._asdict()} for form in self.forms]

    def forward(self, *images: torch.Tensor) -> torch.Tensor:
        views = [each.float() / 127.5 - 1 for each in images]
        said = [_probabilities(member, views[self.forms.index(member.form)]) for member in self.members]
        mean = said[0]
        if len(said) > 1:
            weights = mean.new_tensor([member.weight for member in self.members])
            mean = (torch.stack(said) * weights[:, None, None]).sum(dim=0)
        if self.temperature == 1:
            return mean
        tiny = torch.finfo(torch.float32).tiny
        return torch.softmax(mean.clamp_min(tiny).log() / self.temperature, dim=1)


def export(module: Exported, metadata: dict[str, Any], path: Path, tolerance: float = TOLERANCE) -> float:
    """Write the file, and return the greatest difference of a probability between it and torch.

    Raises ValueError, and leaves no file, when the difference is above `tolerance`.
    """
    module = module.cpu().eval()
    examples = tuple(
        torch.zeros(2, form.channels, form.size_px, form.size_px, dtype=torch.uint8) for form in module.forms
    )
    count = torch.export.Dim("n")
    with atomic(path) as temporary, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="# The axis name: n will not be used")  # inputs share their number
        torch.onnx.export(
            module,
            examples,
            temporary,
            input_names=[each["name"] for each in module.inputs],
            output_names=[OUTPUT],
            opset_version=OPSET,
            dynamic_shapes=(tuple({0: count} for _ in examples),),
            dynamo=True,
            external_data=False,
            verbose=False,
        )
        _describe(temporary, metadata | {"inputs": module.inputs})
        difference = compare(module, temporary)
        if not difference <= tolerance:
            raise ValueError(f"probabilities of the exported graph differ by {difference:.2g}, more than {tolerance:g}")
    return difference


def compare(module: Exported, path: Path, batches: Sequence[int] = _CHECKED) -> float:
    """The greatest difference of a probability between torch and onnxruntime, for images of noise at several sizes."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names, random, differences = [each["name"] for each in module.inputs], np.random.default_rng(0), []
    for count in batches:
        drawn = [_noise(random, count, form) for form in module.forms]
        for images in zip(*drawn, strict=True):
            with torch.no_grad():
                expected = module(*images).numpy()
            fed = {name: each.numpy() for name, each in zip(names, images, strict=True)}
            (made,) = session.run([OUTPUT], fed)
            differences.append(np.abs(made - expected).max())
    return float(np.max(differences))  # which is not a number where one of them is none


def _noise(random: np.random.Generator, count: int, form: Form) -> tuple[torch.Tensor, torch.Tensor]:
    # Coarse and fine, (count, C, S, S) uint8.
    coarse = random.integers(0, 256, (count, form.channels, 4, 4)).astype(np.uint8)
    size = (form.size_px, form.size_px)
    smooth = nn.functional.interpolate(torch.from_numpy(coarse), size=size, mode="nearest")
    return smooth, torch.from_numpy(random.integers(0, 256, smooth.shape).astype(np.uint8))


def _probabilities(member: Exporting, view: torch.Tensor) -> torch.Tensor:
    """(N, K) of images (N, C, S, S) in [-1, 1], uncalibrated."""
    classifier = member.classifier
    if not member.dihedral:
        return classifier.probabilities(classifier(view))
    # One pass over all views, (8N, C, S, S): the graph holds the network once.
    views = torch.cat([turned for each in (view, view.flip(3)) for turned in _quarter_turns(each)])
    of_views = classifier.probabilities(classifier(views))
    return of_views.reshape(8, -1, of_views.shape[1]).mean(dim=0)


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
