"""Training throughput of a DCGAN against the plain loop, at batch 64."""

import copy

import torch
from comparison import Comparison
from peers import dcgan as plain

from augury.augmentation.classical import scale
from augury.generators.dcgan.training import TASK
from tasks.generators import training

BATCH, STEPS = 64, {64: 4, 128: 2}


def dcgan64() -> Comparison:
    return _training(64)


def dcgan128() -> Comparison:
    return _training(128)


def build(images: torch.Tensor, precision: str = "auto", seed: int = 0, **changes):
    """Our training of one class with fresh weights."""
    return training(TASK, images, {"batch": BATCH, "precision": precision} | changes, seed)


def _training(size: int) -> Comparison:
    images = torch.randint(0, 256, (256, size, size, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    made = build(images)
    loop = plain.Loop(scale(images), BATCH)
    taken = iter(range(10**9))

    def ours() -> None:
        for _ in range(STEPS[size]):
            made.step(next(taken), 0)

    def peer() -> None:
        for _ in range(STEPS[size]):
            loop.step()

    work = STEPS[size] * BATCH
    return Comparison("the plain loop in fp32", "images per second", ours, peer, lambda: check_same(images), work=work)


def check_same(images: torch.Tensor) -> None:
    """From the same weights and batch: the same losses and weights after a step in fp32, near ones in bf16."""
    for precision, bound in (("fp32", 2e-4), ("bf16", 3e-2)):
        made = build(images, precision, ema_half_life_kimg=0)
        loop = plain.Loop(scale(images), BATCH)
        pairs = ((loop.generator, made.generator), (loop.discriminator, made.discriminator))
        for theirs, mine in pairs:
            theirs.load_state_dict(
                dict(zip(theirs.state_dict(), copy.deepcopy(mine.state_dict()).values(), strict=True))
            )
        real, _ = made._batch_of(made._begin(0, 0))
        latents = torch.randn(BATCH, plain.LATENT)
        values = made.step(0, 0)
        losses = loop.train(real.contiguous(), latents)
        own = [values["loss_discriminator"].item(), values["loss_generator"].item()]
        for ours, theirs in zip(own, losses, strict=True):
            assert abs(ours - theirs) <= bound * max(1, abs(theirs)), (precision, own, losses)
