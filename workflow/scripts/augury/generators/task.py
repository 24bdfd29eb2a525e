"""What all families of generators share: what is written of one, its state, and for those that are trained in steps
batches, the averaged weights and snapshots."""

from pathlib import Path
from typing import Any, ClassVar, cast

import torch

from augury.augmentation.classical import Classical, scale
from augury.generators import snapshots
from augury.generators.averaging import Average
from augury.generators.duration import steps_of
from augury.generators.family import FittedSettings, TrainedSettings
from augury.generators.network import GeneratorNetwork
from augury.generators.sheets import save_samples, save_truncations, save_walk
from augury.generators.transfer import Start
from augury.generators.weights import snapshot_path
from augury.training import processes
from augury.training.device import Device, send
from augury.training.randomness import mix_seed, seed_step, stream_indices
from augury.training.replay import Replayed
from augury.training.weights import save_weights


class GeneratorTask:
    """A generator that learns from training images, as a task of the training loop (training.loop.Task).

    images: (N, S, S, C) uint8 on the device; labels: (N,) int64 there, or None where the network is unconditional.
    folder: where snapshots are kept while the run lasts. start: the generator to begin with, or None. validation:
    images and labels of the validation part, for a family that looks at them, and is not trained on them. Families
    derive from GeneratorTraining or GeneratorFit.
    """

    unit = "kimg"
    looks_at_validation = False
    family: str
    translate: ClassVar[Any] = None  # generators.transfer.Translate, of a family that starts from public networks
    generator: GeneratorNetwork
    average: Average
    optimisers: dict[str, torch.optim.Optimizer]
    steps: int
    steps_per_tick: int
    units_per_step: float
    stop_reason: str

    def __init__(
        self,
        description: dict[str, Any],
        images: torch.Tensor,
        labels: torch.Tensor | None,
        device: Device,
        folder: Path,
        start: Start | None = None,
        validation: tuple[torch.Tensor, torch.Tensor | None] | None = None,
    ) -> None:
        self.settings, self.description, self.folder = description["settings"], description, folder
        self.images, self.labels, self.validation = images, labels, validation
        self.classes = 0 if labels is None else len(description["classes"])
        self.on_device, self.device = device, device.device
        # With the split: folds do not share the luck of one set of initial weights, as the verdict counts each anew.
        self.seed = mix_seed(self.family, description["split"], description["seed"], description["class"])
        self.label = f"{description['generator']} seed {description['seed']} {description['class']}"
        self.epoch_images = len(images)
        self.snapshots: dict[int, list[int]] = {}
        self._plan()
        self._build(start)
        self.replayed = Replayed(self.device, self.optimisers.values())

    @classmethod
    def resolved(cls, settings: Any) -> Any:
        """The settings with everything that a family derives from them filled in."""
        return settings

    @classmethod
    def latent_dim(cls, settings: Any, size_px: int, channels: int) -> int:
        """Numbers in a vector z of networks of these settings."""
        return settings.latent_dim

    def _plan(self) -> None:
        # steps, steps_per_tick, units_per_step, stop_reason.
        raise NotImplementedError

    def _build(self, start: Start | None) -> None:
        # generator, average, optimisers.
        raise NotImplementedError

    def step(self, step: int, attempt: int) -> dict[str, torch.Tensor]:
        """Train on one batch; see training.loop.Task."""
        raise NotImplementedError

    def state(self) -> dict[str, Any]:
        return {
            "generator": self.generator.state_dict(),
            "average": self.average.network.state_dict(),
            "optimisers": {name: optimiser.state_dict() for name, optimiser in self.optimisers.items()},
            "stop_reason": self.stop_reason,
        }

    def load_state(self, state: dict[str, Any]) -> None:
        self.generator.load_state_dict(state["generator"])
        self.average.network.load_state_dict(state["average"])
        for name, optimiser in self.optimisers.items():
            optimiser.load_state_dict(state["optimisers"][name])
        self.replayed.forget()
        self.stop_reason = state["stop_reason"]

    def save(self, folder: Path) -> None:
        """Write the averaged generator and the sheets."""
        network = self.average.network
        save_weights(folder / "generator.safetensors", network)
        save_samples(folder / "samples.png", network, self.classes, self.device)
        save_truncations(folder / "truncations.png", network, self.classes, self.device)
        save_walk(folder / "latent_walk.png", network, self.classes, self.device)

    def complete_snapshots(self) -> None:
        """Keep the snapshots that a training which stopped early has not come to."""

    def snapshot_kimg(self, kimg: float) -> dict[str, float]:
        """Thousands of images at each snapshot, in a training that ended at `kimg`."""
        return {}

    def parameters(self) -> int:
        """Number of the generator's weights."""
        return sum(weight.numel() for weight in self.generator.parameters())


