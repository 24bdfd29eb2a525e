"""What the columns of a table mean: said once, beside the field, and read by the report."""

import dataclasses
import typing
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

Row = TypeVar("Row")


def column(about: str, **beside: str) -> Any:
    """A field of a row whose column means `about`; beside: the ends of the names of columns beside it, as in `low`."""
    return dataclasses.field(metadata={"about": about, "beside": beside})


def estimate(about: str, over: str = "", **beside: str) -> Any:
    """A column with the ends of its 95% interval beside it, and what else. over: what varies in the interval."""
    low = f"lower end of its 95% interval{over and f', over {over}'}"
    return column(about, low=low, high="upper end of that interval", **beside)


@typing.dataclass_transform(frozen_default=True)
def table_row(made: type[Row]) -> type[Row]:
    """A frozen dataclass with a field for each column that stands beside another, of the same type."""
    kinds = {}
    for name, kind in made.__annotations__.items():
        kinds[name] = kind
        for end, about in made.__dict__[name].metadata["beside"].items():
            kinds[f"{name}_{end}"] = kind
            setattr(made, f"{name}_{end}", column(about))
    made.__annotations__ = kinds
    return dataclasses.dataclass(frozen=True, slots=True)(made)


class Measured:
    """A row with such columns, whose names a type checker does not see."""

    __slots__ = ()

    if typing.TYPE_CHECKING:

        def __getattr__(self, name: str) -> float | None: ...


def described(row: type) -> dict[str, str]:
    """Column name to meaning, in the table's order, for the fields made by `column`."""
    return {
        field.name.rstrip("_"): field.metadata["about"]
        for field in dataclasses.fields(row)
        if "about" in field.metadata
    }


def names(row: type) -> list[str]:
    """The columns of a table in its order."""
    return [field.name.rstrip("_") for field in dataclasses.fields(row)]


def extended(columns: Iterable[tuple[str, Any, str]]) -> Callable[[type[Row]], type[Row]]:
    """A row's dataclass with further columns behind its own: name, type and meaning of each."""
    fields = [(name, kind, column(about)) for name, kind, about in columns]

    def made(row: type[Row]) -> type[Row]:
        known = {"__module__": row.__module__}
        return dataclasses.make_dataclass(row.__name__, fields, bases=(row,), namespace=known, frozen=True, slots=True)

    return made
