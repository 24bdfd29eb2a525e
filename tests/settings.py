"""Complete settings and studies, as the workflow hands them on."""

from typing import Any

from pydantic import ValidationError

from augury.settings.families import family
from augury.settings.sentences import problems
from augury.study.config import Config
from augury.study.images import Decoding


def of_family(kind: str, name: str, **given: Any) -> Any:
    """Settings of a family, with its defaults."""
    return family(kind, name).settings.model_validate(given)


def study(**given: Any) -> Config:
    """A study's config, complete."""
    return Config.model_validate({"images": "x"} | given)


def mistakes(given: dict[str, Any]) -> list[str]:
    """The sentences that a config as it was written brings."""
    try:
        Config.model_validate(given)
    except ValidationError as error:
        return problems(Config, error)
    return []


def decoding(**given: Any) -> Decoding:
    """How image files are read, of any size."""
    return Decoding(**{"min_size_px": 1} | given)
