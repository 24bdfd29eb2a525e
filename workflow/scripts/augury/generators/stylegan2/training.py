"""One training step of StyleGAN2: logistic losses, and its two penalties at their own, longer intervals.

Karras et al. 2020 (arXiv:1912.04958), sections 3.2 and 4 and appendix B: the non-saturating loss with R1, path length
regularisation, style mixing, and the Adam of a network that is penalised every k steps with its constants to the power
k / (k + 1). The batch of generated images serves the discriminator, detached, and then the generator, so that the
synthesis runs once per step. Penalties are computed in fp32: they hold gradients of gradients.
"""

from typing import Any, ClassVar

import torch

from augury.generators.adversarial import AdversarialTraining
from augury.generators.objectives import NonSaturating, Objective, Relativistic
from augury.generators.penalties import path_lengths, path_penalty, r1_penalty
from augury.generators.stylegan2 import configuration, discriminator, networks, public
from augury.generators.stylegan2.family import Resolved, StyleGAN2Settings, penalised
from augury.generators.stylegan2.networks import Generator
from augury.training import processes
from augury.training.randomness import of_batch


class _Networks:
    build_generator = staticmethod(networks.build_generator)
    build_discriminator = staticmethod(discriminator.build_discriminator)


class StyleGAN2Training(AdversarialTraining):
    """The task that the training loop runs. See generators.adversarial."""

    family = "stylegan2"
    networks = _Networks()
    translate: ClassVar[Any] = staticmethod(public.fill)
    generator: Generator
    settings: Resolved

    @classmethod
    def resolved(cls, settings: StyleGAN2Settings) -> Resolved:
        """The settings with those that follow from size and batch."""
        return Resolved.model_validate(settings.model_dump() | configuration.derived(settings))

    def _due(self, step: int) -> tuple[bool, ...]:
        # Both lazy penalties.
        settings = self.settings
        on_reals = bool(self.lazy_r1) and step % settings.r1_interval == 0
        return on_reals, bool(settings.pl_weight) and step % settings.pl_interval == 0

    def _play(self, indices: torch.Tensor) -> dict[str, torch.Tensor]:
        settings, (r1_due, lengths_due) = self.settings, self.due
        real, labels = self._batch_of(indices)
        with self.on_device.autocast():
            fake = self.generator.synthesise(self._mixed_styles(len(real), labels)).float()

        def judge(images: torch.Tensor) -> torch.Tensor:
            return self.discriminator(self._seen(images), labels)

        judged = self.objective.discriminator(judge, real, fake)
        pull = None if self.lecam is None else self.lecam(judged.logits_real, judged.logits_fake)
        self._descend("discriminator", judged.loss + judged.penalty + (0.0 if pull is None else pull))
        more = {} if pull is None else {"lecam": pull}
        if r1_due:
            self.r1.copy_(self._penalise_discriminator(real, labels))
        self._judge(trained=False)
        loss_g = self.objective.generator(judge, real, fake)
        self._descend("generator", loss_g)
        if lengths_due:
            self._penalise_generator(labels)
        self._judge(trained=True)
        more |= {"r1": self.r1.clone()} if self.lazy_r1 else judged.penalties
        more |= {"path_length": self.path_mean.clone()} if settings.pl_weight else {}
        values = self._columns(judged.loss, loss_g, judged.sure_of_real, judged.sure_of_fake)
        return values | {"bce": judged.bce} | more

    @property
    def lazy_r1(self) -> float:
        """The R1 gamma of penalties that are steps of their own; a relativistic loss has its own."""
        return 0.0 if self.settings.loss == "relativistic" else self.settings.r1_gamma

    @property
    def objective(self) -> Objective:
        """What both players minimise."""
        if self.settings.loss == "relativistic":
            return Relativistic(self.on_device.autocast, self.settings.r1_gamma)
        return NonSaturating(self.on_device.autocast)

    def state(self) -> dict[str, Any]:
        return super().state() | {"r1": self.r1, "path_mean": self.path_mean}

    def load_state(self, state: dict[str, Any]) -> None:
        super().load_state(state)
        self.r1.copy_(state["r1"])
        self.path_mean.copy_(state["path_mean"])

    def _build(self, *arguments: Any) -> None:
        super()._build(*arguments)
        # The last R1 penalty, for the history, and the running mean of path lengths.
        self.r1, self.path_mean = (torch.zeros((), device=self.device) for _ in range(2))

    def _mixed_styles(self, count: int, labels: torch.Tensor | None) -> torch.Tensor:
        # From a random layer on, the styles of a second latent vector (arXiv:1812.04948, section 3.1).
        generator, chance = self.generator, self.settings.style_mixing
        dim, device = self.settings.latent_dim, self.device
        latents = of_batch(lambda n: torch.randn(2, n, dim, device=device), count, dim=1)
        styles = generator.repeated(generator.mapping(latents[0], labels, track=True))
        if not chance:
            return styles
        other = generator.repeated(generator.mapping(latents[1], labels))
        first = of_batch(lambda n: torch.randint(1, generator.styles, (n, 1, 1), device=device), count)
        mixed = of_batch(lambda n: torch.rand(n, 1, 1, device=device), count) < chance
        layers = torch.arange(generator.styles, device=self.device)[None, :, None]
        return torch.where(mixed & (layers >= first), other, styles)

    def _penalise_discriminator(self, real: torch.Tensor, labels: torch.Tensor | None) -> torch.Tensor:
        settings = self.settings
        images = real.detach().requires_grad_(True)
        penalty = r1_penalty(self.discriminator(self._seen(images), labels), images)
        # Times its interval: it is due that often only.
        self._descend("discriminator", penalty * settings.r1_gamma * settings.r1_interval)
        return processes.mean(penalty.detach())

    def _penalise_generator(self, labels: torch.Tensor | None) -> None:
        settings = self.settings
        count = penalised(settings) // processes.count()
        styles = self._mixed_styles(count, None if labels is None else labels[:count])
        lengths = path_lengths(self.generator.synthesise(styles), styles)
        penalty, mean = path_penalty(lengths, self.path_mean)
        self.path_mean.copy_(mean)
        self._descend("generator", penalty * settings.pl_weight * settings.pl_interval)

    def _optimisers(self) -> dict[str, torch.optim.Optimizer]:
        settings = self.settings
        made: dict[str, torch.optim.Optimizer] = {}
        for player, network, weight, interval in (
            ("generator", self.generator, settings.pl_weight, settings.pl_interval),
            ("discriminator", self.discriminator, self.lazy_r1, settings.r1_interval),
        ):
            # An interval of 1 is a step of its own too: two descents a step, each with half of the rate.
            power = interval / (interval + 1) if weight else 1.0
            made[player] = torch.optim.Adam(
                network.parameters(),
                lr=settings.learning_rate * power,
                betas=(settings.beta1**power, settings.beta2**power),
                eps=1e-8,
                fused=True,
            )
        return made


TASK = StyleGAN2Training
