"""What the columns of a table mean: said once, beside the field, and read by the report."""

import dataclasses
from typing import Any


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
