"""Training throughput of a diffusion model against the published code's kind of loop, at the laptop's settings."""

import time

import torch
from comparison import Comparison
from peers import diffusion as plain

from augury.augmentation.classical import scale
from augury.generators.diffusion.training import TASK
from tasks.generators import training

STEPS = 2


def diffusion32() -> Comparison:
    return _training(32)


def diffusion64() -> Comparison:
    return _training(64)


def _training(size: int) -> Comparison:
    images = torch.randint(0, 256, (256, size, size, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    made = training(TASK, images, {"augment": 0.0})
    settings = made.settings
    maps = [settings.model_channels * factor for factor in settings.channel_mult]
    loop = plain.Loop(scale(images).contiguous(), settings.batch, maps, settings.attention_px)
    taken = iter(range(10**9))

    def ours() -> None:
        for _ in range(STEPS):
            made.step(next(taken), 0)

    def peer() -> None:
        for _ in range(STEPS):
            loop.step()

    work, kind = STEPS * settings.batch, "the published kind of loop in fp32"
    # Seconds of the processor: one thread each, also where the machine has more to do.
    return Comparison(kind, "images per second", ours, peer, lambda: check_same(images), work, clock=time.process_time)


def check_same(images: torch.Tensor) -> None:
    """Networks that know nothing have a loss of about 1 on both sides, whatever the level."""
    made = training(TASK, images, {"augment": 0.0, "precision": "fp32"})
    loop = plain.Loop(scale(images).contiguous(), 32, [32, 64, 64], 15)
    torch.nn.init.zeros_(loop.network.head.weight)
    torch.nn.init.zeros_(loop.network.head.bias)
    losses = made.step(0, 0)["loss_denoising"].item(), loop.step()
    assert abs(losses[0] - losses[1]) < 0.4 * losses[1], losses
