"""The U-Net inside a denoiser: the DDPM++ of Song et al. 2021 (arXiv:2011.13456) as Karras et al. 2022 simplified it.

Residual blocks of two 3 x 3 convolutions with group normalisation and SiLU, halving by averages and doubling by
repetition, self-attention of one head at small sides, and skips from each block of the way down to one of the way up.
Other than there, a block that doubles the side has the maps of the side that it makes, which saves a fifth of the work.
"""

import math
from collections.abc import Sequence
from typing import cast

import torch
from torch import nn
from torch.nn import functional as F

from augury.generators.diffusion.layout import BlockPlan, layout_of
from augury.generators.diffusion.resizing import doubled, halved, laid_out

HALF = math.sqrt(0.5)  # a sum of two keeps its variance
QUIET = 1e-5  # factor of the initial weights of what is added to a skip, and of the output
EPSILON = 1e-6
LEAST_EMBEDDED = 32  # numbers that a noise level becomes, at least


def normalisation(maps: int) -> nn.GroupNorm:
    """Group normalisation: at most 32 groups of at least four maps."""
    return nn.GroupNorm(min(32, max(1, maps // 4)), maps, eps=EPSILON)


def initialised(layer: nn.Conv2d | nn.Linear, gain: float = 1.0) -> nn.Conv2d | nn.Linear:
    """Uniform after Glorot and Bengio 2010 times a gain, with a bias of 0."""
    nn.init.xavier_uniform_(layer.weight)
    with torch.no_grad():
        layer.weight.mul_(gain)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def convolution(inputs: int, outputs: int, kernel: int = 3, gain: float = 1.0) -> nn.Conv2d:
    """A convolution that keeps the side."""
    return cast("nn.Conv2d", initialised(nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2), gain))


def linear(inputs: int, outputs: int, bias: bool = True) -> nn.Linear:
    """A layer of the embedding."""
    return cast("nn.Linear", initialised(nn.Linear(inputs, outputs, bias=bias)))


class Attention(nn.Module):
    """Self-attention of one head over all places, added to its input: maps (N, C, H, W) to the same."""

    def __init__(self, maps: int) -> None:
        super().__init__()
        self.norm = normalisation(maps)
        self.qkv = convolution(maps, 3 * maps, 1, math.sqrt(0.2))
        self.out = convolution(maps, maps, 1, QUIET)

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        tokens = self.qkv(self.norm(maps)).flatten(2).transpose(1, 2)  # (N, H W, 3 C)
        query, key, value = (part[:, None] for part in tokens.chunk(3, dim=2))
        attended = F.scaled_dot_product_attention(query, key, value)[:, 0]
        attended = attended.transpose(1, 2).reshape(maps.shape)
        return (maps + self.out(attended)).mul_(HALF)


class Block(nn.Module):
    """A residual block, told the embedding: (N, inputs, H, W) to (N, outputs, H', W').

    The embedding has a row for each image, or one for all.
    """

    def __init__(self, plan: BlockPlan, embedding: int, dropout: float) -> None:
        super().__init__()
        inputs, outputs = plan.inputs, plan.outputs
        self.dropout, self.resample = dropout, plan.resample
        self.norm0, self.conv0 = normalisation(inputs), convolution(inputs, outputs)
        self.affine = linear(embedding, outputs)
        self.norm1, self.conv1 = normalisation(outputs), convolution(outputs, outputs, gain=QUIET)
        self.skip = convolution(inputs, outputs, 1) if plan.resample or inputs != outputs else None
        self.attention = Attention(outputs) if plan.attention else None

    def forward(self, maps: torch.Tensor, embedding: torch.Tensor) -> torch.Tensor:
        made, side = silu(self.norm0(maps)), maps.shape[3]
        if self.resample == "down":
            made, maps = (laid_out(halved(each), side // 2) for each in (made, maps))
        # A convolution of one pixel and repeating pixels change places: the small maps are convolved.
        skip = maps if self.skip is None else self.skip(maps)
        if self.resample == "up":
            made, skip = (doubled(laid_out(each, 2 * side)) for each in (made, skip))
        made = silu(self.norm1(self._told(made, embedding)))
        made = self.conv1(F.dropout(made, self.dropout, self.training))
        made = (made + skip).mul_(HALF)
        return made if self.attention is None else self.attention(made)

    def _told(self, maps: torch.Tensor, embedding: torch.Tensor) -> torch.Tensor:
        # The first convolution, and for each map what the embedding adds to it; one row of it is a bias.
        added = self.affine(embedding)
        if len(added) == 1:
            return F.conv2d(maps, self.conv0.weight, cast("torch.Tensor", self.conv0.bias) + added[0], padding=1)
        maps = self.conv0(maps)
        return maps + added[:, :, None, None].to(maps.dtype)


class UNet(nn.Module):
    """Noisy images (N, C, S, S), noise levels (N,), labels (N, K) and moves (N, A) -> images (N, C, S, S).

    maps: of each level, from the image's side downwards. blocks: residual blocks of a level. attention: the largest
    side that has self-attention. labels, moves: how many numbers they have; 0 for none.
    """

    def __init__(
        self,
        size_px: int,
        channels: int,
        maps: Sequence[int],
        blocks: int,
        attention: int,
        dropout: float,
        labels: int,
        moves: int,
    ) -> None:
        super().__init__()
        first = max(maps[0], LEAST_EMBEDDED)
        wide = 4 * first
        self.embedded = first
        self.of_label = linear(labels, first) if labels else None
        self.of_move = linear(moves, first, bias=False) if moves else None
        self.embedding = nn.ModuleList([linear(first, wide), linear(wide, wide)])
        self.stem = convolution(channels, maps[0])
        layout = layout_of(size_px, maps, blocks, attention)
        self.down, self.middle, self.up = (
            nn.ModuleList([Block(plan, wide, dropout) for plan in part])
            for part in (layout.down, layout.middle, layout.up)
        )
        current = layout.up[-1].outputs
        self.norm, self.head = normalisation(current), convolution(current, channels, gain=QUIET)

    def forward(
        self, images: torch.Tensor, noise: torch.Tensor, labels: torch.Tensor | None, moves: torch.Tensor | None
    ) -> torch.Tensor:
        embedding = self._embedded(noise, labels, moves)
        maps = laid_out(self.stem(images), images.shape[3])
        skips = [maps]
        for block in self.down:
            maps = block(maps, embedding)
            skips.append(maps)
        for block in self.middle:
            maps = block(maps, embedding)
        for block in self.up:
            if not block.resample:
                maps = torch.cat([maps, skips.pop()], dim=1)
            maps = block(maps, embedding)
        return self.head(silu(self.norm(maps)))

    def _embedded(self, noise: torch.Tensor, labels: torch.Tensor | None, moves: torch.Tensor | None) -> torch.Tensor:
        # In fp32 whatever the rest is in: bf16 has eight bits, and neighbouring noise levels would be one.
        with torch.autocast(noise.device.type, enabled=False):
            embedding = sinusoids(noise.float(), self.embedded)
            if self.of_label is not None and labels is not None:
                embedding = embedding + self.of_label(labels * math.sqrt(labels.shape[1]))
            if self.of_move is not None and moves is not None:
                embedding = embedding + self.of_move(moves)
            for layer in self.embedding:
                embedding = F.silu(layer(embedding))
        return embedding


def sinusoids(positions: torch.Tensor, count: int) -> torch.Tensor:
    """Positions (N,) -> (N, count): sines, then cosines, of frequencies from 1 down to 1/10,000 (arXiv:2006.11239)."""
    half = count // 2
    falling = torch.arange(half, device=positions.device, dtype=torch.float32) / max(half - 1, 1)
    angles = positions[:, None] * (1 / 10000) ** falling
    return torch.cat([angles.sin(), angles.cos()], dim=1)


def silu(maps: torch.Tensor) -> torch.Tensor:
    """x sigmoid(x), in place of the maps where nothing is learned."""
    return F.silu(maps, inplace=not torch.is_grad_enabled())
