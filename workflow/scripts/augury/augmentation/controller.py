"""The controller of ADA: raises p while the discriminator overfits, lowers it while not."""

from typing import Any

import torch


class Controller:
    """Holds p so that the mean sign of the discriminator's logits on real images stays at a target.

    Every `interval` steps p moves by the images seen since, over `kimg` thousand: from 0 to 1 takes `kimg` thousand
    images at the fastest (Karras et al. 2020, arXiv:2006.06676, section 3.1, r_t = E[sign(D_train)] and figure 6). p
    lives on the device as a 0-d float32 tensor and is never waited for.

    target: of r_t. p_max: its upper bound. fixed: keep p where it starts.
    """

    def __init__(
        self,
        target: float,
        interval: int,
        kimg: float,
        p: float,
        p_max: float,
        fixed: bool = False,
        device: torch.device | str = "cpu",
    ) -> None:
        if not 0.0 <= p <= p_max <= 1.0:
            raise ValueError(f"p = {p} and p_max = {p_max} must keep to 0 <= p <= p_max <= 1")
        self.target, self.interval, self.kimg, self.p_max, self.fixed = target, interval, kimg, p_max, fixed
        self.p = torch.full((), p, device=device)
        self._signs = torch.zeros((), device=device)  # their sum since p last moved
        self._images = 0
        self._steps = 0

    @torch.no_grad()
    def count(self, logits_real: torch.Tensor) -> None:
        """Count one step's logits on real images, any shape, one per image. All of it is done on the device."""
        if not self.fixed:
            self._signs += logits_real.float().sign().sum()

    @torch.no_grad()
    def move(self, images: int) -> None:
        """The step is over, in which so many images were counted; p moves after every `interval` steps."""
        if self.fixed:
            return
        self._images += images
        self._steps += 1
        if self._steps < self.interval:
            return
        direction = torch.sign(self._signs / self._images - self.target)
        # In place, as is all that a recorded step sees.
        self.p.copy_((self.p + direction * (self._images / (self.kimg * 1000))).clamp(0.0, self.p_max))
        self._signs.zero_()
        self._images = self._steps = 0

    def state(self) -> dict[str, Any]:
        """What a resumed run needs to go on to the bit."""
        return {"p": self.p.clone(), "signs": self._signs.clone(), "images": self._images, "steps": self._steps}

    def load_state(self, state: dict[str, Any]) -> None:
        """Go on from state()."""
        self.p, self._signs = state["p"].to(self.p).clone(), state["signs"].to(self._signs).clone()
        self._images, self._steps = int(state["images"]), int(state["steps"])
