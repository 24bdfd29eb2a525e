"""The denoiser as a generator: latents are the noise that the sampler begins with."""

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from augury.generators.diffusion.family import Resolved
from augury.generators.diffusion.moves import LABELS
from augury.generators.diffusion.preconditioning import Denoiser
from augury.generators.diffusion.sampler import Plan, guided, sample
from augury.generators.diffusion.unet import UNet
from augury.generators.network import NoisedNetwork
from augury.training.device import has_bf16
from augury.training.randomness import generator_of


class Generator(NoisedNetwork):
    """Latents (N, latent_dim), the first noise's values, and, if conditional, labels (N,) -> images (N, C, S, S).

    condition: what the network is told of each class, (classes, K), or None where there is but one kind of image.
    """

    condition: torch.Tensor

    def __init__(self, settings: Resolved, size_px: int, channels: int, condition: torch.Tensor | None) -> None:
        super().__init__()
        self.shape, self.latent_dim = (channels, size_px, size_px), channels * size_px**2
        self.guidance, self.precision = settings.guidance, settings.sampler_precision
        self.register_buffer("condition", torch.zeros(0, 0) if condition is None else condition, persistent=False)
        network = UNet(
            size_px,
            channels,
            [settings.model_channels * factor for factor in settings.channel_mult],
            settings.num_blocks,
            settings.attention_px,
            settings.dropout,
            self.condition.shape[1],
            LABELS if settings.augment else 0,
        )
        self.denoiser = Denoiser(network, settings.sigma_data)
        self.plan = Plan(
            steps=settings.steps,
            sigma_min=settings.sigma_min,
            sigma_max=settings.sigma_max,
            rho=settings.rho,
            churn=settings.s_churn,
            churn_min=settings.s_min,
            churn_max=settings.s_max,
            churn_noise=settings.s_noise,
            multistep=settings.multistep,
        )

    def forward(
        self,
        noisy: torch.Tensor,
        sigma: torch.Tensor,
        condition: torch.Tensor | None = None,
        moves: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The denoised images of noisy ones (N, C, S, S) at levels (N,); condition: (N, K), moves: (N, LABELS).

        Levels, condition and moves may have one row for all images.
        """
        return self.denoiser(noisy, sigma, condition, moves)

    def condition_of(self, labels: torch.Tensor | None) -> torch.Tensor | None:
        """What the network is told of classes (N,): (N, K)."""
        return None if labels is None or not self.condition.numel() else self.condition[labels]

    def draw(
        self, latents: torch.Tensor, labels: torch.Tensor | None, seeds: Sequence[int], truncation: float
    ) -> torch.Tensor:
        """Images of given latents; what a stochastic sampler adds depends on one seed each.

        truncation: the first noise is that much smaller than the network takes it for; images lose detail.
        """
        first, level = latents * truncation, torch.full((len(latents),), self.plan.sigma_max)
        return self.draw_noised(first * self.plan.sigma_max, level, labels, seeds)

    def draw_noised(
        self, noisy: torch.Tensor, sigma: torch.Tensor, labels: torch.Tensor | None, seeds: Sequence[int]
    ) -> torch.Tensor:
        """Images of noisy ones (N, latent_dim), each under noise of standard deviation sigma (N,) of its own."""
        start, levels = noisy.unflatten(1, self.shape), self.plan.levels(sigma.cpu())
        condition = self.condition_of(labels)
        if _alike(sigma) and (labels is None or _alike(labels)):
            # One row, which the network takes for all images: it is told once what it is told.
            levels, condition = levels[:, :1], None if condition is None else condition[:1]
        sources = [generator_of("churn", seed) for seed in seeds] if self.plan.churns else []

        def fresh() -> torch.Tensor:
            # One row per seed, on the CPU on every device.
            drawn = [torch.randn(self.shape, generator=source) for source in sources]
            return torch.stack(drawn).to(start.device).double()

        def denoise(noisy: torch.Tensor, sigma: torch.Tensor) -> torch.Tensor:
            denoised = self(noisy, sigma, condition)
            if self.guidance == 1 or condition is None:
                return denoised
            return guided(denoised, self(noisy, sigma, torch.zeros_like(condition)), self.guidance)

        with self._autocast(start.device):
            return sample(denoise, start, levels, self.plan, fresh).float()

    def _autocast(self, device: torch.device) -> contextlib.AbstractContextManager:
        bf16 = self.precision == "bf16" or (self.precision == "auto" and has_bf16(device))
        return torch.autocast(device.type, torch.bfloat16) if bf16 else contextlib.nullcontext()


def _alike(values: torch.Tensor) -> bool:
    return bool((values == values[:1]).all())


def told_names(description: Mapping[str, Any]) -> list[str]:
    """The classes, then the taxa above them, that a generator.json's network is told; none where it is told none."""
    if not description["conditional"]:
        return []
    taxa = description.get("taxa") or {}
    return list(dict.fromkeys([*description["classes"], *(t for c in description["classes"] for t in taxa.get(c, ()))]))


def class_conditions(classes: Sequence[str], taxa: Mapping[str, Sequence[str]]) -> torch.Tensor:
    """One row per class: 1 for itself and for each of the taxa above it, (classes, classes + taxa) float32."""
    names = told_names({"conditional": True, "classes": classes, "taxa": taxa})[len(classes) :]
    own = torch.eye(len(classes))
    above = [[float(taxon in taxa.get(class_, ())) for taxon in names] for class_ in classes]
    return torch.cat([own, torch.tensor(above).reshape(len(classes), len(names))], dim=1)


def build_generator(description: dict[str, Any]) -> Generator:
    """The generator that a generator.json describes; `classes` and `taxa` count only where it is conditional."""
    condition = None
    if description["conditional"]:
        condition = class_conditions(description["classes"], description.get("taxa") or {})
    return Generator(description["settings"], description["size_px"], description["channels"], condition)
