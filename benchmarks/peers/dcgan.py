"""A DCGAN as tutorials teach it: fp32, contiguous tensors, a loader over tensors, and both networks' plain steps."""

import itertools

import torch
from torch import nn

from peers.batches import endless

LATENT = 100


def generator(size_px: int, channels: int, width: int = 64, most: int = 512) -> nn.Sequential:
    """Transposed convolutions from 1 x 1 to size_px, a power of two."""
    widths = [min(width * 2**stage, most) for stage in range(_stages(size_px))][::-1]
    layers = [nn.ConvTranspose2d(LATENT, widths[0], 4, 1, 0, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU(True)]
    for before, after in itertools.pairwise(widths):
        layers += [nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU(True)]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], channels, 4, 2, 1), nn.Tanh())


def discriminator(size_px: int, channels: int, width: int = 64, most: int = 512) -> nn.Sequential:
    """Strided convolutions down to one logit."""
    widths = [min(width * 2**stage, most) for stage in range(_stages(size_px))]
    layers = [nn.Conv2d(channels, widths[0], 4, 2, 1), nn.LeakyReLU(0.2, True)]
    for before, after in itertools.pairwise(widths):
        layers += [nn.Conv2d(before, after, 4, 2, 1, bias=False), nn.BatchNorm2d(after), nn.LeakyReLU(0.2, True)]
    return nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, 4, 1, 0))


def _stages(size_px: int) -> int:
    return size_px.bit_length() - 3


def initialise(layer: nn.Module) -> None:
    """Weights as the paper has them."""
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(layer.weight, 0.0, 0.02)
    elif isinstance(layer, nn.BatchNorm2d):
        nn.init.normal_(layer.weight, 1.0, 0.02)
        nn.init.zeros_(layer.bias)


class Loop:
    """The loop over batches of images (N, C, S, S) in [-1, 1]."""

    def __init__(self, images: torch.Tensor, batch: int) -> None:
        size, channels = images.shape[-1], images.shape[1]
        self.generator, self.discriminator = generator(size, channels), discriminator(size, channels)
        self.generator.apply(initialise)
        self.discriminator.apply(initialise)
        self.loss = nn.BCEWithLogitsLoss()
        options = {"lr": 2e-4, "betas": (0.5, 0.999)}
        self.of_generator = torch.optim.Adam(self.generator.parameters(), **options)
        self.of_discriminator = torch.optim.Adam(self.discriminator.parameters(), **options)
        self.batches = endless(images, batch)

    def step(self) -> None:
        """One batch: the discriminator on real and on generated images, then the generator."""
        self.train(next(self.batches))

    def train(self, real: torch.Tensor, latents: torch.Tensor | None = None) -> tuple[float, float]:
        """The same with images and latent vectors given; returns both losses."""
        ones, zeros = torch.ones(len(real)), torch.zeros(len(real))
        self.discriminator.zero_grad()
        loss_real = self.loss(self.discriminator(real).view(-1), ones)
        loss_real.backward()
        noise = torch.randn(len(real), LATENT, 1, 1) if latents is None else latents[:, :, None, None]
        fake = self.generator(noise)
        loss_fake = self.loss(self.discriminator(fake.detach()).view(-1), zeros)
        loss_fake.backward()
        self.of_discriminator.step()
        self.generator.zero_grad()
        loss_generator = self.loss(self.discriminator(fake).view(-1), ones)
        loss_generator.backward()
        self.of_generator.step()
        return (loss_real + loss_fake).item(), loss_generator.item()
