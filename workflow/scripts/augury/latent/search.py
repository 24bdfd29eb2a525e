"""A genetic search for sets of latent vectors whose images are as various as they can be, as a task of the loop.

Fernandes, Correia and Machado 2020, sections 3.3 and 4.4. A step is a generation; step 0 is the first population, drawn
as the generator was trained. Several searches, each from a seed of its own, follow one another in one run.
"""

from typing import Any

import torch

from augury.latent.evaluation import Evaluation
from augury.latent.operators import offspring
from augury.selections.genetic.family import GeneticSettings
from augury.training.randomness import generator_of


class GeneticSearch:
    """See training.loop.Task. searches: how many; images: S of a set. seed: of all random numbers.

    The k-th search's image s takes the noise of seed k * images + s, its index in the pool, in every individual.
    """

    unit = "generations"
    units_per_step = 1.0
    steps_per_tick = 1

    def __init__(
        self, label: str, evaluation: Evaluation, settings: GeneticSettings, images: int, searches: int, seed: int
    ) -> None:
        self.label, self.evaluation, self.settings = label, evaluation, settings
        self.size, self.searches, self.seed = images, searches, seed
        self.each = settings.generations + 1
        self.steps = searches * self.each
        self.device = torch.device("cpu")  # of what steps return; images are made where the drawer is
        self.vectors = self.fitness = self.penalty = torch.zeros(0)
        self.kept: dict[str, torch.Tensor] = {}
        self.first: list[torch.Tensor] = []
        self.last: list[torch.Tensor] = []
        self._made, self._noise_of = 0, -1

    def step(self, step: int, attempt: int) -> dict[str, torch.Tensor]:
        """The first population, or the next one."""
        search, generation = divmod(step, self.each)
        seed = ("genetic", self.seed, search, generation, attempt)
        noise = torch.arange(self.size) + search * self.size
        if self._noise_of != search:
            self.evaluation.drawer.hold_noise(noise.tolist())
            self._noise_of = search
        if generation == 0:
            count = self.settings.population * self.size
            self.vectors = self._fresh(count, *seed, "first")
            everything = torch.full((len(self.vectors), self.size), -1)
            self._evaluate(everything, noise)
            self.first.append(self.best())
        else:
            self._breed(seed, noise)
        if generation == self.settings.generations:
            self.last.append(self.best())
        return self._history()

    def end_tick(self, step: int, row: dict[str, Any]) -> bool:
        """Say which search and generation the row is of."""
        row["search"], row["generation"] = divmod(step - 1, self.each)
        row["made"] = self._made
        return False

    def best(self) -> torch.Tensor:
        """The individual (S, d) of smallest fitness."""
        return self.vectors[self.fitness.argmin()].clone()

    def state(self) -> dict[str, Any]:
        tensors = {"vectors": self.vectors, "fitness": self.fitness, "penalty": self.penalty, "kept": self.kept}
        return tensors | {"first": self.first, "last": self.last, "made": self._made}

    def load_state(self, state: dict[str, Any]) -> None:
        self.vectors, self.fitness, self.penalty = state["vectors"], state["fitness"], state["penalty"]
        self.kept = {name: each.to(self.evaluation.drawer.device) for name, each in state["kept"].items()}
        self.first, self.last, self._made = list(state["first"]), list(state["last"]), state["made"]

    def _breed(self, seed: tuple[int | str, ...], noise: torch.Tensor) -> None:
        def fresh() -> torch.Tensor:
            return self._fresh(self.settings.population * self.size, *seed, "reset")

        children = offspring(self.vectors, self.fitness, self.settings, generator_of(*seed, "operators"), fresh)
        before = self.fitness[children.kept], self.penalty[children.kept]
        self.vectors = children.vectors
        self._evaluate(children.origin, noise, before)

    def _evaluate(
        self, origin: torch.Tensor, noise: torch.Tensor, known: tuple[torch.Tensor, torch.Tensor] | None = None
    ) -> None:
        # What is new is drawn, what a child has from a parent is copied, and elites keep what was found of them.
        new = origin.flatten() < 0
        made = {}
        if new.any():
            seeds = noise.repeat(len(origin))[new]
            made = self.evaluation.encode_vectors(self.vectors.flatten(0, 1)[new], seeds)
        self._made = int(new.sum())
        device = self.evaluation.drawer.device
        old, new, indices = (~new).to(device), new.to(device), origin.flatten().clamp(min=0).to(device)
        values = {}
        for name in made or self.kept:
            like = made[name] if made else self.kept[name].flatten(0, 1)
            flat = torch.empty((len(new), *like.shape[1:]), dtype=like.dtype, device=device)
            if made:
                flat[new] = made[name]
            if old.any():
                flat[old] = self.kept[name].flatten(0, 1)[indices[old]]
            values[name] = flat.reshape(*origin.shape, *like.shape[1:])
        self.kept = values
        elite = 0 if known is None else len(known[0])
        judged = self.evaluation.judge({name: each[elite:] for name, each in values.items()})
        parts = zip(known, judged, strict=True) if known else [(each[:0], each) for each in judged]
        self.fitness, self.penalty = (torch.cat(pair) for pair in parts)

    def _fresh(self, count: int, *seed: int | str) -> torch.Tensor:
        drawn = self.evaluation.drawer.prior(count, self.settings.mutation_std, *seed)
        return drawn.reshape(-1, self.size, drawn.shape[1])

    def _history(self) -> dict[str, torch.Tensor]:
        best = self.fitness.argmin()
        rows = self.kept["rows"][best.to(self.kept["rows"].device)]
        return {
            "best": self.fitness[best],
            "mean": self.fitness.mean(),
            "worst": self.fitness.max(),
            "diversity": torch.tensor(self.evaluation.objective.diversity(rows)),
            # How far apart the individuals are: near 0 the search has come to rest.
            "gene_spread": self.vectors.std(dim=0, unbiased=False).mean(),
            "penalty": self.penalty[best],
        }
