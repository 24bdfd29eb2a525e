"""What the adversarial trainings of all families share: two players, what the discriminator sees, regularisation."""

from pathlib import Path
from typing import Any

import torch

from augury.augmentation.ada import ADA
from augury.augmentation.controller import Controller
from augury.augmentation.diffaugment import DiffAugment
from augury.generators import transfer
from augury.generators.averaging import averaged
from augury.generators.family import CompleteSettings
from augury.generators.lecam import LeCam
from augury.generators.network import Networks
from augury.generators.task import GeneratorTraining
from augury.generators.transfer import Start
from augury.training import processes
from augury.training.randomness import seed_step
from augury.training.weights import save_weights

# Kimg over which ADA's p can go from 0 to 1: the published speed, and the public one for a start from another network.
ADA_KIMG, ADA_KIMG_STARTED = 500.0, 100.0


class AdversarialTraining(GeneratorTraining):
    """A generator against a discriminator; a family names its `networks` and brings `_play`. See generators.task."""

    networks: Networks
    settings: CompleteSettings

    def _build(self, start: Start | None) -> None:
        settings = self.settings
        seed_step(self.seed, "initial weights")
        generator = self.networks.build_generator(self.description)
        discriminator = self.networks.build_discriminator(self.description)
        if start is not None:
            start.fill(generator, discriminator)
        frozen = settings.freeze_layers
        self.frozen = transfer.freeze(discriminator.layers_from_image(), frozen) if frozen else set()
        self.generator = generator.to(self.device).to(memory_format=torch.channels_last).train()
        self.discriminator = discriminator.to(self.device).to(memory_format=torch.channels_last).train()
        self.average = averaged(self.generator, settings, started=start is not None)
        self._judge(trained=True)
        self.optimisers = self._optimisers()
        self._build_regularisation(started=start is not None)

    def _build_regularisation(self, started: bool) -> None:
        ada, lecam = self.settings.ada, self.settings.lecam
        self.ada: ADA | None = None
        self.controller: Controller | None = None
        self.lecam: LeCam | None = None
        if ada.pipeline != "none":
            kimg = ada.kimg or (ADA_KIMG_STARTED if started else ADA_KIMG)
            self.ada = ADA(ada.pipeline)
            self.controller = Controller(
                target=ada.target,
                interval=ada.interval,
                kimg=kimg,
                p=0.0 if ada.p is None else ada.p,
                p_max=ada.p_max if ada.p is None else 1.0,
                fixed=ada.p is not None,
                device=self.device,
            )
        self.diffaugment = DiffAugment(self.settings.diffaugment) if self.settings.diffaugment else None
        if lecam.weight:
            self.lecam = LeCam(lecam.weight, lecam.form, lecam.decay, lecam.start_step, self.device)

    def state(self) -> dict[str, Any]:
        parts = {"controller": self.controller, "lecam": self.lecam}
        own = {name: part.state() for name, part in parts.items() if part is not None}
        return super().state() | {"discriminator": self.discriminator.state_dict()} | own

    def load_state(self, state: dict[str, Any]) -> None:
        super().load_state(state)
        self.discriminator.load_state_dict(state["discriminator"])
        for name, part in (("controller", self.controller), ("lecam", self.lecam)):
            if part is not None:
                part.load_state(state[name])

    def save(self, folder: Path) -> None:
        """Write the averaged generator, the discriminator and the sheets."""
        super().save(folder)
        save_weights(folder / "discriminator.safetensors", self.discriminator)

    def _seen(self, images: torch.Tensor) -> torch.Tensor:
        # What the discriminator is shown of real and of generated images alike.
        if self.ada is not None and self.controller is not None:
            images = self.ada(images, self.controller.p)
        return images if self.diffaugment is None else self.diffaugment(images)

    def step(self, step: int, attempt: int) -> dict[str, torch.Tensor]:
        """Train both players on one batch."""
        rate, self.due = self._set_learning_rate(step), self._due(step)
        if self.lecam is not None:
            self.lecam.begin(step)
        indices = self._begin(step, attempt)
        key = rate, self.due, self.lecam is not None and self.lecam.pulls
        values = self.replayed(key, self._play, indices)
        self.average.update(self.generator, (step + 1) * self.batch, self.batch)
        if self.controller is not None:
            values = values | {"ada_p": self.controller.p.clone()}
            self.controller.move(self.batch)
        self._keep_due(step)
        return values

    def _play(self, indices: torch.Tensor) -> dict[str, torch.Tensor]:
        # A step of both players on those images: the history's columns. It does not know which step it is.
        raise NotImplementedError

    def _due(self, step: int) -> tuple[bool, ...]:
        # What of a step is not done in all.
        return ()

    def _set_learning_rate(self, step: int) -> float:
        return self.settings.learning_rate

    def _columns(
        self, loss_d: torch.Tensor, loss_g: torch.Tensor, real: torch.Tensor, fake: torch.Tensor
    ) -> dict[str, torch.Tensor]:
        # Those of the history, from both losses and the logits of real and generated images.
        if self.controller is not None:
            self.controller.count(processes.gathered(real.detach()))
        return {
            "loss_discriminator": loss_d,
            "loss_generator": loss_g,
            "d_real": real.sigmoid().mean(),
            "d_fake": fake.sigmoid().mean(),
            "accuracy": ((real > 0).float().mean() + (fake < 0).float().mean()) / 2,
            "r_t": real.sign().mean(),
        }

    def _optimisers(self) -> dict[str, torch.optim.Optimizer]:
        settings = self.settings
        rate, betas = settings.learning_rate, (settings.beta1, settings.beta2)
        players = {"generator": self.generator, "discriminator": self.discriminator}
        return {
            player: torch.optim.Adam(network.parameters(), lr=rate, betas=betas, fused=True)
            for player, network in players.items()
        }

    def _descend(self, player: str, loss: torch.Tensor) -> None:
        self.optimisers[player].zero_grad(set_to_none=True)
        loss.backward()
        processes.average_gradients(each for group in self.optimisers[player].param_groups for each in group["params"])
        self.optimisers[player].step()

    def _judge(self, trained: bool) -> None:
        # A generator's step needs no gradients of the discriminator's weights; frozen ones never have any.
        for weight in self.discriminator.parameters():
            weight.requires_grad_(trained and id(weight) not in self.frozen)
