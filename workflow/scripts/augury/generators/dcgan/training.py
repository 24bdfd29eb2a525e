"""One training step of a DCGAN, and when it stops.

The alternating step of Goodfellow et al. 2014 (algorithm 1, k = 1) with the non-saturating loss; the batch of generated
images serves the discriminator, detached, and then the generator.
"""

from typing import Any

import torch

from augury.generators import losses
from augury.generators.adversarial import AdversarialTraining
from augury.generators.dcgan import networks
from augury.generators.dcgan.family import DCGANSettings
from augury.generators.duration import steps_of


class DCGANTraining(AdversarialTraining):
    """The task that the training loop runs. See generators.adversarial."""

    family = "dcgan"
    networks = networks
    settings: DCGANSettings
    quiet_ticks = 0

    def step(self, step: int, attempt: int) -> dict[str, torch.Tensor]:
        """Train both players on one batch."""
        settings = self.settings
        self._set_learning_rate(step)
        real, labels = self._real_batch(step, attempt)
        latents = torch.randn(self.batch, settings.latent_dim, device=self.device)
        with self.place.autocast():
            fake = self.generator(latents, labels)
            logits_real = self.discriminator(self._seen(real), labels).float()
            logits_fake = self.discriminator(self._seen(fake.detach()), labels).float()
            terms = losses.bce_terms(logits_real, logits_fake, settings.real_label, settings.fake_label)
        loss_d = terms[0] + terms[1]
        pull = None if self.lecam is None else self.lecam(step, logits_real, logits_fake)
        self._descend("discriminator", loss_d if pull is None else loss_d + pull)
        self._judge(trained=False)
        with self.place.autocast():
            loss_g = losses.non_saturating(self.discriminator(self._seen(fake), labels).float())
        self._descend("generator", loss_g)
        self._judge(trained=True)
        self.average.update(self.generator, (step + 1) * self.batch, self.batch)
        told = self._told(step, loss_d, loss_g, logits_real, logits_fake) | {"bce": loss_d / 2}
        return told if pull is None else told | {"lecam": pull}

    def end_tick(self, step: int, row: dict[str, Any]) -> bool:
        """Complete the history row; stop at the equilibrium."""
        super().end_tick(step, row)
        return self._at_equilibrium(row)

    def state(self) -> dict[str, Any]:
        return super().state() | {"quiet_ticks": self.quiet_ticks}

    def load_state(self, state: dict[str, Any]) -> None:
        super().load_state(state)
        self.quiet_ticks = state["quiet_ticks"]

    def _set_learning_rate(self, step: int) -> None:
        settings = self.settings
        rate = settings.learning_rate
        if settings.learning_rate_step:
            every = steps_of(settings.learning_rate_step, settings.duration_unit, self.epoch_images, self.batch)
            rate *= settings.learning_rate_gamma ** (step // every)
        for optimiser in self.optimisers.values():
            optimiser.param_groups[0]["lr"] = rate

    def _at_equilibrium(self, row: dict[str, Any]) -> bool:
        bound = self.settings.equilibrium_bound
        if bound is None:
            return False
        self.quiet_ticks = self.quiet_ticks + 1 if abs(row["d_fake"] - 0.5) < bound else 0
        if self.quiet_ticks < self.settings.equilibrium_ticks:
            return False
        self.stop_reason = "equilibrium"
        return True


TASK = DCGANTraining
