"""Settings as they reach a script: JSON, completed and checked by the same models that check the config."""

import json
from typing import Any, TypeVar

from pydantic import ValidationError

from augury.command.errors import UserError
from augury.settings.base import Settings
from augury.settings.families import family, is_family, names

Model = TypeVar("Model", bound=Settings)


def read_settings(text: str, model: type[Model]) -> Model:
    """The settings in a JSON text.

    The workflow passes them complete; by hand, what is left out takes its default. Raises UserError that names every
    unknown key and every value out of its range.
    """
    return checked(_object(text), model)


def read_family(text: str, kind: str) -> Any:
    """The settings in a JSON text that names its `family`, one of `generators`, `classifiers` or `selections`."""
    given = _object(text)
    name = str(given.get("family", ""))
    if not is_family(kind, name):
        raise UserError(f'name a family in `family`, one of {", ".join(names(kind))}, as in \'{{"family": "..."}}\'')
    declared = family(kind, name)
    settings = checked(given, declared.settings)
    if mistakes := declared.problems(settings):
        raise UserError("; ".join(f"`{key}`: {sentence}" for key, sentence in mistakes))
    return settings


def checked(given: Any, model: type[Model]) -> Model:
    """An instance of a model. Raises UserError that names all that is wrong."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        from augury.settings.sentences import problems

        raise UserError("; ".join(problems(model, error))) from None


def as_json(settings: Any) -> str:
    """The one form in which settings reach a script: JSON with sorted keys, so that their order never counts."""
    return json.dumps(
        settings, sort_keys=True, ensure_ascii=False, default=lambda model: model.model_dump(by_alias=True)
    )


def _object(text: str) -> dict[str, Any]:
    try:
        given = json.loads(text)
    except json.JSONDecodeError as error:
        raise UserError(f"the settings are no JSON ({error}); write them as '{{\"key\": value}}'") from None
    if not isinstance(given, dict):
        raise UserError("the settings are no JSON object; write them as '{\"key\": value}'")
    return given
