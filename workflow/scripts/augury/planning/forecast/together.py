"""Which steps are done for all classes in one process (planning.inputs.together), and what such a job asks for."""

from collections.abc import Callable
from typing import Any

from augury.planning.forecast.resources import LOOKING, POOLING, Needs
from augury.planning.inputs.generators import pool_parts
from augury.planning.inputs.together import Together, Wildcards
from augury.planning.selections import RANDOM

SHORT_MINUTES = 10  # for all classes, by the guess; where it takes longer, each class is a job, for any core


class OfAll:
    """What a study draws for all classes in one process: of which generators scores, and which pools."""

    def __init__(self, needs: Needs, together: Together) -> None:
        self.together, study = together, needs.study
        where = {"split": study.splits[0], "seed": str(study.config.generator_seeds[0])}
        shared = [name for name in study.config.generators if study.transfer.is_conditional(name)]
        scored = ((name, Wildcards(**where, generator=name)) for name in shared)
        self.generators = [name for name, job in scored if self._is_short(needs.drawing_minutes, LOOKING, job)]
        pools = [pool for pool, selection in study.pools if selection == RANDOM and pool_parts(pool)[0] in shared]
        drawn = ((pool, Wildcards(**where, pool=pool, selection=RANDOM)) for pool in pools)
        self.pools = [pool for pool, job in drawn if self._is_short(needs.pool_minutes, POOLING, job)]

    @property
    def has_jobs(self) -> bool:
        """Whether anything is drawn so."""
        return bool(self.generators or self.pools)

    def total(self, of_class: Callable[[Any], float]) -> Callable[[Any], float]:
        """Of all classes: minutes."""
        return lambda wildcards: sum(map(of_class, self.together.each(wildcards)))

    def most(self, of_class: Callable[[Any], float]) -> Callable[[Any], float]:
        """Of the largest: memory, as one class comes after another."""
        return lambda wildcards: max(map(of_class, self.together.each(wildcards)))

    def _is_short(self, of_class: Callable[[Any], float], given: float, job: Wildcards) -> bool:
        return self.total(lambda one: of_class(one) - given)(job) <= SHORT_MINUTES
