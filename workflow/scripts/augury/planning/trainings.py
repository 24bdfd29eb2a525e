"""Which trainings of classifiers a study needs: where nothing in them is random, one of each training set."""

import dataclasses
from collections.abc import Callable
from typing import Any

from augury.planning.changed import stands
from augury.planning.selections import RANDOM
from augury.study.config import Config


@dataclasses.dataclass(frozen=True)
class Trainings:
    """config: complete. pool_seed: a selection and a seed to the seed of the pool that is drawn from."""

    config: Config
    pool_seed: Callable[[str, int], int]

    def seed_of(self, arm: str, name: str, seed: int) -> int:
        """The seed under which a classifier or ensemble stands for a seed: the first one that gives the same.

        It is the seed itself where anything is random.
        """
        wanted = self._random(arm, name, seed)
        return next(other for other in self.config.seeds if self._random(arm, name, other) == wanted)

    def seeds(self, arm: str, name: str) -> list[int]:
        """The seeds under which a classifier or ensemble stands on an arm; none where it is not trained on it."""
        if not stands(self.config, arm, name):
            return []
        return list(dict.fromkeys(self.seed_of(arm, name, seed) for seed in self.config.seeds))

    def number(self, arm: str, classifier: str, seeds: int, generators: int) -> int:
        """Trainings of a classifier on one split of an arm, were there so many seeds, and so many of generators."""
        settings = self.config.arms[arm]
        if not self.config.classifiers[classifier].deterministic or arm in self.copied:
            return seeds
        if not settings.generator:
            return 1
        return min(seeds, generators) if settings.selection == RANDOM else seeds

    def members(self, ensemble: str) -> list[str]:
        """The classifiers of an ensemble."""
        return self.config.ensembles[ensemble].classifiers or list(self.config.classifiers)

    @property
    def deterministic(self) -> list[str]:
        """Classifiers in whose training nothing is random, and ensembles of such."""
        names = [name for name, settings in self.config.classifiers.items() if settings.deterministic]
        return names + [name for name in self.config.ensembles if set(self.members(name)) <= set(names)]

    @property
    def copied(self) -> list[str]:
        """Arms with offline copies, which are drawn by the seed of the classifier."""
        return [name for name, arm in self.config.arms.items() if arm.classical or arm.classical_to]

    def _random(self, arm: str, name: str, seed: int) -> Any:
        # What changes with the seed in a run; None where nothing does.
        if name in self.config.ensembles:
            over_seeds = self.config.ensembles[name].over_seeds
            return None if over_seeds else [self.seed_of(arm, member, seed) for member in self.members(name)]
        if not self.config.classifiers[name].deterministic or arm in self.copied:
            return seed
        settings = self.config.arms[arm]
        return self.pool_seed(settings.selection, seed) if settings.generator else None
