"""What the columns of a table mean: said once, beside the field, and read by the report."""

import dataclasses
import typing
from collections.abc import Callable
from typing import Any, TypeVar

Row = TypeVar("Row")


def column(about: str) -> Any:
    """A field of a row's dataclass whose column means `about`."""
    return dataclasses.field(metadata={"about": about})


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


def extended(*more: type) -> Callable[[type[Row]], type[Row]]:
    """A row's dataclass with the columns of others behind its own."""

    def made(row: type[Row]) -> type[Row]:
        fields = [
            (field.name, typing.get_type_hints(each)[field.name], dataclasses.field(metadata=field.metadata))
            for each in more
            for field in dataclasses.fields(each)
        ]
        known = {"__doc__": row.__doc__, "__module__": row.__module__}
        return dataclasses.make_dataclass(row.__name__, fields, bases=(row,), namespace=known, frozen=True, slots=True)

    return made
