"""What every model of settings is, and the types that its fields have.

A field's docstring, the text below it, is its meaning: sentences about mistakes, the reference of keys and the schema
for editors repeat it. No module that declares settings is in a digest of code: what it says reaches a result through
the settings alone, which are compared by value.
"""

import ast
import inspect
import itertools
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

Model = TypeVar("Model", bound="Settings")


class Settings(BaseModel):
    """Unknown keys are mistakes, numbers may be written as text (2e-4 has no dot), and nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True, allow_inf_nan=False)
    renamed: ClassVar[dict[str, str]] = {}  # keys of earlier versions, and what they are called now

    @model_validator(mode="before")
    @classmethod
    def _of_nothing(cls, given: Any) -> Any:
        # A section whose keys are all left out, as in `real:`, takes the defaults.
        return {} if given is None else given


def _no_flag(value: Any) -> Any:
    if isinstance(value, bool):
        raise PydanticCustomError("number_type", "a number")
    return value


def _unique(values: Any) -> Any:
    if values is not None and len(set(values)) < len(values):
        raise PydanticCustomError("repeated", "a list without repetitions")
    return values


def _section(value: Any) -> Any:
    return {} if value is None else value


Value = TypeVar("Value")

Int = Annotated[int, BeforeValidator(_no_flag)]
PositiveInt = Annotated[Int, Field(ge=1)]
NonNegativeInt = Annotated[Int, Field(ge=0)]
Float = Annotated[float, BeforeValidator(_no_flag)]
PositiveFloat = Annotated[Float, Field(gt=0)]
NonNegativeFloat = Annotated[Float, Field(ge=0)]
Fraction = Annotated[Float, Field(ge=0, le=1)]
Decay = Annotated[Float, Field(ge=0, lt=1)]
Rate = Annotated[Float, Field(gt=0, le=1)]
Bool = StrictBool
Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$", max_length=80)]
Unique = Annotated[list[Value], AfterValidator(_unique)]
Section = Annotated[dict[Name, Value], BeforeValidator(_section)]
Mapping = Annotated[dict[str, Value], BeforeValidator(_section)]

Channels = Literal["grey", "rgb"]
Device = Annotated[str, StringConstraints(pattern=r"^(auto|cpu|cuda(:[0-9]+)?)$")]
Precision = Literal["auto", "fp32", "bf16"]


@cache
def meanings(model: type[Settings]) -> dict[str, str]:
    """What each field of a model means, by its name: the docstring below it, or below that of a class before it."""
    texts: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if issubclass(each, Settings) and each is not Settings:
            texts |= _written_in(inspect.getfile(each)).get(each.__name__, {})
    return texts


@cache
def _written_in(file: str) -> dict[str, dict[str, str]]:
    tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    return {node.name: dict(_documented(node.body)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _documented(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for field, text in itertools.pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr):
            yield field.target.id, " ".join(str(ast.literal_eval(text.value)).split())
