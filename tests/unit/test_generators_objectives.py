"""Losses of both players on logits and images that can be worked out by hand."""

import math
from contextlib import nullcontext

import pytest
import torch

from augury.generators import losses
from augury.generators.objectives import NonSaturating, Relativistic

WEIGHTS = torch.tensor([3.0, -4.0])  # of a linear judge: its gradient is this everywhere, of squared norm 25
REAL, FAKE = torch.tensor([[1.0, 0.0], [0.0, 1.0]]), torch.tensor([[0.0, 0.5], [1.0, 1.0]])
SURE = [3 - -2, -4 - -1]  # D(x) - D(G(z)), pair by pair


def judge(images):
    return images.flatten(1) @ WEIGHTS


def as_images(rows):
    return rows[:, :, None, None]


def softplus(value):
    return math.log1p(math.exp(value))


def test_relativistic_loss_by_formula():
    """-log sigmoid(a - b) for a - b = 5 and -3."""
    better, worse = torch.tensor([3.0, -4.0]), torch.tensor([-2.0, -1.0])
    assert losses.relativistic(better, worse).item() == pytest.approx((softplus(-5) + softplus(3)) / 2, rel=1e-5)
    assert losses.relativistic(better, better).item() == pytest.approx(math.log(2))


def test_relativistic_discriminator_by_hand():
    judged = Relativistic(nullcontext, gamma=0.2).discriminator(judge, as_images(REAL), as_images(FAKE))
    assert judged.loss.item() == pytest.approx(sum(softplus(-sure) for sure in SURE) / 2, rel=1e-5)
    # gamma / 2 (25 + 25)
    assert judged.penalty.item() == pytest.approx(5)
    assert {name: value.item() for name, value in judged.penalties.items()} == {"r1": 12.5, "r2": 12.5}
    assert (judged.sure_of_real.tolist(), judged.sure_of_fake.tolist()) == (SURE, [-sure for sure in SURE])
    assert judged.logits_real.tolist() == [3, -4]


def test_penalties_look_at_real_and_at_generated_images():
    """D(x) = |x|^2 / 2 has the gradient x: R1 is half the mean square of real images, R2 that of generated ones."""
    judged = Relativistic(nullcontext, 1.0).discriminator(
        lambda images: images.flatten(1).square().sum(dim=1) / 2, as_images(REAL), as_images(FAKE)
    )
    assert judged.penalties["r1"].item() == pytest.approx(1 / 2)
    assert judged.penalties["r2"].item() == pytest.approx((0.25 + 2) / 4)


def test_penalties_reach_the_discriminators_weights():
    """Of a linear judge the penalty is gamma |w|^2 for both together, whose gradient is 2 gamma w."""
    weights = WEIGHTS.clone().requires_grad_(True)
    judged = Relativistic(nullcontext, 0.2).discriminator(
        lambda images: images.flatten(1) @ weights, as_images(REAL), as_images(FAKE)
    )
    (slope,) = torch.autograd.grad(judged.penalty, weights)
    assert slope.tolist() == pytest.approx([0.4 * 3, 0.4 * -4])


def test_relativistic_generator_mirrors_the_discriminator():
    """The gradient of softplus(D(x) - D(G(z))) in G(z) is -sigmoid(D(x) - D(G(z))) w, over a batch of two."""
    fake = as_images(FAKE).requires_grad_(True)
    loss = Relativistic(nullcontext, 0.2).generator(judge, as_images(REAL), fake)
    assert loss.item() == pytest.approx(sum(map(softplus, SURE)) / 2, rel=1e-5)
    loss.backward()
    expected = -torch.tensor(SURE).float().sigmoid()[:, None] * WEIGHTS / 2
    assert torch.allclose(fake.grad.flatten(1), expected)


def test_generated_images_are_detached_from_the_discriminators_loss():
    for objective in (NonSaturating(nullcontext), Relativistic(nullcontext, 1.0)):
        fake = as_images(FAKE).requires_grad_(True)
        weights = WEIGHTS.clone().requires_grad_(True)
        judged = objective.discriminator(lambda images, w=weights: images.flatten(1) @ w, as_images(REAL), fake)
        (judged.loss + judged.penalty).backward()
        assert fake.grad is None


def test_non_saturating_by_hand():
    judged = NonSaturating(nullcontext, 0.9, 0.0).discriminator(judge, as_images(REAL), as_images(FAKE))
    real = sum(0.9 * softplus(-logit) + 0.1 * softplus(logit) for logit in (3, -4)) / 2
    fake = sum(softplus(logit) for logit in (-2, -1)) / 2
    assert judged.loss.item() == pytest.approx(real + fake, rel=1e-5)
    assert judged.bce.item() == pytest.approx((real + fake) / 2, rel=1e-5)
    assert (judged.penalty, judged.penalties) == (0, {})
