"""Which short steps share a submission to a cluster, and the time that each of them may ask for.

A group is a set of steps that are submitted as one job; a profile says how many independent pieces of it share one
(`group-components`). Members run one after another, each on the one turn that a group has, so a group asks for the sum
of their times, and each for its share of the longest job at most.

No path may leave a group and come back. So each holds steps of one stage: selections by a classifier stand between the
classifiers of real images and those that train on what was chosen, which is why these are two groups.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from augury.planning.forecast.resources import Needs
from augury.planning.inputs.paths import pack_name
from augury.planning.transfer import pool_path
from augury.selections.family import ByClassifierSettings
from augury.settings.generation import trained_pool
from augury.splits.plan import FINAL

IMAGES, POOLS, REPORT = "images", "pools-{split}-{pool}-{selection}", "report"
CLASSIFIERS, LATER = "classifiers", "classifiers-of-chosen-images"
SHORT_SECONDS = 600  # trainings of classifiers that are over sooner are bundled
TABLES = 8  # steps of the report beside splits, figures and a card included


class Bundles:
    """Groups of a study's steps.

    most_minutes: the longest job, if a profile has a limit. components: how many pieces of a group share a submission,
    by a function, as they are not known yet when rules are read.
    """

    def __init__(self, needs: Needs, most_minutes: int | None, components: Callable[[], Mapping[str, int]]) -> None:
        self.needs, self.study = needs, needs.study
        self._most, self._components = most_minutes, components
        config = self.study.config
        sizes = {pack_name(entry) for entry in config.classifiers.values()}
        sizes |= {pack_name(entry) for entry in config.generators.values()}
        # Steps of an independent piece, where it has several: a class, for the most part.
        of_class = 2 + len(sizes) + len(self.study.trained_splits)
        of_report = TABLES + len(self.study.splits) + 2 * len(config.tests) + 2 * len(config.corruptions)
        self._steps = {IMAGES: of_class, POOLS: 2, REPORT: of_report, "inspection": 2}
        # A pool is compared once, and admitted to each split, folder by folder.
        sets = needs.plan.elsewhere.sets
        folders = [len(sets[pool_path(pool)]) for entry in config.generators.values() if (pool := trained_pool(entry))]
        self._steps["elsewhere"] = 2 + max(folders, default=0) * len(self.study.trained_splits)
        # Pieces that a study has at most, where a profile may bundle more: classes, and those of sets from elsewhere.
        classes = len(self.study.classes)
        self._pieces = {IMAGES: classes * (1 + len(needs.plan.elsewhere.sets))}
        self._pieces[POOLS] = classes * len(config.generator_seeds)

    def minutes(self, base: Callable[[Any], float] | float, group: str = "") -> Callable[[Any, int], int]:
        """Minutes as a function that Snakemake asks: more with each try, and of a group's step no more than its share.

        group: its name as a rule or `group-components` has it, of a step that is in one.
        """

        def asked(wildcards: Any, attempt: int) -> int:
            minutes = math.ceil(base(wildcards) if callable(base) else base) * attempt
            return min(minutes, self._share(group)) if group else minutes

        return asked

    def _share(self, group: str) -> int:
        if self._most is None:
            return 10**6
        components = self._components().get(group, 1)
        pieces = max(1, min(components, self._pieces.get(group, components)))
        return max(1, self._most // (pieces * self._steps.get(group, 1)))

    # Groups of steps that are short in some studies and long in others

    def classifiers(self, wildcards: Any) -> str | None:
        """Of a training of a classifier: None for a long one, which is a submission of its own.

        So is one to hand over, which hangs on all others of its kind.
        """
        if wildcards.split == FINAL or self.needs.classifier_taken(wildcards) > SHORT_SECONDS:
            return None
        chosen = self.study.config.selections.get(self.study.config.arms[wildcards.arm].selection)
        return LATER if isinstance(chosen, ByClassifierSettings) else CLASSIFIERS

    def classifier_minutes(self, wildcards: Any, attempt: int) -> int:
        """Of such a training; a short one asks for twice what it took where it was tried."""
        group = self.classifiers(wildcards)
        if group is None:
            return self.minutes(self.needs.classifier_minutes)(wildcards, attempt)
        return self.minutes(5 + 2 * self.needs.classifier_taken(wildcards) / 60, group)(wildcards, attempt)

    def selections(self, wildcards: Any) -> str | None:
        """Of a choice of latent vectors: that of the pool which is drawn of them, but for a search."""
        return None if self.needs.searches(wildcards) else POOLS.format(**dict(wildcards.items()))

    def selection_minutes(self, wildcards: Any, attempt: int) -> int:
        """Of such a choice."""
        group = "" if self.needs.searches(wildcards) else POOLS
        return self.minutes(self.needs.selection_minutes, group)(wildcards, attempt)