class GeneratorTraining(GeneratorTask):
    """A generator that is trained in steps.

    A family brings `_build`, which makes `generator`, its `average` and the `optimisers`, and `step`.
    """

    settings: TrainedSettings

    def _plan(self) -> None:
        settings = self.settings
        self.batch = cast("int", settings.batch)  # which `resolved` has filled
        self.steps = steps_of(settings.duration, settings.duration_unit, self.epoch_images, self.batch)
        self.steps_per_tick = max(1, self.steps // 100)
        self.units_per_step = self.batch / 1000
        for snapshot in snapshots.schedule(settings):
            self.snapshots.setdefault(self._step_of(snapshot), []).append(snapshot)
        self.stop_reason = "duration"
        self.augment = Classical(settings.augmentation)

    def end_tick(self, step: int, row: dict[str, Any]) -> bool:
        """Complete the history row; a family may stop the run."""
        row["kimg"] = step * self.batch / 1000
        row["epoch"] = step * self.batch / self.epoch_images
        row["learning_rate"] = self.optimisers["generator"].param_groups[0]["lr"]
        return False

    def complete_snapshots(self) -> None:
        """A training that stopped early has reached its end at every later snapshot too."""
        for snapshot in sorted(snapshot for of_step in self.snapshots.values() for snapshot in of_step):
            if not snapshot_path(self.folder, snapshot).exists():
                self._keep_snapshot(snapshot)

    def snapshot_kimg(self, kimg: float) -> dict[str, float]:
        """Thousands of images at each snapshot, in a training that ended at `kimg`."""
        steps = {snapshot: step for step, of_step in self.snapshots.items() for snapshot in of_step}
        reached = {str(snapshot): step * self.batch / 1000 for snapshot, step in steps.items()}
        return {snapshot: min(at, kimg) for snapshot, at in reached.items()}

    def _begin(self, step: int, attempt: int) -> torch.Tensor:
        # Indices of a step's images. All that it draws at random comes after this seed.
        indices = self._indices(step)
        seed_step(self.seed, "step", step, attempt)
        return indices

    def _batch_of(self, indices: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
        # Images (N, C, S, S) with their labels: the batch, or a process's share of it.
        real = self.augment(scale(self.images[indices]))
        return real, None if self.labels is None else self.labels[indices]

    def _indices(self, step: int) -> torch.Tensor:
        drawn = stream_indices(self.seed, self.epoch_images, step * self.batch, self.batch)
        return send(processes.share(drawn), self.device)

    def _keep_due(self, step: int) -> None:
        # Snapshots that are due after `step` (from 0).
        for snapshot in self.snapshots.get(step + 1, []):
            self._keep_snapshot(snapshot)

    def _step_of(self, snapshot: float) -> int:
        return min(self.steps, steps_of(snapshot, self.settings.duration_unit, self.epoch_images, self.batch))

    def _keep_snapshot(self, snapshot: int) -> None:
        if not processes.is_first():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        path = snapshot_path(self.folder, snapshot)
        save_weights(path, self.average.network)
        save_samples(path.with_suffix(".png"), self.average.network, self.classes, self.device)


class GeneratorFit(GeneratorTask):
    """A generator that is computed at once: one step, without batches, snapshots or a duration.

    A family brings `network`, which makes `generator`, and `fit`, which fills its weights.
    """

    settings: FittedSettings

    def network(self) -> GeneratorNetwork:
        """The generator, its weights not yet filled."""
        raise NotImplementedError

    def fit(self) -> dict[str, torch.Tensor]:
        """Fill the generator's weights from all images, and return scalars for the one row of history.tsv."""
        raise NotImplementedError

    def _plan(self) -> None:
        self.steps = self.steps_per_tick = 1
        self.units_per_step = self.epoch_images / 1000
        self.stop_reason = "fitted"

    def _build(self, start: Start | None) -> None:
        self.generator = self.network().to(self.device)
        self.average, self.optimisers = Average(self.generator, 0.0, 0.0), {}

    def step(self, step: int, attempt: int) -> dict[str, torch.Tensor]:
        """Compute it; what `fit` draws at random depends on the seed alone."""
        seed_step(self.seed, "fit", step, attempt)
        with torch.no_grad():
            values = self.fit()
        self.average.update(self.generator, self.epoch_images, self.epoch_images)
        return values

    def end_tick(self, step: int, row: dict[str, Any]) -> bool:
        """Complete the history row: every image was seen once."""
        row["kimg"], row["epoch"] = self.epoch_images / 1000, 1.0
        return True
