"""Training throughput of a projected GAN against the plain loop, at batch 16 and 64 px, both with images of 224 px."""

from pathlib import Path

import torch
from comparison import Comparison
from peers import projected as plain
from torch import nn

from augury.augmentation.classical import scale
from augury.augmentation.diffaugment import POLICIES, DiffAugment
from augury.classifiers import pretrained
from augury.classifiers.sources import find
from augury.classifiers.timm_zoo import network as timm_zoo
from augury.generators.projected.family import NETWORK
from augury.generators.projected.training import TASK
from tasks.generators import training

BATCH, SIZE, SIDE = 16, 64, 224


def projected64() -> Comparison:
    images = torch.randint(0, 256, (64, SIZE, SIZE, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    made, loop = training(TASK, images, {"batch": BATCH}), plain_loop(images, DiffAugment(POLICIES))
    taken = iter(range(10**9))
    return Comparison(
        "the public code's loop in fp32",
        "images per second",
        lambda: made.step(next(taken), 0),
        loop.step,
        lambda: check_same(images),
        work=BATCH,
        rounds=3,
    )


def plain_loop(images: torch.Tensor, augment) -> plain.Loop:
    """The peer on the packaged weights."""
    classifier = timm_zoo.build(NETWORK, SIDE, 3, 2)
    pretrained.load(classifier, find(NETWORK, True, Path("nowhere")))
    return plain.Loop(scale(images).contiguous(), BATCH, classifier, SIDE, augment)


def check_same(images: torch.Tensor) -> None:
    """From the same weights, batch and latent vectors: the same losses in fp32, near ones in bf16."""
    for precision, bound in (("fp32", 2e-3), ("bf16", 5e-2)):
        made = training(TASK, images, {"batch": BATCH, "precision": precision, "diffaugment": []})
        loop, judge = plain_loop(images, nn.Identity()), made.discriminator
        for mixing in ("across_channels", "across_scales"):
            _copy(getattr(judge.features, mixing), getattr(loop.features, mixing))
        _copy(judge.heads, loop.heads)
        _copy(made.generator, loop.generator)
        real, _ = made._batch_of(made._begin(0, 0))
        latents = torch.randn(BATCH, made.settings.latent_dim)
        values = made.step(0, 0)
        losses = loop.train(real.contiguous(), latents)
        own = [values["loss_discriminator"].item(), values["loss_generator"].item()]
        for ours, theirs in zip(own, losses, strict=True):
            assert abs(ours - theirs) <= bound * max(1, abs(theirs)), (precision, own, losses)


def _copy(ours: nn.Module, theirs: nn.Module) -> None:
    # Of the same layers in the same order, under other names.
    values = (value.clone() for value in ours.state_dict().values())
    theirs.load_state_dict(dict(zip(theirs.state_dict(), values, strict=True)))
