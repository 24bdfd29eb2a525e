"""Losses of adversarial training, on logits."""

import torch
from torch.nn import functional as F


def bce_terms(
    logits_real: torch.Tensor, logits_fake: torch.Tensor, real_label: float, fake_label: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """The discriminator's two binary cross-entropy terms (Goodfellow et al. 2014, equation 1, with soft labels).

    At the equilibrium D = 1/2 each term is ln 2. Returns two scalars: on real and on generated images.
    """
    real = F.binary_cross_entropy_with_logits(logits_real, torch.full_like(logits_real, real_label))
    fake = F.binary_cross_entropy_with_logits(logits_fake, torch.full_like(logits_fake, fake_label))
    return real, fake


def non_saturating(logits_fake: torch.Tensor) -> torch.Tensor:
    """The generator's loss -log D(G(z)) (Goodfellow et al. 2014, section 3), averaged over the batch."""
    return F.softplus(-logits_fake).mean()


def relativistic(logits_better: torch.Tensor, logits_worse: torch.Tensor) -> torch.Tensor:
    """-log sigmoid(better - worse), averaged over pairs (Jolicoeur-Martineau 2018, arXiv:1807.00734, equation 3)."""
    return F.softplus(logits_worse - logits_better).mean()
