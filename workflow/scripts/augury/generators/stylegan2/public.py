"""Weights of the public StyleGAN2 networks, by the names of NVIDIA's repositories stylegan2-ada-pytorch and stylegan3.

Names of their modules, after `G_ema.` for the averaged generator and `D.` for the discriminator, such as
G_ema.mapping.fc0.weight or D.b32.fromrgb.weight. Layouts and gains of the layers are the same as here; where one side
is grey and the other has colours, the layers that make and read images are averaged or repeated.
"""

import math
import re
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import nn

from augury.command.errors import UserError
from augury.command.script import tell

GENERATOR, DISCRIMINATOR = "G_ema.", "D."
KNOWN_BY = f"{GENERATOR}synthesis.b4.const"
_MOST_NAMED = 6
_OWN_NAMES = (  # of both networks, and theirs
    (r"mapping\.layers\.(\d+)", r"mapping.fc\1"),
    (r"mapping\.embedding", "mapping.embed"),
    (r"mapping\.average", "mapping.w_avg"),
)
_OF_LAYERS = ((r"\.convolution\.", "."), (r"\.to_image\.", ".torgb."), (r"\.image_bias$", ".torgb.bias"))
_OF_DISCRIMINATOR = (
    (r"^from_image\.(\d+)", r"b\1.fromrgb"),
    (r"^blocks\.(\d+)\.layers\.", r"b\1.conv"),
    (r"^blocks\.(\d+)\.shortcut", r"b\1.skip"),
    (r"^convolution", "b4.conv"),
    (r"^linear", "b4.fc"),
    (r"^output", "b4.out"),
)


def fill(tensors: Mapping[str, torch.Tensor], path: Path, generator: nn.Module, discriminator: nn.Module) -> None:
    """Copy what fits into both networks, and tell what does not: another size of images has other layers.

    Raises UserError when the file holds no such generator, or nothing of it fits.
    """
    if KNOWN_BY not in tensors:
        kind = "an alias-free generator of StyleGAN3" if f"{GENERATOR}synthesis.input.freqs" in tensors else "none"
        raise UserError(
            f"{path} holds no StyleGAN2 under its public names ({KNOWN_BY} is missing; it holds {kind}); write it as "
            "docs/generators.md says"
        )
    for network, name, prefix in (
        (generator, public_generator_name, GENERATOR),
        (discriminator, public_discriminator_name, DISCRIMINATOR),
    ):
        what = "generator" if network is generator else "discriminator"
        # A discriminator's mapping has a mean style that nothing reads.
        names = [own for own in network.state_dict() if network is generator or own != "mapping.average"]
        left = _fill(network, {own: f"{prefix}{name(own)}" for own in names}, tensors)
        total = len(names)
        if network is generator and len(left) == total:
            raise UserError(
                f"no layer of {path} fits this generator; set its size_px, latent_dim, style_dim, mapping_layers and "
                "channel_base to those of the file"
            )
        afresh = f"; these begin afresh: {_few(left)}" if left else ""
        tell(f"{path}: {total - len(left)} of {total} tensors of the {what} fit{afresh}")


def public_generator_name(own: str) -> str:
    """What the public generator calls a weight or buffer of ours, without its prefix."""
    if own == "start":
        return "synthesis.b4.const"
    block = re.match(r"blocks\.(\d+)\.", own)
    if block:
        number = int(block[1])
        own = f"synthesis.b{4 << number}.{own[block.end() :]}"
        # The first block has a second convolution alone.
        own = re.sub(r"\.layers\.(\d+)", lambda layer: f".conv{int(layer[1]) + (number == 0)}", own)
        own = re.sub(r"\.shortcut$", ".skip.weight", own)
    return _renamed(own, _OWN_NAMES + _OF_LAYERS)


def public_discriminator_name(own: str) -> str:
    """Likewise of the discriminator."""
    return _renamed(own, _OWN_NAMES + _OF_DISCRIMINATOR)


def _renamed(name: str, rules: tuple[tuple[str, str], ...]) -> str:
    for pattern, replacement in rules:
        name = re.sub(pattern, replacement, name)
    return name


@torch.no_grad()
def _fill(network: nn.Module, names: dict[str, str], tensors: Mapping[str, torch.Tensor]) -> list[str]:
    """Copies tensors by these names, own -> public; returns the own names of those that are missing or do not fit."""
    left, weights = [], network.state_dict()
    for own, public in names.items():
        mine, theirs = weights[own], tensors.get(public)
        fitted = None if theirs is None else _fitted(public, theirs.to(mine.dtype), mine.shape)
        if fitted is None:
            left.append(own)
        else:
            mine.copy_(fitted)
    return left


def _fitted(name: str, theirs: torch.Tensor, shape: torch.Size) -> torch.Tensor | None:
    """The tensor in our shape; None where it does not fit."""
    if name.endswith("b4.const"):
        theirs = theirs[None]
    if theirs.shape == shape:
        return theirs
    if ".torgb." in name and "affine" not in name and theirs.shape[1:] == shape[1:]:
        # A grey image is the mean of the three colours.
        return _recoloured(theirs, shape[0], 0)
    if name.endswith(".fromrgb.weight") and theirs.shape[0] == shape[0]:
        # A grey image is three equal colours; the layer's gain is that of its number of colours.
        gain = math.sqrt(shape[1] / theirs.shape[1])
        made = _recoloured(theirs, shape[1], 1)
        return None if made is None else made * gain * theirs.shape[1] / shape[1]
    return None


def _recoloured(values: torch.Tensor, colours: int, axis: int) -> torch.Tensor | None:
    """The mean over three colours as one, or one repeated as three."""
    if {values.shape[axis], colours} != {1, 3}:
        return None
    if colours == 1:
        return values.mean(dim=axis, keepdim=True)
    return values.repeat_interleave(3, dim=axis)


def _few(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
