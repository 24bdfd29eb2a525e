"""What a figure says of itself, in the figure.py of its folder, and the files that it may ask the plan for.

Plans and the report read declarations, drawings never do: a title that changes draws nothing again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from augury.planning.inputs.paths import Network
    from augury.planning.inputs.plan import Plan
    from augury.planning.study import Study

Source = Callable[["Plan"], list[str]]  # files of a study, none where it has none


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure. It is made of studies that have files for each of its inputs, and of which `when` is true."""

    order: int  # its position among the figures of the report, the smallest first
    title: str
    description: str  # for those who cannot see it
    inputs: Mapping[str, Source]  # parameter of `draw` -> the files that it takes
    suffix: str = "svg"  # png where it is made of photographs
    leads: bool = False  # whether it is evidence for the answer, which the report shows first
    opens: bool = False  # whether it is small enough for the report's first screen
    when: Callable[[Study], bool] = lambda study: True

    def files(self, plan: Plan) -> dict[str, list[str]]:
        """What it is drawn from in a study, by parameter of `draw`."""
        return {name: source(plan) for name, source in self.inputs.items()}

    def is_made(self, plan: Plan) -> bool:
        """Whether a study has it."""
        return self.when(plan.study) and all(self.files(plan).values())


def table(name: str) -> Source:
    """A table of results, tables/NAME.tsv."""
    return lambda plan: [path for path in plan.tables if path.endswith(f"/{name}.tsv")]


def of_classifiers(name: str, ensembles: bool = True) -> Source:
    """A file of every classifier, and of every ensemble unless these are left out."""
    return lambda plan: plan.classifiers.runs(name, ensembles=ensembles)


def of_explanations(name: str) -> Source:
    """A file of every explained classifier, of the first split and seed."""
    return lambda plan: plan.classifiers.explanations(name)


def of_generators(name: str, first: bool = False) -> Source:
    """A file of every generator that is trained; of the first split and seed alone, if asked for."""
    return lambda plan: plan.generators.runs(name, trained=True, first=first)


def histories(column: str) -> Source:
    """The course of every generator that records a column, as its settings say (`recorded`)."""
    return lambda plan: plan.generators.runs("history.tsv", trained=True, recording=column)


def of_scores(name: str) -> Source:
    """A file of the scores of every generator, of the first split and seed."""
    return lambda plan: plan.scores.files(name, first=True)


def of_pools(name: str, searched: bool = False, begun: bool | None = None) -> Source:
    """A file of every pool of the first split and seed; of those alone that are chosen, not drawn, if asked for.

    begun: of those alone whose images begin with training images, or do not.
    """
    return lambda plan: plan.pools.files(name, first=True, searched=searched, begun=begun)


def of_searches(name: str) -> Source:
    """A file of every genetic search."""
    return lambda plan: plan.pools.searches(name)


def packs_of_classifiers() -> Source:
    """The real images of each class as the first classifier sees them."""
    return lambda plan: _packs(plan, [*plan.study.config.classifiers.values()][:1])


def packs_of_pools() -> Source:
    """The real images of each class as the generator of the first pool sees them."""
    return lambda plan: _packs(plan, [plan.generators.of_pool(pool) for pool, _ in plan.study.pools[:1]])


def _packs(plan: Plan, networks: Sequence[Network]) -> list[str]:
    return [path for settings in networks for path in plan.paths.packs(settings, ".npy")]


def first_split() -> Source:
    """The tables of the first split, one per class."""
    return lambda plan: plan.paths.each_class(plan.paths.split, split=plan.study.splits[0])


def scored(study: Study) -> bool:
    """Whether a study scores generators."""
    return bool(study.config.generators and study.config.extractors)
