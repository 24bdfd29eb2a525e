"""LeCam regularisation of a discriminator under limited data (Tseng et al. 2021, arXiv:2104.03310)."""

from typing import Any

import torch

from augury.training import processes


class LeCam:
    """Anchors of what the discriminator says of real and of generated images, and the pull towards them.

    form `paper`: E (D(x) - a_F)^2 + E (D(G(z)) - a_R)^2, equation 3. form `official`: each difference passes a hinge,
    E relu(D(x) - a_F)^2 + E relu(a_R - D(G(z)))^2, as the authors' code has it: only what lies apart is pulled.
    The anchors a_R and a_F are exponential moving averages of the logits' means. From a `start_step` of 0 on they are
    free of the bias towards where they began, as in its authors' code for StyleGAN2; else, as in that for BigGAN, they
    follow without memory up to that step, and nothing is pulled until then.
    """

    def __init__(self, weight: float, form: str, decay: float, start_step: int, device: torch.device) -> None:
        self.weight, self.form, self.decay, self.start_step = weight, form, decay, start_step
        self.real, self.fake, self._rate = (torch.zeros((), device=device) for _ in range(3))
        self.begin(0)

    def begin(self, step: int) -> None:
        """A step begins (from 0): how far anchors move in it, and whether anything is pulled."""
        self.pulls = step >= self.start_step
        self._rate.fill_(self._rate_of(step))

    def __call__(self, logits_real: torch.Tensor, logits_fake: torch.Tensor) -> torch.Tensor:
        """The weighted penalty of the step, after the anchors have moved; zero before its start."""
        with torch.no_grad():
            for anchor, logits in ((self.real, logits_real), (self.fake, logits_fake)):
                anchor.lerp_(processes.mean(logits.mean()), self._rate)
        if not self.pulls:
            return logits_real.new_zeros(())
        return self.weight * lecam_penalty(logits_real, logits_fake, self.real, self.fake, self.form)

    def _rate_of(self, step: int) -> float:
        if step < self.start_step:
            return 1.0
        # Divided by 1 - decay^n, the sum of the weights of the n means so far (Kingma and Ba 2015, section 3).
        return 1 - self.decay if self.start_step else (1 - self.decay) / (1 - self.decay ** (step + 1))

    def state(self) -> dict[str, Any]:
        return {"real": self.real, "fake": self.fake}

    def load_state(self, state: dict[str, Any]) -> None:
        self.real.copy_(state["real"])
        self.fake.copy_(state["fake"])


def lecam_penalty(
    logits_real: torch.Tensor,
    logits_fake: torch.Tensor,
    anchor_real: torch.Tensor,
    anchor_fake: torch.Tensor,
    form: str,
) -> torch.Tensor:
    """The penalty without its weight; see LeCam for the forms."""
    above, below = logits_real - anchor_fake, anchor_real - logits_fake
    if form == "official":
        above, below = above.relu(), below.relu()
    return above.square().mean() + below.square().mean()
