"""One training step of a DCGAN, and when it stops.

The alternating step of Goodfellow et al. 2014 (algorithm 1, k = 1) with the non-saturating loss; the batch of generated
images serves the discriminator, detached, and then the generator.
"""

from typing import Any

import torch

from augury.generators.adversarial import AdversarialTraining
from augury.generators.dcgan import networks
from augury.generators.dcgan.family import DCGANSettings
from augury.generators.duration import steps_of
from augury.generators.objectives import NonSaturating, Objective, Relativistic


class DCGANTraining(AdversarialTraining):
    """The task that the training loop runs. See generators.adversarial."""

    family = "dcgan"
    networks = networks
    settings: DCGANSettings
    quiet_ticks = 0

    def _play(self, indices: torch.Tensor) -> dict[str, torch.Tensor]:
        real, labels = self._batch_of(indices)
        latents = torch.randn(self.batch, self.settings.latent_dim, device=self.device)
        with self.on_device.autocast():
            fake = self.generator(latents, labels)

        def judge(images: torch.Tensor) -> torch.Tensor:
            return self.discriminator(self._seen(images), labels)

        judged = self.objective.discriminator(judge, real, fake)
        pull = None if self.lecam is None else self.lecam(judged.logits_real, judged.logits_fake)
        self._descend("discriminator", judged.loss + judged.penalty + (0.0 if pull is None else pull))
        self._judge(trained=False)
        loss_g = self.objective.generator(judge, real, fake)
        self._descend("generator", loss_g)
        self._judge(trained=True)
        values = self._columns(judged.loss, loss_g, judged.sure_of_real, judged.sure_of_fake)
        values |= {"bce": judged.bce} | judged.penalties
        return values if pull is None else values | {"lecam": pull}

    @property
    def objective(self) -> Objective:
        """What both players minimise."""
        settings = self.settings
        if settings.loss == "relativistic":
            return Relativistic(self.on_device.autocast, settings.r1_gamma)
        return NonSaturating(self.on_device.autocast, settings.real_label, settings.fake_label)

    def end_tick(self, step: int, row: dict[str, Any]) -> bool:
        """Complete the history row; stop at the equilibrium."""
        super().end_tick(step, row)
        return self._at_equilibrium(row)

    def state(self) -> dict[str, Any]:
        return super().state() | {"quiet_ticks": self.quiet_ticks}

    def load_state(self, state: dict[str, Any]) -> None:
        super().load_state(state)
        self.quiet_ticks = state["quiet_ticks"]

    def _set_learning_rate(self, step: int) -> float:
        settings = self.settings
        rate = settings.learning_rate
        if settings.learning_rate_step:
            every = steps_of(settings.learning_rate_step, settings.duration_unit, self.epoch_images, self.batch)
            rate *= settings.learning_rate_gamma ** (step // every)
        for optimiser in self.optimisers.values():
            optimiser.param_groups[0]["lr"] = rate
        return rate

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
