"""EDM as its published code trains it, written down plainly: DDPM++ in fp32, a loader, and loops over weights."""

import copy

import torch
from torch import nn
from torch.nn import functional as F

from peers.batches import endless


class Block(nn.Module):
    """A residual block; resample: None, down or up."""

    def __init__(self, inputs: int, outputs: int, wide: int, attention: bool = False, resample: str | None = None):
        super().__init__()
        self.resample = resample
        self.norm0, self.conv0 = nn.GroupNorm(inputs // 4, inputs), nn.Conv2d(inputs, outputs, 3, padding=1)
        self.affine = nn.Linear(wide, outputs)
        self.norm1, self.conv1 = nn.GroupNorm(outputs // 4, outputs), nn.Conv2d(outputs, outputs, 3, padding=1)
        self.skip = nn.Conv2d(inputs, outputs, 1) if resample or inputs != outputs else nn.Identity()
        self.attention = nn.MultiheadAttention(outputs, 1, batch_first=True) if attention else None
        self.norm2 = nn.GroupNorm(outputs // 4, outputs)

    def _resampled(self, maps: torch.Tensor) -> torch.Tensor:
        if self.resample == "down":
            return F.avg_pool2d(maps, 2)
        return F.interpolate(maps, scale_factor=2) if self.resample == "up" else maps

    def forward(self, maps: torch.Tensor, embedding: torch.Tensor) -> torch.Tensor:
        made = self.conv0(self._resampled(F.silu(self.norm0(maps)))) + self.affine(embedding)[:, :, None, None]
        made = (self.conv1(F.silu(self.norm1(made))) + self.skip(self._resampled(maps))) * 0.5**0.5
        if self.attention is not None:
            tokens = self.norm2(made).flatten(2).transpose(1, 2)
            found = self.attention(tokens, tokens, tokens)[0].transpose(1, 2).reshape(made.shape)
            made = (made + found) * 0.5**0.5
        return made


class UNet(nn.Module):
    """The published U-Net: the block that doubles the side keeps the maps of the smaller one."""

    def __init__(self, size_px: int, channels: int, maps: list[int], attention: int) -> None:
        super().__init__()
        first, wide = max(32, maps[0]), 4 * max(32, maps[0])
        self.frequencies = nn.Parameter(torch.rand(first // 2), requires_grad=False)
        self.embedding = nn.Sequential(nn.Linear(first, wide), nn.SiLU(), nn.Linear(wide, wide), nn.SiLU())
        self.stem, self.down, self.up = nn.Conv2d(channels, maps[0], 3, padding=1), nn.ModuleList(), nn.ModuleList()
        held, skips = maps[0], [maps[0]]
        for level, width in enumerate(maps):
            if level:
                self.down.append(Block(held, held, wide, resample="down"))
                skips.append(held)
            self.down.append(Block(held, width, wide, size_px >> level <= attention))
            held = width
            skips.append(held)
        self.middle = nn.ModuleList([Block(held, held, wide, True), Block(held, held, wide)])
        for level, width in reversed(list(enumerate(maps))):
            if level < len(maps) - 1:
                self.up.append(Block(held, held, wide, resample="up"))
            for number in range(2):
                self.up.append(Block(held + skips.pop(), width, wide, bool(number) and size_px >> level <= attention))
                held = width
        self.norm, self.head = nn.GroupNorm(held // 4, held), nn.Conv2d(held, channels, 3, padding=1)

    def forward(self, maps: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        angles = noise[:, None] * self.frequencies
        embedding = self.embedding(torch.cat([angles.sin(), angles.cos()], dim=1))
        maps = self.stem(maps)
        skips = [maps]
        for block in self.down:
            maps = block(maps, embedding)
            skips.append(maps)
        for block in self.middle:
            maps = block(maps, embedding)
        for block in self.up:
            maps = block(maps if block.resample else torch.cat([maps, skips.pop()], dim=1), embedding)
        return self.head(F.silu(self.norm(maps)))


class Loop:
    """The loop over batches of images (N, C, S, S) in [-1, 1]."""

    def __init__(self, images: torch.Tensor, batch: int, maps: list[int], attention: int) -> None:
        self.network = UNet(images.shape[-1], images.shape[1], maps, attention)
        self.average = copy.deepcopy(self.network).eval()
        self.optimiser = torch.optim.Adam(self.network.parameters(), lr=1e-3)
        self.batches = endless(images, batch)

    def step(self) -> float:
        """One batch: noise of lognormal levels is taken off, and the average follows."""
        images = next(self.batches)
        sigma = (torch.randn(len(images), 1, 1, 1) * 1.2 - 1.2).exp()
        noisy, total = images + torch.randn_like(images) * sigma, sigma**2 + 0.25
        made = self.network(noisy / total.sqrt(), (sigma.log() / 4).flatten())
        denoised = 0.25 / total * noisy + sigma * 0.5 / total.sqrt() * made
        loss = (total / (sigma * 0.5) ** 2 * (denoised - images) ** 2).mean()
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        for average, weight in zip(self.average.parameters(), self.network.parameters(), strict=True):
            average.data.copy_(weight.detach().lerp(average.data, 0.999))
        return loss.item()
