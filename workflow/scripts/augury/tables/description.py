"""The JSON beside a checkpoint that says what it is."""

import json
from pathlib import Path
from typing import Any

from augury.command.errors import UserError
from augury.command.files import atomic


def save_description(path: str | Path, description: dict[str, Any]) -> None:
    """Write the JSON that says what a checkpoint is, keys sorted."""
    with atomic(path) as temporary:
        temporary.write_text(
            json.dumps(description, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
        )


def read_description(path: str | Path) -> dict[str, Any]:
    """A classifier.json or generator.json. Raises UserError when it is missing or no JSON object."""
    try:
        record = json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path} is missing; run the step that writes it") from None
    except ValueError as error:
        raise UserError(f"{path} is no JSON ({error}); remove it and run its training again") from None
    if not isinstance(record, dict):
        raise UserError(f"{path} holds no JSON object; remove it and run its training again")
    return record
