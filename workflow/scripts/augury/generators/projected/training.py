"""One training step of a projected GAN: the hinge loss on all logits of four discriminators, after frozen features.

Sauer et al. 2021 (arXiv:2111.01007), equation 4. Both players see the generated images through one draw of DiffAugment
and one pass of the frozen network, whose gradients reach the generator alone.
"""

import torch
from torch.nn import functional as F
from torch.nn.utils import parametrize

from augury.generators.adversarial import AdversarialTraining
from augury.generators.projected import discriminator, networks
from augury.generators.projected.discriminator import Discriminator
from augury.generators.projected.family import ProjectedSettings


class _Networks:
    build_generator = staticmethod(networks.build_generator)
    build_discriminator = staticmethod(discriminator.build_discriminator)


class ProjectedTraining(AdversarialTraining):
    """The task that the training loop runs. See generators.adversarial."""

    family = "projected"
    networks = _Networks()
    settings: ProjectedSettings
    discriminator: Discriminator

    def _play(self, indices: torch.Tensor) -> dict[str, torch.Tensor]:
        real, labels = self._batch_of(indices)
        latents = torch.randn(self.batch, self.settings.latent_dim, device=self.device)
        network = self.discriminator
        # One estimate of each spectral norm serves all logits of a player's step.
        with self.on_device.autocast(), parametrize.cached():
            fake = self.generator(latents, labels).float()
            with torch.no_grad():
                maps_real = network.features(self._seen(real))
            maps_fake = network.features(self._seen(fake))
            logits_real = network.judge(maps_real, labels).float()
            logits_fake = network.judge([each.detach() for each in maps_fake], labels).float()
        loss_d = hinge(logits_real, logits_fake)
        pull = None if self.lecam is None else self.lecam(logits_real, logits_fake)
        self._descend("discriminator", loss_d + (0.0 if pull is None else pull))
        self._judge(trained=False)
        with self.on_device.autocast():
            loss_g = -network.judge(maps_fake, labels).float().mean()
        self._descend("generator", loss_g)
        self._judge(trained=True)
        values = self._columns(loss_d, loss_g, logits_real.mean(dim=1), logits_fake.mean(dim=1))
        return values if pull is None else values | {"lecam": pull}


def hinge(logits_real: torch.Tensor, logits_fake: torch.Tensor) -> torch.Tensor:
    """The discriminator's loss E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))) (Lim and Ye 2017, arXiv:1705.02894)."""
    return F.relu(1 - logits_real).mean() + F.relu(1 + logits_fake).mean()


TASK = ProjectedTraining
