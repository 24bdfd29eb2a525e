"""A projected GAN as its public code trains one: fp32, each player's step with generated images of its own.

Sauer et al. 2021 (arXiv:2111.01007), with FastGAN's light generator; nothing is folded, shared or reordered.
"""

import itertools
from collections.abc import Callable, Sequence

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from peers.batches import endless

FACTORS = {4: 16, 8: 8, 16: 4, 32: 2, 64: 2, 128: 1}
WIDTHS = (64, 64, 128, 256, 512)
CUT, MIXED, SEEN = (24, 40, 112, 320), (64, 128, 256, 512), (64, 64, 128, 256)


def convolution(*sizes: int, bias: bool = False) -> nn.Module:
    """Of spectral norm 1."""
    return spectral_norm(nn.Conv2d(*sizes, bias=bias))


class Generator(nn.Module):
    """Latents (N, latent) -> images (N, channels, size_px, size_px)."""

    def __init__(self, size_px: int, channels: int, latent: int, width: int) -> None:
        super().__init__()
        maps = {size: factor * width for size, factor in FACTORS.items() if size <= size_px}
        start = spectral_norm(nn.ConvTranspose2d(latent, 2 * maps[4], 4, bias=False))
        self.start = nn.Sequential(start, nn.BatchNorm2d(2 * maps[4]), nn.GLU(1))
        self.doublings = nn.ModuleDict(
            {
                str(after): nn.Sequential(
                    nn.Upsample(scale_factor=2),
                    convolution(maps[before], 2 * maps[after], 3, 1, 1),
                    nn.BatchNorm2d(2 * maps[after]),
                    nn.GLU(1),
                )
                for before, after in itertools.pairwise(maps)
            }
        )
        self.excitations = nn.ModuleDict(
            {
                str(size): nn.Sequential(
                    nn.AdaptiveAvgPool2d(4),
                    convolution(maps[size // 16], maps[size], 4),
                    nn.SiLU(),
                    convolution(maps[size], maps[size], 1),
                    nn.Sigmoid(),
                )
                for size in maps
                if size >= 64
            }
        )
        self.last = convolution(maps[size_px], channels, 3, 1, 1, bias=True)

    def forward(self, latents: torch.Tensor) -> torch.Tensor:
        latents = latents * (latents.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()
        maps = self.start(latents[:, :, None, None])
        seen = {4: maps}
        for size, block in self.doublings.items():
            maps = block(maps)
            if size in self.excitations:
                maps = maps * self.excitations[size](seen[int(size) // 16])
            seen[int(size)] = maps
        return self.last(maps)


class Features(nn.Module):
    """A frozen network of timm's behind its normalisation, and random convolutions."""

    def __init__(self, classifier: nn.Module, side: int) -> None:
        super().__init__()
        self.side, self.classifier = side, classifier
        self.across_channels = nn.ModuleList(nn.Conv2d(*each, 1) for each in zip(CUT, MIXED, strict=True))
        self.across_scales = nn.ModuleList(nn.Conv2d(*each, 1) for each in zip(MIXED, SEEN, strict=True))
        self.eval().requires_grad_(False)

    def forward(self, images: torch.Tensor) -> list[torch.Tensor]:
        images = F.interpolate(images, self.side, mode="bilinear", align_corners=False)
        network = self.classifier.network
        maps, mixed = network.bn1(network.conv_stem(self.classifier.normalise(images))), []
        for number, block in enumerate(network.blocks):
            maps = block(maps)
            if number in (1, 2, 4, 6):
                mixed.append(self.across_channels[len(mixed)](maps))
        seen: list[torch.Tensor] = []
        for scale in (3, 2, 1, 0):
            whole = mixed[scale] + seen[-1] if seen else mixed[scale]
            doubled = F.interpolate(whole, scale_factor=2, mode="bilinear", align_corners=True)
            seen.append(self.across_scales[scale](doubled))
        return seen[::-1]


def head(widths: Sequence[int]) -> nn.Sequential:
    """Maps -> logits."""
    layers: list[nn.Module] = []
    for before, after in itertools.pairwise(widths):
        layers += [convolution(before, after, 4, 2, 1, bias=True), nn.BatchNorm2d(after), nn.LeakyReLU(0.2, True)]
    return nn.Sequential(*layers, convolution(widths[-1], 1, 4))


class Loop:
    """The loop over batches of images (N, C, S, S) in [-1, 1]."""

    def __init__(
        self,
        images: torch.Tensor,
        batch: int,
        classifier: nn.Module,
        side: int,
        augment: Callable[[torch.Tensor], torch.Tensor],
        latent: int = 256,
        width: int = 32,
    ) -> None:
        self.latent, self.augment = latent, augment
        self.generator = Generator(images.shape[-1], images.shape[1], latent, width)
        self.features = Features(classifier, side)
        self.heads = nn.ModuleList(head([seen, *WIDTHS[scale + 1 :]]) for scale, seen in enumerate(SEEN))
        options = {"lr": 2e-4, "betas": (0.0, 0.99)}
        self.of_generator = torch.optim.Adam(self.generator.parameters(), **options)
        self.of_heads = torch.optim.Adam(self.heads.parameters(), **options)
        self.batches = endless(images, batch)

    def step(self) -> None:
        """One batch of each player."""
        self.train(next(self.batches))

    def judge(self, images: torch.Tensor) -> torch.Tensor:
        """Logits (N, L)."""
        maps = self.features(self.augment(images))
        return torch.cat([head(each).flatten(1) for head, each in zip(self.heads, maps, strict=True)], dim=1)

    def train(self, real: torch.Tensor, latents: torch.Tensor | None = None) -> tuple[float, float]:
        """The same with images and latent vectors given, of both players; returns both losses."""
        drawn = [torch.randn(len(real), self.latent) if latents is None else latents for _ in range(2)]
        self.heads.requires_grad_(True)
        self.of_heads.zero_grad()
        with torch.no_grad():
            fake = self.generator(drawn[0])
        of_fake = F.relu(1 + self.judge(fake)).mean()
        of_fake.backward()
        of_real = F.relu(1 - self.judge(real)).mean()
        of_real.backward()
        self.of_heads.step()
        self.heads.requires_grad_(False)
        self.of_generator.zero_grad()
        loss = -self.judge(self.generator(drawn[1])).mean()
        loss.backward()
        self.of_generator.step()
        return of_fake.item() + of_real.item(), loss.item()
