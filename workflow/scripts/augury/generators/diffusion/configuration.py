"""What a diffusion's settings are where a config leaves them open. Standard library only."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from augury.generators.diffusion.family import DiffusionSettings

_SMALLEST = 8  # px of the lowest level: below it nothing is left to say where things are
_FULL_STEPS = {64: 24, 128: 32}  # steps of the sampler up to a side; beyond, 40


def multipliers(size_px: int, model_channels: int, most: int) -> list[int]:
    """Maps of each level over those of the first: levels halve the side to 8 to 15 px, maps double up to `most`."""
    factors = [1]
    while size_px % 2 == 0 and size_px // 2 >= _SMALLEST:
        size_px //= 2
        factors.append(min(2 * factors[-1], max(1, most // model_channels)))
    return factors


def _laptop_channels(size_px: int) -> int:
    # Half the maps at twice the side: the first level, which costs most, costs as much again, not four times as much.
    return 32 if size_px < 64 else 16 if size_px < 128 else 8


def _micro_batch(size_px: int) -> int:
    # About 11 GB of a GPU's memory: measured on one, in bf16, 0.175 GB an image at 64 px, 1.44 GB at 256 px.
    return max(1, 64 * 64**2 // size_px**2 if size_px <= 64 else 32 * 128**2 // size_px**2)


_LAPTOP: dict[str, Callable[[int], Any]] = {
    "batch": lambda size: 32,
    "model_channels": _laptop_channels,
    "num_blocks": lambda size: 1,
    "attention_px": lambda size: 15,
    "dropout": lambda size: 0.0,
    "ema_half_life_kimg": lambda size: 20.0,
}
_GPU: dict[str, Callable[[int], Any]] = {
    "batch": lambda size: 128 if size <= 64 else 64,
    "model_channels": lambda size: 128 if size <= 64 else 64,
    "num_blocks": lambda size: 2,
    "attention_px": lambda size: 16,
    "dropout": lambda size: 0.1,
    "ema_half_life_kimg": lambda size: 100.0,
}
PRESETS: Mapping[str, Mapping[str, Callable[[int], Any]]] = {"laptop": _LAPTOP, "gpu": _GPU}
_MOST = {"laptop": 64, "gpu": 256}  # maps of a level


def derived(settings: "DiffusionSettings") -> dict[str, Any]:
    """Values of the settings that are left open (None), by their names."""
    size = settings.size_px
    filled = {key: rule(size) for key, rule in PRESETS[settings.size].items() if getattr(settings, key) is None}
    if settings.channel_mult is None:
        first = settings.model_channels or filled["model_channels"]
        filled["channel_mult"] = multipliers(size, first, _MOST[settings.size])
    if settings.steps is None:
        filled["steps"] = next((steps for side, steps in _FULL_STEPS.items() if size <= side), 40)
    if settings.micro_batch is None:
        batch = settings.batch or filled["batch"]
        filled["micro_batch"] = min(batch, _micro_batch(size)) if settings.size == "gpu" else batch
    return filled


def parts_of(images: int, micro_batch: int) -> int:
    """Parts in which the gradients of so many images are computed."""
    return -(-images // micro_batch)
