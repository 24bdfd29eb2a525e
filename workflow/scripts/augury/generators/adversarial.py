"""What the trainings of all families of generators share: batches, what the discriminator sees, snapshots, state."""

import math
from pathlib import Path
from typing import Any

import torch

from augury.augmentation.ada import ADA
from augury.augmentation.classical import Classical, scale
from augury.augmentation.controller import Controller
from augury.augmentation.diffaugment import DiffAugment
from augury.generators import snapshots, transfer
from augury.generators.averaging import Average
from augury.generators.duration import steps_of
from augury.generators.family import CompleteSettings
from augury.generators.lecam import LeCam
from augury.generators.network import Networks
from augury.generators.sheets import save_samples, save_truncations, save_walk
from augury.generators.transfer import Start
from augury.generators.weights import snapshot_path
from augury.training.device import Device
from augury.training.randomness import mix_seed, seed_step, stream_indices
from augury.training.weights import save_weights

# Kimg over which ADA's p can go from 0 to 1: the published speed, and the public one for a start from another network.
ADA_KIMG, ADA_KIMG_STARTED = 500.0, 100.0


class AdversarialTraining:
    """A generator against a discriminator, as a task of the training loop (training.loop.Task).

    A family names its `networks` and brings `step`. images: (N, S, S, C) uint8 on the device; labels: (N,) int64 there,
    or None where the network is unconditional. folder: where snapshots are kept while the run lasts. start: the
    generator to begin with, or None.
    """

    unit = "kimg"
    family: str
    networks: Networks
    settings: CompleteSettings

    def __init__(
        self,
        description: dict[str, Any],
        images: torch.Tensor,
        labels: torch.Tensor | None,
        device: Device,
        folder: Path,
        start: Start | None = None,
    ) -> None:
        self.settings, self.description, self.folder = description["settings"], description, folder
        settings = self.settings
        self.images, self.labels = images, labels
        self.classes = 0 if labels is None else len(description["classes"])
        self.place, self.device = device, device.device
        # With the split: folds do not share the luck of one set of initial weights, as the verdict counts each anew.
        self.seed = mix_seed(self.family, description["split"], description["seed"], description["class"])
        self.batch = settings.batch
        self.label = f"{description['generator']} seed {description['seed']} {description['class']}"
        self.epoch_images = len(images)
        self.steps = steps_of(settings.duration, settings.duration_unit, len(images), self.batch)
        self.steps_per_tick = max(1, self.steps // 100)
        self.units_per_step = self.batch / 1000
        self.snapshots: dict[int, list[int]] = {}
        for place in snapshots.places(settings):
            self.snapshots.setdefault(self._step_of(place), []).append(place)
        self.stop_reason = "duration"
        self.augment = Classical(**settings.augmentation.model_dump())
        self._build(start)
        self._build_regularisation(started=start is not None)

    @classmethod
    def resolved(cls, settings: Any) -> CompleteSettings:
        """The settings with everything that a family derives from them filled in."""
        return settings

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
        # The weights that a training starts from are an average already: no ramp keeps them out of it.
        ramp_up = math.inf if start is not None else settings.ema_ramp_up
        self.average = Average(self.generator, settings.ema_half_life_kimg, ramp_up)
        self.average.network.eval()
        self._judge(trained=True)
        self.optimisers = self._optimisers()

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

    def step(self, step: int, attempt: int) -> dict[str, torch.Tensor]:
        """Train both players on one batch; see training.loop.Task."""
        raise NotImplementedError

    def end_tick(self, step: int, row: dict[str, Any]) -> bool:
        """Complete the history row; a family may stop the run."""
        row["kimg"] = step * self.batch / 1000
        row["epoch"] = step * self.batch / self.epoch_images
        row["learning_rate"] = self.optimisers["generator"].param_groups[0]["lr"]
        return False

    def state(self) -> dict[str, Any]:
        parts = {"controller": self.controller, "lecam": self.lecam}
        return {
            "generator": self.generator.state_dict(),
            "discriminator": self.discriminator.state_dict(),
            "average": self.average.network.state_dict(),
            "optimisers": {name: optimiser.state_dict() for name, optimiser in self.optimisers.items()},
            "stop_reason": self.stop_reason,
        } | {name: part.state() for name, part in parts.items() if part is not None}

    def load_state(self, state: dict[str, Any]) -> None:
        self.generator.load_state_dict(state["generator"])
        self.discriminator.load_state_dict(state["discriminator"])
        self.average.network.load_state_dict(state["average"])
        for name, optimiser in self.optimisers.items():
            optimiser.load_state_dict(state["optimisers"][name])
        self.stop_reason = state["stop_reason"]
        for name, part in (("controller", self.controller), ("lecam", self.lecam)):
            if part is not None:
                part.load_state(state[name])

    def save(self, folder: Path) -> None:
        """Write the averaged generator, the discriminator and the sheets."""
        network = self.average.network
        save_weights(folder / "generator.safetensors", network)
        save_weights(folder / "discriminator.safetensors", self.discriminator)
        save_samples(folder / "samples.png", network, self.classes, self.device)
        save_truncations(folder / "truncations.png", network, self.classes, self.device)
        save_walk(folder / "latent_walk.png", network, self.classes, self.device)

    def complete_snapshots(self) -> None:
        """A training that stopped early has reached its end at every later snapshot too."""
        for place in sorted(place for places in self.snapshots.values() for place in places):
            if not snapshot_path(self.folder, place).exists():
                self._keep_snapshot(place)

    def snapshot_kimg(self, kimg: float) -> dict[str, float]:
        """Thousands of images at each snapshot, in a training that ended at `kimg`."""
        reached = {str(place): step * self.batch / 1000 for step, places in self.snapshots.items() for place in places}
        return {place: min(at, kimg) for place, at in reached.items()}

    def parameters(self) -> int:
        """Number of the generator's weights."""
        return sum(weight.numel() for weight in self.generator.parameters())

    def _real_batch(self, step: int, attempt: int) -> tuple[torch.Tensor, torch.Tensor | None]:
        # Images (batch, C, S, S) with their labels; all that a step draws at random comes after this seed.
        places = stream_indices(self.seed, self.epoch_images, step * self.batch, self.batch)
        places = places.to(self.device, non_blocking=True)
        seed_step(self.seed, "step", step, attempt)
        real = self.augment(scale(self.images[places]))
        return real, None if self.labels is None else self.labels[places]

    def _seen(self, images: torch.Tensor) -> torch.Tensor:
        # What the discriminator is shown of real and of generated images alike.
        if self.ada is not None and self.controller is not None:
            images = self.ada(images, self.controller.p)
        return images if self.diffaugment is None else self.diffaugment(images)

    def _told(
        self, step: int, loss_d: torch.Tensor, loss_g: torch.Tensor, real: torch.Tensor, fake: torch.Tensor
    ) -> dict[str, torch.Tensor]:
        # The history's columns, from both losses and the logits of real and generated images.
        told = {
            "loss_discriminator": loss_d,
            "loss_generator": loss_g,
            "d_real": real.sigmoid().mean(),
            "d_fake": fake.sigmoid().mean(),
            "accuracy": ((real > 0).float().mean() + (fake < 0).float().mean()) / 2,
            "r_t": real.sign().mean(),
        }
        if self.controller is not None:
            told["ada_p"] = self.controller.p.clone()
            self.controller.observe(real.detach())
        if step + 1 in self.snapshots:
            for place in self.snapshots[step + 1]:
                self._keep_snapshot(place)
        return told

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
        self.optimisers[player].step()

    def _judge(self, trained: bool) -> None:
        # A generator's step needs no gradients of the discriminator's weights; frozen ones never have any.
        for weight in self.discriminator.parameters():
            weight.requires_grad_(trained and id(weight) not in self.frozen)

    def _step_of(self, place: float) -> int:
        return min(self.steps, steps_of(place, self.settings.duration_unit, self.epoch_images, self.batch))

    def _keep_snapshot(self, place: int) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = snapshot_path(self.folder, place)
        save_weights(path, self.average.network)
        save_samples(path.with_suffix(".png"), self.average.network, self.classes, self.device)
