"""Adaptive discriminator augmentation: the pipeline of random operations that a discriminator sees images through.

Every operation is taken with probability p, image by image, which leaves a generator unable to copy it as long as p is
well below one (Karras et al. 2020, arXiv:2006.06676, section 3 and appendix B). controller.py chooses p.
"""

import torch

from augury.augmentation import corruption
from augury.augmentation.affine import draw_geometry
from augury.augmentation.chance import anywhere, coins, per_image, probability
from augury.augmentation.colour import draw_colours, recolour
from augury.augmentation.moves import draw_moves
from augury.augmentation.sampling import warp

PIPELINES: dict[str, tuple[str, ...]] = {
    "blit": ("blit",),
    "geom": ("geom",),
    "colour": ("colour",),
    "filter": ("filter",),
    "noise": ("noise",),
    "cutout": ("cutout",),
    "bg": ("blit", "geom"),
    "bgc": ("blit", "geom", "colour"),
    "bgcf": ("blit", "geom", "colour", "filter"),
    "bgcfn": ("blit", "geom", "colour", "filter", "noise"),
    "bgcfnc": ("blit", "geom", "colour", "filter", "noise", "cutout"),
}


class ADA:
    """A pipeline by its name in PIPELINES; raises ValueError for any other.

    Images draw from torch's global generator on their own device, and nothing waits for the device.
    """

    def __init__(self, pipeline: str) -> None:
        if pipeline not in PIPELINES:
            raise ValueError(f"no pipeline is named '{pipeline}'; there are {', '.join(PIPELINES)}")
        self.groups = PIPELINES[pipeline]

    def __call__(self, images: torch.Tensor, p: torch.Tensor | float) -> torch.Tensor:
        """Images (N, C, S, S) in [-1, 1], C of 1 or 3 -> the same shape, perhaps beyond that range.

        p: probability of each operation, in [0, 1]; at 0 the images come back bit for bit. An image that no operation
        touches does so at any p. Differentiable twice in the images; computed in float32 under autocast.
        """
        if (not isinstance(p, torch.Tensor) or p.device.type == "cpu") and float(p) == 0.0:
            return images
        kind = images.dtype
        with torch.autocast(images.device.type, enabled=False):
            made = images.float() if kind in (torch.bfloat16, torch.float16) else images
            p = probability(p, images.device)
            made = self._move(made, p)
            if "colour" in self.groups:
                matrix, touched = draw_colours(len(made), made.shape[1], p)
                made = _choose(touched, recolour(made, matrix), made)
            return self._corrupt(made, p).to(kind)

    def _move(self, images: torch.Tensor, p: torch.Tensor) -> torch.Tensor:
        """Whole-pixel moves stay exact where nothing else moves an image; else all are one matrix, sampled once."""
        moved, before = images, None
        if "blit" in self.groups:
            moves = draw_moves(len(images), images.shape[2], p)
            moved, before = moves.apply(images), moves.inverse(images.shape[2])
        if "geom" not in self.groups:
            return moved
        inverse, touched = draw_geometry(len(images), p)
        return _choose(touched, warp(images, inverse if before is None else before @ inverse), moved)

    def _corrupt(self, images: torch.Tensor, p: torch.Tensor) -> torch.Tensor:
        count = len(images)
        if "filter" in self.groups:
            gains, touched = corruption.draw_gains(count, p)
            images = _choose(touched, corruption.amplify(images, gains), images)
        if "noise" in self.groups:
            deviations, touched = corruption.draw_noise(count, p)
            images = _choose(touched, corruption.add_noise(images, deviations), images)
        if "cutout" in self.groups:
            across, down = anywhere(count, images.device)
            images = _choose(coins(count, p), corruption.cut_out(images, across, down), images)
        return images


def _choose(touched: torch.Tensor, changed: torch.Tensor, images: torch.Tensor) -> torch.Tensor:
    return torch.where(per_image(touched, images), changed, images)
