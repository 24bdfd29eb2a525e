"""StyleGAN2 written down as its paper says (arXiv:1912.04958): fp32, contiguous, a kernel for each image, plain loops.

Generated images are drawn once for each player, and upsampling, blurring and halving are depthwise convolutions, as in
the well-known reimplementations. Parameters are registered in the order of ours, so that weights can be handed over.
Differentiable augmentation is given: its pipeline is a paper of its own, and both sides use the same.
"""

import itertools
import math
from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional as F

LATENT, SLOPE, MAPPING_RATE = 512, 0.2, 0.01


def resample(maps: torch.Tensor, pads: tuple[int, int], gain: float = 1.0, up: int = 1, down: int = 1) -> torch.Tensor:
    """Zeros between pixels, padding, the 4 x 4 kernel on each map, and every down-th pixel of it."""
    count, channels, height, width = maps.shape
    if up > 1:
        wide = maps.new_zeros(count, channels, height, up, width, up)
        wide[:, :, :, 0, :, 0] = maps
        maps = wide.reshape(count, channels, height * up, width * up)
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
    kernel = (torch.outer(taps, taps) * gain).expand(channels, 1, 4, 4)
    return F.conv2d(F.pad(maps, (*pads, *pads)), kernel, groups=channels)[:, :, ::down, ::down]


class Linear(nn.Module):
    def __init__(self, inputs: int, outputs: int, bias: float = 0.0, rate: float = 1.0, activated: bool = False):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / rate)
        self.bias = nn.Parameter(torch.full((outputs,), bias / rate))
        self.rate, self.activated = rate, activated

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        made = F.linear(values, self.weight * self.rate / math.sqrt(values.shape[1]), self.bias * self.rate)
        return F.leaky_relu(made, SLOPE) * math.sqrt(2) if self.activated else made


