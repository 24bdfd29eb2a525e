"""One training step of a diffusion model, and when it stops: when images that it does not see cost it more again.

The loss of Karras et al. 2022 (arXiv:2206.00364), equation 8 with table 1: noise of lognormal levels is taken off.
"""

import copy
import functools
import math
from typing import Any

import torch

from augury.augmentation.chance import rand
from augury.augmentation.classical import scale
from augury.command import script
from augury.generators.averaging import averaged
from augury.generators.diffusion import networks
from augury.generators.diffusion.configuration import derived, parts_of
from augury.generators.diffusion.family import DiffusionSettings, Resolved
from augury.generators.diffusion.moves import moved
from augury.generators.diffusion.networks import Generator
from augury.generators.diffusion.preconditioning import denoising_loss, noise_levels
from augury.generators.diffusion.starting import fitted
from augury.generators.network import GeneratorNetwork
from augury.generators.task import GeneratorTraining
from augury.generators.transfer import Start
from augury.training import processes
from augury.training.device import send
from augury.training.randomness import generator_of, normal_like, of_batch, seed_step
from augury.training.weights import load_weights

LOOKS = 20  # at the validation part in a training
LOOKED_AT, MOST_LOOKED_AT = 128, 512  # pairs of an image and a noise level in each


class DiffusionTraining(GeneratorTraining):
    """The task that the training loop runs. See generators.task."""

    family = "diffusion"
    looks_at_validation = True
    generator: Generator
    settings: Resolved

    @classmethod
    def resolved(cls, settings: DiffusionSettings) -> Resolved:
        """The settings with those that follow from `size` and the side of the images."""
        return Resolved.model_validate(settings.model_dump() | derived(settings))

    @classmethod
    def latent_dim(cls, settings: Any, size_px: int, channels: int) -> int:
        """Numbers of the noise that an image is drawn from."""
        return channels * size_px**2

    def _build(self, start: Start | None) -> None:
        settings = self.settings
        seed_step(self.seed, "initial weights")
        generator = networks.build_generator(self.description)
        if start is not None:
            self._begin_with(start, generator)
        self.generator = generator.to(self.device).train()
        self.average = averaged(self.generator, settings, started=start is not None)
        betas = (settings.beta1, settings.beta2)
        adam = torch.optim.Adam(self.generator.parameters(), lr=settings.learning_rate, betas=betas, fused=True)
        self.optimisers = {"generator": adam}
        self.held_out = self._held_out()
        self.look_steps = max(1, self.steps // LOOKS)
        self.lowest, self.quiet_looks = math.inf, 0
        keeps = self.held_out is not None and settings.patience is not None
        self.best = copy.deepcopy(self.average.network) if keeps else None

    def _begin_with(self, start: Start, generator: Generator) -> None:
        before, names = (networks.told_names(about) for about in (start.description, self.description))
        load_weights(
            start.folder / "generator.safetensors",
            generator,
            lambda tensors: fitted(tensors, generator, before, names),
        )
        if before != names:
            known = [name for name in names if name in before]
            script.tell(f"{self.label}: of {start.name} it knows {', '.join(known) or 'none of its classes and taxa'}")

    def step(self, step: int, attempt: int) -> dict[str, torch.Tensor]:
        """Train on one batch, from a recording once the learning rate no longer grows and no dropout is seeded."""
        settings = self.settings
        rate = settings.learning_rate * min(1.0, (step + 1) / max(1, settings.warmup_steps))
        self.optimisers["generator"].param_groups[0]["lr"] = rate
        indices = self._begin(step, attempt)
        steady = step + 1 >= settings.warmup_steps and not settings.dropout
        values = self.replayed(rate if steady else None, functools.partial(self._learn, (step, attempt)), indices)
        self.average.update(self.generator, (step + 1) * self.batch, self.batch)
        self._keep_due(step)
        return values

    def _learn(self, moment: tuple[int, int], indices: torch.Tensor) -> dict[str, torch.Tensor]:
        # From those images: the history's columns. Only dropout asks for the moment, step and attempt.
        settings = self.settings
        real, labels = self._batch_of(indices)
        moves = None
        if settings.augment:
            real, moves = moved(real, settings.augment)
        condition = self.generator.condition_of(labels)
        if condition is not None and settings.label_dropout:
            kept = rand(len(condition), self.device) >= settings.label_dropout
            condition = condition * kept[:, None]
        self.optimisers["generator"].zero_grad(set_to_none=True)
        loss = self._add_gradients(real, condition, moves, moment)
        weights = list(self.generator.parameters())
        processes.average_gradients(weights)
        norm = torch.nn.utils.clip_grad_norm_(weights, settings.clip_norm or math.inf)
        self.optimisers["generator"].step()
        return {"loss_denoising": loss, "gradient_norm": norm}

    def end_tick(self, step: int, row: dict[str, Any]) -> bool:
        """Complete the history row; stop when the validation part has had its lowest loss."""
        super().end_tick(step, row)
        if self.held_out is None:
            return False
        looked = step // self.look_steps > (step - self.steps_per_tick) // self.look_steps or step == self.steps
        loss = self._look() if looked else None
        row["loss_validation"] = "" if loss is None else loss
        return loss is not None and self._has_risen(loss, step)

    def state(self) -> dict[str, Any]:
        best = {} if self.best is None else {"best": self.best.state_dict()}
        return super().state() | {"lowest": self.lowest, "quiet_looks": self.quiet_looks} | best

    def load_state(self, state: dict[str, Any]) -> None:
        super().load_state(state)
        self.lowest, self.quiet_looks = state["lowest"], state["quiet_looks"]
        if self.best is not None:
            self.best.load_state_dict(state["best"])

    def _add_gradients(
        self,
        images: torch.Tensor,
        condition: torch.Tensor | None,
        moves: torch.Tensor | None,
        moment: tuple[int, int],
    ) -> torch.Tensor:
        # Those of the batch's mean loss, which is returned; noise is drawn of all images before they are split.
        settings, total = self.settings, torch.zeros((), device=self.device)
        normal = of_batch(lambda n: torch.randn(n, device=self.device), len(images))
        sigma = noise_levels(normal, settings.p_mean, settings.p_std)
        noise = normal_like(images)
        parts = parts_of(len(images), settings.micro_batch)
        for number in range(parts):
            # Every so many images, as processes share a batch: a part of one process is a part of the whole batch.
            part = slice(number, None, parts)
            if settings.dropout:
                whole = processes.rank() + processes.count() * number
                seed_step(self.seed, "dropout", *moment, whole)
            labels, moved_by = (None if each is None else each[part] for each in (condition, moves))
            losses = self._losses(self.generator, images[part], sigma[part], noise[part], labels, moved_by)
            loss = losses.mean() * (len(losses) / len(images))
            loss.backward()
            total = total + loss.detach()
        return total

    def _losses(
        self,
        network: GeneratorNetwork,
        images: torch.Tensor,
        sigma: torch.Tensor,
        noise: torch.Tensor,
        condition: torch.Tensor | None,
        moves: torch.Tensor | None = None,
    ) -> torch.Tensor:
        # Of each image under given noise.
        noisy = (images + noise * sigma[:, None, None, None]).contiguous()
        with self.on_device.autocast():
            denoised = network(noisy, sigma, condition, moves)
        return denoising_loss(denoised, images, sigma, self.settings.sigma_data)

    def _held_out(self) -> tuple[torch.Tensor, torch.Tensor | None] | None:
        # Each image of the validation part as often as makes up a look, with what the network is told of it.
        if self.validation is None:
            if self.settings.patience is not None:
                script.tell(f"{self.label}: no validation image, so that nothing stops it before its duration")
            return None
        images, labels = self.validation
        count = max(LOOKED_AT, min(len(images), MOST_LOOKED_AT))
        chosen = torch.arange(count, device=self.device) % len(images)
        return images[chosen], None if labels is None else labels[chosen]

    @torch.no_grad()
    def _look(self) -> float:
        # The averaged network's loss with levels and noise that are the same in every look: looks are compared.
        assert self.held_out is not None
        images, labels = self.held_out
        settings, losses = self.settings, []
        source = generator_of(self.seed, "held out")
        spread = (torch.randperm(len(images), generator=source) + 0.5) / len(images)
        levels = noise_levels(torch.special.ndtri(spread), settings.p_mean, settings.p_std)
        for start in range(0, len(images), self.batch):
            block = scale(images[start : start + self.batch])
            sigma = send(levels[start : start + self.batch], self.device)
            noise = send(torch.randn(block.shape, generator=source), self.device)
            condition = self.generator.condition_of(None if labels is None else labels[start : start + self.batch])
            losses.append(self._losses(self.average.network, block, sigma, noise, condition))
        return float(processes.mean(torch.cat(losses).double().mean()))  # all decide by one number

    def _has_risen(self, loss: float, step: int) -> bool:
        # Whether to stop here; where patience was asked for, the training leaves the weights of the lowest loss.
        network, patience = self.average.network, self.settings.patience
        self.quiet_looks = 0 if loss < self.lowest else self.quiet_looks + 1
        lowest = self.quiet_looks == 0
        self.lowest = min(loss, self.lowest)
        if self.best is None or patience is None:
            return False
        if lowest:
            self.best.load_state_dict(network.state_dict())
        stops = self.quiet_looks >= patience
        if stops or step == self.steps:
            network.load_state_dict(self.best.state_dict())
            self.stop_reason = "validation" if stops else self.stop_reason
        return stops


TASK = DiffusionTraining
