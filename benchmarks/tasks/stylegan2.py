"""Training throughput of StyleGAN2 at 64 pixels with ADA, R1 and path lengths, against the paper written down plainly.

Both sides have the public automatic configuration and the same pipeline of augmentations at a fixed p. A small batch
and one whole period of both penalties keep it short; a larger batch costs both sides nearly as much an image.
"""

import torch
from comparison import Comparison
from peers import stylegan2 as plain

from augury.augmentation.ada import ADA
from augury.augmentation.classical import scale
from augury.generators.penalties import path_lengths, path_penalty, r1_penalty
from augury.generators.stylegan2.family import Resolved
from augury.generators.stylegan2.layers import widths
from augury.generators.stylegan2.training import TASK
from tasks.generators import training

SIZE, BATCH, P = 64, 4, 0.2
STEPS = 16  # R1 is due once, path lengths four times


def stylegan2_64() -> Comparison:
    shape = (64, SIZE, SIZE, 3)
    images = torch.randint(0, 256, shape, dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    made = build(images)
    loop = plain_loop(images, made.settings)
    taken = iter(range(10**9))

    def ours() -> None:
        for _ in range(STEPS):
            made.step(next(taken), 0)

    def peer() -> None:
        for _ in range(STEPS):
            loop.step()

    return Comparison(
        "the paper in fp32", "images per second", ours, peer, lambda: check_same(images), work=STEPS * BATCH, rounds=2
    )


def build(images: torch.Tensor, precision: str = "auto", seed: int = 0, **changes):
    """Our training of one class with fresh weights."""
    settings = {"batch": BATCH, "precision": precision, "ada": {"pipeline": "bgc", "p": P}}
    return training(TASK, images, settings | changes, seed)


def plain_loop(images: torch.Tensor, settings: Resolved) -> plain.Loop:
    """The peer's training with our settings and the same augmentations."""
    maps = list(widths(images.shape[1], settings.channel_base, settings.channel_max).values())
    ada = ADA("bgc")
    return plain.Loop(scale(images).contiguous(), maps, settings.model_dump(), lambda shown: ada(shown, P))


def check_same(images: torch.Tensor) -> None:
    """From the same weights: the same images, logits, penalties and their gradients in fp32; near images in bf16."""
    made = build(images, "fp32")
    loop, scaled = plain_loop(images, made.settings), scale(images[:BATCH])
    mine, theirs = made.generator, loop.generator
    with torch.no_grad():
        for of_peer, of_ours in ((theirs, mine), (loop.discriminator, made.discriminator)):
            for one, other in zip(of_peer.parameters(), of_ours.parameters(), strict=True):
                one.copy_(other)
        for weight in (*mine.parameters(), *theirs.parameters()):
            weight.add_(0.1 if not weight.dim() else 0.0)  # strengths of noise begin with zero
    noises = mine.noises(range(BATCH))
    latents = torch.randn(BATCH, plain.LATENT)
    outputs = []
    for network, discriminator, styled in (
        (mine, made.discriminator, lambda: mine.repeated(mine.mapping(latents, None))),
        (theirs, loop.discriminator, lambda: theirs.styled(latents)),
    ):
        styles = styled()
        drawn = network.synthesise(styles, noises).contiguous()  # the order in which random directions are laid out
        real = scaled.clone().requires_grad_(True)
        torch.manual_seed(0)
        if network is mine:
            penalty, _ = path_penalty(path_lengths(drawn, styles), torch.zeros(()))
            r1 = r1_penalty(discriminator(real), real)
        else:
            penalty = loop.path(drawn, styles, torch.randn_like(drawn))
            loop.augment, usual = torch.Tensor.clone, loop.augment
            r1 = loop.r1(scaled)
            loop.augment = usual
        weights = [weight for weight in network.parameters() if weight.dim() == 4]
        slopes = [each.norm() for each in torch.autograd.grad(penalty, weights, retain_graph=True, allow_unused=True)]
        judged = [weight for weight in discriminator.parameters() if weight.dim() == 4]
        slopes += [each.norm() for each in torch.autograd.grad(r1, judged)]
        outputs.append([drawn, discriminator(drawn), penalty, r1, torch.stack(slopes)])
    for ours, plainly in zip(*outputs, strict=True):
        torch.testing.assert_close(ours, plainly, rtol=2e-3, atol=2e-3 * float(plainly.detach().abs().max()))
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        near = mine.synthesise(mine.repeated(mine.mapping(latents, None)), noises).float()
    assert (near - outputs[1][0]).norm() < 0.03 * outputs[1][0].norm()
