"""Settings of a step, read from the JSON text that the workflow passes."""

import dataclasses
import json
from typing import TYPE_CHECKING, TypeVar

from augury.command.errors import UserError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Settings = TypeVar("Settings", bound="DataclassInstance")


def read_settings(text: str, kind: type[Settings]) -> Settings:
    """An instance of the dataclass `kind` from JSON; keys that are not given keep their defaults.

    Raises UserError for text that is no JSON object and for an unknown key.
    """
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        raise UserError(f"--settings is not JSON ({error}); write it as '{{\"key\": value}}'") from None
    if not isinstance(values, dict):
        raise UserError("--settings must be a JSON object such as '{}'")
    known = [field.name for field in dataclasses.fields(kind)]
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise UserError(f"--settings has the unknown key {', '.join(unknown)}; known are {', '.join(known)}")
    return kind(**values)
