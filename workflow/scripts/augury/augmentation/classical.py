"""Classical augmentation: flips, quarter turns, rotation, scale, shift, brightness, contrast, saturation.

Every image of a batch draws its own parameters from torch's global generator, so a step is a function of its seed.
On the fly it meets each batch; offline it makes a fixed set of copies before training.
"""

import dataclasses
import math
from collections.abc import Iterator

import numpy as np
import torch
from torch.nn import functional as F

from augury.augmentation.chance import rand
from augury.images.mapped_arrays import gathered
from augury.settings.augmentation import Augmentation
from augury.training.randomness import mix_seed


@dataclasses.dataclass(frozen=True)
class Classical:
    """By strengths of which zero or False switches a part off; every image draws its own within them, uniformly."""

    settings: Augmentation

    def __call__(self, images: torch.Tensor) -> torch.Tensor:
        """Images (N, C, S, S) in [-1, 1] -> augmented images of the same shape and range, differentiable."""
        by = self.settings
        images = _dihedral(images, by.flip_horizontal, by.flip_vertical, by.quarter_turns)
        if by.rotation_degrees or by.scale or by.shift:
            images = self._warp(images)
        if by.brightness or by.contrast or by.saturation:
            images = self._recolour(images)
        return images

    def _warp(self, images: torch.Tensor) -> torch.Tensor:
        # Zoom is by exp(+- log(1 + scale)). Pixels from beyond the border repeat it: black corners would be a mark of
        # augmentation.
        count, device, shift = len(images), images.device, self.settings.shift
        angle = _uniform(count, device) * math.radians(self.settings.rotation_degrees)
        zoom = torch.exp(_uniform(count, device) * math.log1p(self.settings.scale))
        cosine, sine = torch.cos(angle) / zoom, torch.sin(angle) / zoom
        across, down = _uniform(count, device) * 2 * shift, _uniform(count, device) * 2 * shift
        matrix = torch.stack([torch.stack([cosine, -sine, across], 1), torch.stack([sine, cosine, down], 1)], 1)
        grid = F.affine_grid(matrix, list(images.shape), align_corners=False)
        return F.grid_sample(images, grid.to(images.dtype), mode="bilinear", padding_mode="border", align_corners=False)

    def _recolour(self, images: torch.Tensor) -> torch.Tensor:
        # Contrast about the image's mean, saturation about the pixel's grey (RGB only); brightness is added.
        count, device = len(images), images.device

        def factor(strength: float) -> torch.Tensor:
            return 1 + strength * _uniform(count, device)[:, None, None, None]

        mean = images.mean(dim=(1, 2, 3), keepdim=True)
        images = mean + (images - mean) * factor(self.settings.contrast)
        if images.shape[1] == 3:
            grey = images.mean(dim=1, keepdim=True)
            images = grey + (images - grey) * factor(self.settings.saturation)
        shift = 2 * self.settings.brightness * _uniform(count, device)[:, None, None, None]
        return (images + shift).clamp(-1, 1)


def offline_copies(
    images: np.ndarray, identities: list[str], wanted: int, augment: Classical, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """A fixed set of `wanted` augmented copies, spread evenly over the originals.

    images: uint8 (N, S, S, C). Copy k of an original depends on (seed, its identity, k) alone, so adding an image
    changes no copy of another. Returns uint8 (M, S, S, C) and the index of each copy's original, (M,).
    """
    order = sorted(range(len(images)), key=lambda index: mix_seed(seed, "order", identities[index]))
    sources = [order[number % len(order)] for number in range(wanted)]

    def made() -> Iterator[np.ndarray]:
        yield images[:0]
        for number, source in enumerate(sources):
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(mix_seed(seed, "copy", identities[source], number // len(order)))
                copy = unscale(augment(scale(torch.from_numpy(images[source : source + 1]))))
            yield copy

    return gathered(made(), wanted), np.asarray(sources, dtype=np.int64)


def scale(images: torch.Tensor) -> torch.Tensor:
    """uint8 (N, H, W, C) -> float32 (N, C, H, W) in [-1, 1], channels last in memory."""
    return images.permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)


def unscale(images: torch.Tensor) -> np.ndarray:
    """The inverse of scale, rounded to nearest, on the CPU."""
    return images.mul(127.5).add(127.5).round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()


def _dihedral(images: torch.Tensor, horizontal: bool, vertical: bool, turns: bool) -> torch.Tensor:
    count, device = len(images), images.device

    def chosen() -> torch.Tensor:
        return rand(count, device).lt(0.5)[:, None, None, None]

    if horizontal:
        images = torch.where(chosen(), images.flip(3), images)
    if vertical:
        images = torch.where(chosen(), images.flip(2), images)
    if turns:
        # Two coins make the four turns: a quarter turn and a half turn, each or not.
        images = torch.where(chosen(), images.rot90(1, (2, 3)), images)
        images = torch.where(chosen(), images.rot90(2, (2, 3)), images)
    return images


def _uniform(count: int, device: torch.device) -> torch.Tensor:
    return rand(count, device) * 2 - 1
