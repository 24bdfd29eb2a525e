"""What StyleGAN2's settings are where a config leaves them open. Standard library only.

`auto` follows the public StyleGAN2-ADA's automatic configuration for one GPU, which derives them from size and batch;
`stylegan2` the published configuration F of Karras et al. 2020 (arXiv:1912.04958), which is the same for all sizes.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from augury.generators.stylegan2.family import StyleGAN2Settings

_AUTO: dict[str, Callable[[int, int], Any]] = {
    "batch": lambda size, _: max(1, min(4096 // size, 32)),
    "mapping_layers": lambda size, batch: 2,
    "channel_base": lambda size, batch: 32768 if size >= 512 else 16384,
    "mbstd_group_size": lambda size, batch: min(batch, 4),
    "learning_rate": lambda size, batch: 0.002 if size >= 1024 else 0.0025,
    "r1_gamma": lambda size, batch: 0.0002 * size**2 / batch,
    "ema_half_life_kimg": lambda size, batch: batch * 10 / 32,
    "ema_ramp_up": lambda size, batch: 0.05,
}
_STYLEGAN2 = _AUTO | {
    "batch": lambda size, _: 32,
    "mapping_layers": lambda size, batch: 8,
    "channel_base": lambda size, batch: 32768,
    "mbstd_group_size": lambda size, batch: 4,
    "learning_rate": lambda size, batch: 0.002,
    "r1_gamma": lambda size, batch: 10.0,
    "ema_half_life_kimg": lambda size, batch: 10.0,
    "ema_ramp_up": lambda size, batch: 1e6,  # none
}
CONFIGURATIONS: Mapping[str, Mapping[str, Callable[[int, int], Any]]] = {"auto": _AUTO, "stylegan2": _STYLEGAN2}


def derived(settings: "StyleGAN2Settings") -> dict[str, Any]:
    """Values of the settings that are left open (None), by their names."""
    rules = CONFIGURATIONS[settings.cfg]
    batch = settings.batch or rules["batch"](settings.size_px, 0)
    return {key: rule(settings.size_px, batch) for key, rule in rules.items() if getattr(settings, key) is None}


def group_of(most: int, count: int) -> int:
    """Images in a group of the minibatch standard deviation: the largest group up to `most` that divides a batch."""
    return max(size for size in range(1, min(most, count) + 1) if count % size == 0)
