"""What a table of results says of itself, beside its rows: plans and the report read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from augury.planning.study import Study


@dataclass(frozen=True, slots=True)
class Table:
    """A table of results. It is made of studies of which `made` is true."""

    order: int  # its place among the tables of the report, the smallest first
    title: str
    row: type  # whose fields are its columns, and say what they mean
    made: Callable[[Study], bool] = lambda study: True
    apart: bool = False  # whether the report shows it in a section of its own


def has_classifiers(study: Study) -> bool:
    """Whether a study trains classifiers."""
    return bool(study.config.classifiers)