class Modulated(nn.Module):
    def __init__(self, inputs: int, outputs: int, size: int, up: bool = False, demodulated: bool = True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, size, size))
        self.affine = Linear(LATENT, inputs, bias=1.0)
        self.up, self.demodulated = up, demodulated

    def forward(self, maps: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
        count, inputs, height, width = maps.shape
        outputs, _, size, _ = self.weight.shape
        weight = self.weight[None] / math.sqrt(inputs * size**2) * self.affine(style)[:, None, :, None, None]
        if self.demodulated:
            weight = weight * torch.rsqrt(weight.square().sum(dim=(2, 3, 4), keepdim=True) + 1e-8)
        maps = maps.reshape(1, count * inputs, height, width)
        if self.up:
            weight = weight.transpose(1, 2).reshape(count * inputs, outputs, size, size)
            maps = F.conv_transpose2d(maps, weight, stride=2, groups=count)
            return resample(maps.reshape(count, outputs, *maps.shape[2:]), (1, 1), gain=4.0)
        weight = weight.reshape(count * outputs, inputs, size, size)
        return F.conv2d(maps, weight, padding=size // 2, groups=count).reshape(count, outputs, height, width)


class Styled(nn.Module):
    def __init__(self, inputs: int, outputs: int, up: bool):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.strength = nn.Parameter(torch.zeros([]))
        self.convolution = Modulated(inputs, outputs, 3, up)

    def forward(self, maps: torch.Tensor, style: torch.Tensor, noise: torch.Tensor | None) -> torch.Tensor:
        maps = self.convolution(maps, style)
        noise = torch.randn(len(maps), 1, *maps.shape[2:]) if noise is None else noise
        return F.leaky_relu(maps + noise * self.strength + self.bias[:, None, None], SLOPE) * math.sqrt(2)


class Block(nn.Module):
    def __init__(self, inputs: int, outputs: int, first: bool):
        super().__init__()
        self.image_bias = nn.Parameter(torch.zeros(3))
        shapes = [(inputs, outputs, False)] if first else [(inputs, outputs, True), (outputs, outputs, False)]
        self.layers = nn.ModuleList(Styled(*shape) for shape in shapes)
        self.to_image = Modulated(outputs, 3, 1, demodulated=False)


class Generator(nn.Module):
    def __init__(self, maps: list[int], mapping_layers: int) -> None:
        super().__init__()
        self.start = nn.Parameter(torch.randn(1, maps[0], 4, 4))
        layers = [Linear(LATENT, LATENT, rate=MAPPING_RATE, activated=True) for _ in range(mapping_layers)]
        self.mapping = nn.Sequential(*layers)
        pairs = zip([maps[0], *maps], maps, strict=False)
        self.blocks = nn.ModuleList(Block(a, b, first=not index) for index, (a, b) in enumerate(pairs))
        self.styles = 2 * len(maps)

    def styled(self, latents: torch.Tensor) -> torch.Tensor:
        scaled = latents * torch.rsqrt(latents.square().mean(dim=1, keepdim=True) + 1e-8)
        return self.mapping(scaled)[:, None].repeat(1, self.styles, 1)

    def synthesise(self, styles: torch.Tensor, noises: list[torch.Tensor] | None = None) -> torch.Tensor:
        maps, image, index = self.start.repeat(len(styles), 1, 1, 1), None, 0
        for block in self.blocks:
            for layer in block.layers:
                maps = layer(maps, styles[:, index], None if noises is None else noises[index])
                index += 1
            made = block.to_image(maps, styles[:, index]) + block.image_bias[:, None, None]
            image = made if image is None else resample(image, (2, 1), gain=4.0, up=2) + made
        return image


class Convolution(nn.Module):
    def __init__(self, inputs: int, outputs: int, size: int, down: bool = False, activated: bool = True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, size, size))
        self.bias = nn.Parameter(torch.zeros(outputs)) if activated else None
        self.down = down

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        _, inputs, size, _ = self.weight.shape
        weight = self.weight / math.sqrt(inputs * size**2)
        if self.down:
            pad = size // 2 + 1
            maps = F.conv2d(resample(maps, (pad, pad)), weight, stride=2)
        else:
            maps = F.conv2d(maps, weight, padding=size // 2)
        if self.bias is None:
            return maps
        return F.leaky_relu(maps + self.bias[:, None, None], SLOPE) * math.sqrt(2)


class DiscriminatorBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.layers = nn.Sequential(Convolution(inputs, inputs, 3), Convolution(inputs, outputs, 3, down=True))
        self.shortcut = Convolution(inputs, outputs, 1, down=True, activated=False)

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        return (self.layers(maps) + self.shortcut(maps)) / math.sqrt(2)


class Discriminator(nn.Module):
    def __init__(self, maps: list[int], group: int) -> None:
        super().__init__()
        self.group = group
        self.from_image = Convolution(3, maps[-1], 1)
        pairs = itertools.pairwise(reversed(maps))
        self.blocks = nn.Sequential(*(DiscriminatorBlock(a, b) for a, b in pairs))
        self.convolution = Convolution(maps[0] + 1, maps[0], 3)
        self.linear = Linear(maps[0] * 16, maps[0], activated=True)
        self.output = Linear(maps[0], 1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        maps = self.blocks(self.from_image(images))
        grouped = maps.reshape(self.group, -1, *maps.shape[1:])
        deviation = (grouped.var(dim=0, unbiased=False) + 1e-8).sqrt().mean(dim=(1, 2, 3))
        plane = deviation.repeat(self.group)[:, None, None, None].repeat(1, 1, 4, 4)
        maps = self.convolution(torch.cat([maps, plane], dim=1))
        return self.output(self.linear(maps.flatten(1)))[:, 0]


class Loop:
    """The loop over batches of images (N, 3, S, S) in [-1, 1]; settings: ours, by their names in the config."""

    def __init__(self, images: torch.Tensor, maps: list[int], settings: dict, augment: Callable) -> None:
        self.images, self.settings, self.augment = images, settings, augment
        self.generator = Generator(maps, settings["mapping_layers"])
        self.discriminator = Discriminator(maps, settings["mbstd_group_size"])
        self.average = Generator(maps, settings["mapping_layers"])
        self.average.load_state_dict(self.generator.state_dict())
        self.path_mean, self.steps_done = torch.zeros(()), 0
        made = []
        of_players = (self.generator, "pl_weight", "pl_interval"), (self.discriminator, "r1_gamma", "r1_interval")
        for network, weight, interval in of_players:
            power = settings[interval] / (settings[interval] + 1) if settings[weight] else 1.0
            betas = (0.0, 0.99**power)
            made.append(torch.optim.Adam(network.parameters(), settings["learning_rate"] * power, betas, eps=1e-8))
        self.of_generator, self.of_discriminator = made

    def fake(self, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Images and their styles, of two latent vectors each where styles are mixed."""
        styles = self.generator.styled(torch.randn(count, LATENT))
        for number in range(count):
            if torch.rand(()) < self.settings["style_mixing"]:
                first = int(torch.randint(1, self.generator.styles, ()))
                other = self.generator.styled(torch.randn(1, LATENT))
                rest = torch.arange(self.generator.styles)[:, None] >= first
                styles = torch.cat([styles[:number], torch.where(rest, other, styles[number]), styles[number + 1 :]])
        return self.generator.synthesise(styles), styles

    def step(self) -> None:
        """One batch: the discriminator, R1 where it is due, the generator, and path lengths where they are due."""
        settings, batch = self.settings, self.settings["batch"]
        real = self.images[torch.randint(len(self.images), (batch,))]
        fake, _ = self.fake(batch)
        judged = self.discriminator(self.augment(fake.detach())), self.discriminator(self.augment(real))
        self.descend(self.of_discriminator, F.softplus(judged[0]).mean() + F.softplus(-judged[1]).mean())
        if self.steps_done % settings["r1_interval"] == 0:
            self.descend(self.of_discriminator, self.r1(real) * settings["r1_gamma"] * settings["r1_interval"])
        fake, _ = self.fake(batch)
        self.descend(self.of_generator, F.softplus(-self.discriminator(self.augment(fake))).mean())
        if settings["pl_weight"] and self.steps_done % settings["pl_interval"] == 0:
            fake, styles = self.fake(max(1, batch // settings["pl_batch_shrink"]))
            penalty = self.path(fake, styles, torch.randn_like(fake))
            self.descend(self.of_generator, penalty * settings["pl_weight"] * settings["pl_interval"])
        for mean, weight in zip(self.average.parameters(), self.generator.parameters(), strict=True):
            mean.data.mul_(0.999).add_(weight.data, alpha=0.001)
        self.steps_done += 1

    def r1(self, real: torch.Tensor) -> torch.Tensor:
        """The penalty on the discriminator's gradients at real images, without its weight."""
        images = real.clone().requires_grad_(True)
        (slopes,) = torch.autograd.grad(self.discriminator(self.augment(images)).sum(), images, create_graph=True)
        return slopes.square().sum(dim=(1, 2, 3)).mean() / 2

    def path(self, fake: torch.Tensor, styles: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        """The penalty on path lengths, without its weight; moves their mean."""
        total = (fake * noise / math.sqrt(fake.shape[2] * fake.shape[3])).sum()
        (slopes,) = torch.autograd.grad(total, styles, create_graph=True)
        lengths = slopes.square().sum(dim=2).mean(dim=1).sqrt()
        mean = self.path_mean + 0.01 * (lengths.mean() - self.path_mean)
        self.path_mean = mean.detach()
        return (lengths - mean).square().mean()

    def descend(self, optimiser: torch.optim.Optimizer, loss: torch.Tensor) -> None:
        self.generator.zero_grad()
        self.discriminator.zero_grad()
        loss.backward()
        optimiser.step()
