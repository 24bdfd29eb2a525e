"""One training step of a DCGAN, and what it reports.

The alternating step of Goodfellow et al. 2014 (algorithm 1, k = 1) with the non-saturating loss; the batch of generated
images serves the discriminator, detached, and then the generator.
"""

import math
from pathlib import Path
from typing import Any

import torch

from augury.augmentation.classical import Classical, scale
from augury.generators import losses
from augury.generators.averaging import Average
from augury.generators.dcgan import networks
from augury.generators.weights import snapshot_path
from augury.images.arrays import save_sheet
from augury.latent.sampling import latents_of, to_uint8
from augury.training.device import Device
from augury.training.randomness import mix_seed, seed_step, stream_indices
from augury.training.weights import save_weights

SAMPLE_COLUMNS = 8  # the grid of samples is square


class DCGANTraining:
    """The task that the training loop runs. See training.loop.Task.

    images: (N, S, S, C) uint8 on the device; labels: (N,) int64 there, or None where the network is unconditional.
    folder: where snapshots are kept while the run lasts.
    """

    unit = "kimg"

    def __init__(
        self,
        description: dict[str, Any],
        images: torch.Tensor,
        labels: torch.Tensor | None,
        device: Device,
        folder: Path,
    ) -> None:
        settings = description["settings"]
        self.settings, self.description, self.folder = settings, description, folder
        self.images, self.labels = images, labels
        self.place, self.device = device, device.device
        self.seed = mix_seed("dcgan", description["seed"], description["class"])
        self.batch = settings["batch"]
        self.label = f"{description['generator']} seed {description['seed']} {description['class']}"
        self.epoch_images = len(images)
        self.steps = steps_of(settings["duration"], settings["duration_unit"], len(images), self.batch)
        self.steps_per_tick = max(1, self.steps // 100)
        self.images_per_step, self.units_per_step = self.batch, self.batch / 1000
        self.snapshots = {self._step_of(place): place for place in settings["snapshots"]}
        self.stop_reason, self.quiet_ticks = "duration", 0
        self.augment = Classical(**settings["augmentation"])
        self._build()

    def _build(self) -> None:
        settings = self.settings
        seed_step(self.seed, "initial weights")
        layout = {"device": self.device, "memory_format": torch.channels_last}
        self.generator = networks.build_generator(self.description).to(**layout).train()
        self.discriminator = networks.build_discriminator(self.description).to(**layout).train()
        self.average = Average(self.generator, settings["ema_half_life_kimg"], settings["ema_ramp_up"])
        options = {"betas": (settings["beta1"], settings["beta2"]), "fused": True}
        self.optimisers = {
            "generator": torch.optim.Adam(self.generator.parameters(), lr=settings["learning_rate"], **options),
            "discriminator": torch.optim.Adam(self.discriminator.parameters(), lr=settings["learning_rate"], **options),
        }

    def step(self, step: int, attempt: int) -> dict[str, torch.Tensor]:
        """Train both players on one batch."""
        settings = self.settings
        self._set_learning_rate(step)
        places = stream_indices(self.seed, self.epoch_images, step * self.batch, self.batch).to(self.device)
        seed_step(self.seed, "step", step, attempt)
        real = self.augment(scale(self.images[places]))
        labels = None if self.labels is None else self.labels[places]
        latents = torch.randn(self.batch, settings["latent_dim"], device=self.device)
        with self.place.autocast():
            fake = self.generator(latents, labels)
            logits_real = self.discriminator(real, labels).float()
            logits_fake = self.discriminator(fake.detach(), labels).float()
            terms = losses.bce_terms(logits_real, logits_fake, settings["real_label"], settings["fake_label"])
        loss_d = terms[0] + terms[1]
        self._descend("discriminator", loss_d)
        # The generator's step needs no gradients of the discriminator's weights.
        self.discriminator.requires_grad_(False)
        with self.place.autocast():
            loss_g = losses.non_saturating(self.discriminator(fake, labels).float())
        self._descend("generator", loss_g)
        self.discriminator.requires_grad_(True)
        self.average.update(self.generator, (step + 1) * self.batch, self.batch)
        if step + 1 in self.snapshots:
            self._keep_snapshot(self.snapshots[step + 1])
        correct = (logits_real > 0).float().mean() + (logits_fake < 0).float().mean()
        return {
            "loss_discriminator": loss_d,
            "loss_generator": loss_g,
            "d_real": logits_real.sigmoid().mean(),
            "d_fake": logits_fake.sigmoid().mean(),
            "accuracy": correct / 2,
            "bce": loss_d / 2,
        }

    def end_tick(self, step: int, row: dict[str, Any]) -> bool:
        """Complete the history row; stop at the equilibrium."""
        row["kimg"] = step * self.batch / 1000
        row["epoch"] = step * self.batch / self.epoch_images
        row["learning_rate"] = self.optimisers["generator"].param_groups[0]["lr"]
        return self._at_equilibrium(row)

    def state(self) -> dict[str, Any]:
        return {
            "generator": self.generator.state_dict(),
            "discriminator": self.discriminator.state_dict(),
            "average": self.average.network.state_dict(),
            "optimisers": {name: optimiser.state_dict() for name, optimiser in self.optimisers.items()},
            "quiet_ticks": self.quiet_ticks,
            "stop_reason": self.stop_reason,
        }

    def load_state(self, state: dict[str, Any]) -> None:
        self.generator.load_state_dict(state["generator"])
        self.discriminator.load_state_dict(state["discriminator"])
        self.average.network.load_state_dict(state["average"])
        for name, optimiser in self.optimisers.items():
            optimiser.load_state_dict(state["optimisers"][name])
        self.quiet_ticks, self.stop_reason = state["quiet_ticks"], state["stop_reason"]

    def save(self, folder: Path) -> None:
        """Write the averaged generator, the discriminator and a grid of samples."""
        save_weights(folder / "generator.safetensors", self.average.network)
        save_weights(folder / "discriminator.safetensors", self.discriminator)
        self._save_grid(folder / "samples.png")

    def complete_snapshots(self) -> None:
        """A training that stopped early has reached its end at every later snapshot too."""
        for place in self.snapshots.values():
            if not snapshot_path(self.folder, place).exists():
                self._keep_snapshot(place)

    def parameters(self) -> int:
        """Number of the generator's weights."""
        return sum(weight.numel() for weight in self.generator.parameters())

    def _descend(self, player: str, loss: torch.Tensor) -> None:
        self.optimisers[player].zero_grad(set_to_none=True)
        loss.backward()
        self.optimisers[player].step()

    def _set_learning_rate(self, step: int) -> None:
        settings = self.settings
        rate = settings["learning_rate"]
        if settings["learning_rate_step"]:
            every = steps_of(settings["learning_rate_step"], settings["duration_unit"], self.epoch_images, self.batch)
            rate *= settings["learning_rate_gamma"] ** (step // every)
        for optimiser in self.optimisers.values():
            optimiser.param_groups[0]["lr"] = rate

    def _step_of(self, place: float) -> int:
        return min(self.steps, steps_of(place, self.settings["duration_unit"], self.epoch_images, self.batch))

    def _at_equilibrium(self, row: dict[str, Any]) -> bool:
        bound = self.settings["equilibrium_bound"]
        if bound is None:
            return False
        self.quiet_ticks = self.quiet_ticks + 1 if abs(row["d_fake"] - 0.5) < bound else 0
        if self.quiet_ticks < self.settings["equilibrium_ticks"]:
            return False
        self.stop_reason = "equilibrium"
        return True

    def _keep_snapshot(self, place: int) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = snapshot_path(self.folder, place)
        save_weights(path, self.average.network)
        self._save_grid(path.with_suffix(".png"))

    @torch.no_grad()
    def _save_grid(self, path: Path) -> None:
        count = SAMPLE_COLUMNS**2
        latents = latents_of(range(count), self.settings["latent_dim"]).to(self.device)
        classes = len(self.description["classes"])
        labels = None if self.labels is None else torch.arange(count, device=self.device) // SAMPLE_COLUMNS % classes
        images = self.average.network.eval()(latents, labels)
        save_sheet(path, to_uint8(images).numpy(), SAMPLE_COLUMNS)


def steps_of(duration: float, unit: str, epoch_images: int, batch: int) -> int:
    """Steps of a duration in `epochs` (passes over the images) or `kimg` (thousands of images), rounded up."""
    images = duration * (epoch_images if unit == "epochs" else 1000)
    return max(1, math.ceil(images / batch))


TASK = DCGANTraining
