"""What a search keeps of each image, and how sets of images are judged by it."""

import dataclasses
from collections.abc import Callable

import torch

from augury.latent.drawing import Drawer
from augury.latent.objectives import FEATURES, Objective
from augury.latent.realism import Bound

Features = Callable[[torch.Tensor], torch.Tensor]  # images (n, C, H, W) uint8 -> (n, d) float32


@dataclasses.dataclass(frozen=True)
class Evaluation:
    """Images of vectors, judged by an objective and, where there is one, a bound; features: None where none count."""

    drawer: Drawer
    objective: Objective
    bound: Bound | None
    features: Features | None

    def encode(self, images: torch.Tensor) -> dict[str, torch.Tensor]:
        """What is kept of images (n, C, H, W) uint8: `rows` (n, d) that are compared, `belief` (n,) for the bound."""
        features = None if self.features is None else self.features(images)
        rows = images.flatten(1) if features is None or self.objective.compared != FEATURES else features
        belief = {} if self.bound is None else {"belief": self.bound.score(images, features)}
        return {"rows": rows} | belief

    def encode_vectors(self, vectors: torch.Tensor, noise_seeds: torch.Tensor) -> dict[str, torch.Tensor]:
        """The same of the images of vectors (n, d), which are made block by block and not kept."""
        made = [self.encode(block) for block in self.drawer.blocks(vectors, noise_seeds)]
        return {name: torch.cat([each[name] for each in made]) for name in made[0]}

    def judge(self, kept: dict[str, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
        """Fitness and penalty, (k,) float64 each, of sets: rows (k, S, d) and belief (k, S). The penalty is in both."""
        fitness = self.objective.fitness(kept["rows"])
        penalty = torch.zeros_like(fitness) if self.bound is None else self.bound.penalty(kept["belief"])
        weight = 0.0 if self.bound is None else self.bound.weight
        return fitness + weight * penalty, penalty
