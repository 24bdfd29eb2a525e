"""Maps of half and of double the side, in whichever order of memory they lie.

In torch's usual order these are products with a fixed matrix: on a CPU in bf16 they take a quarter of the time of
torch's own kernels, and have the same values. Channels-last maps go through the latter, which are as fast there.
"""

import torch
from torch.nn import functional as F

# Pixels of a map from which on channels-last group normalisation is fast on a CPU (torch takes another way below).
_CHANNELS_LAST = 1024


def halved(maps: torch.Tensor) -> torch.Tensor:
    """Means of 2 x 2 pixels: (N, C, H, W) to (N, C, H / 2, W / 2)."""
    if not maps.is_contiguous():
        return F.avg_pool2d(maps, 2)
    width = maps.shape[3]
    two_rows = maps.reshape(*maps.shape[:2], maps.shape[2] // 2, 2 * width)
    return two_rows @ (_repetition(width // 2, maps).T / 4)


def doubled(maps: torch.Tensor) -> torch.Tensor:
    """Each pixel four times: (N, C, H, W) to (N, C, 2 H, 2 W)."""
    if not maps.is_contiguous():
        return F.interpolate(maps, scale_factor=2, mode="nearest")
    count, channels, height, width = maps.shape
    return (maps @ _repetition(width, maps)).reshape(count, channels, 2 * height, 2 * width)


def laid_out(maps: torch.Tensor, side: int) -> torch.Tensor:
    """The same, in the order of memory in which a CPU is fastest at a level of that side where nothing is learned.

    Convolutions are faster channels-last; but group normalisation goes back ten times as slowly through such maps, and
    is slow in both directions where they are small.
    """
    if torch.is_grad_enabled() or maps.device.type != "cpu":
        return maps
    large = side * side >= _CHANNELS_LAST
    return maps.contiguous(memory_format=torch.channels_last if large else torch.contiguous_format)


def _repetition(width: int, like: torch.Tensor) -> torch.Tensor:
    # (W, 4 W): a row of pixels becomes two rows of twice the width, one behind the other.
    twice = torch.eye(width, dtype=like.dtype, device=like.device).repeat_interleave(2, dim=1)
    return torch.cat([twice, twice], dim=1)
