"""The JSON beside a checkpoint that says what it is."""

import json
from pathlib import Path
from typing import Any

from augury.command.errors import UserError
from augury.command.files import atomic
from augury.command.seals import BLANK, KEY, check, seal_of, sealed
from augury.tables.checked import last_check

SEALS = "seals"
_REMEDY = "put the right one back, or remove it and run its training again"


def save_description(path: str | Path, description: dict[str, Any]) -> None:
    """Write the JSON that says what a checkpoint is, keys sorted, and last its seal."""
    # Settings are models, which need no import here.
    text = json.dumps(description, sort_keys=True, default=lambda model: model.model_dump(by_alias=True))
    ordered = json.loads(text) | {KEY: BLANK}
    text = json.dumps(ordered, indent=1, ensure_ascii=False) + "\n"
    with atomic(path) as temporary:
        temporary.write_bytes(sealed(text.encode("utf-8", "surrogateescape")))


def read_description(path: str | Path) -> dict[str, Any]:
    """A classifier.json or generator.json. Raises UserError when it is missing, no JSON object, or damaged."""
    try:
        record = json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path} is missing; run the step that writes it") from None
    except ValueError as error:
        raise UserError(f"{path} is no JSON ({error}); remove it and run its training again") from None
    if not isinstance(record, dict):
        raise UserError(f"{path} holds no JSON object; remove it and run its training again")
    check(path, f"remove it and run its training again, or take `{KEY}` out of it where a change was meant")
    record.pop(KEY, None)
    return record


def seals_of(folder: Path, *patterns: str) -> dict[str, dict[str, str]]:
    """What a description says of the files beside it: under `seals`, the seal of each, or a table's last `check`."""
    paths = sorted(path for pattern in patterns for path in folder.glob(pattern))
    seals = {path.relative_to(folder).as_posix(): seal_or_digest(path) for path in paths}
    return {SEALS: {name: seal for name, seal in seals.items() if seal}}


def seal_or_digest(path: Path) -> str | None:
    """What a file carries that no other content has; None where it carries nothing."""
    return last_check(path) if path.suffix == ".tsv" else seal_of(path)


def check_seal(path: Path, description: dict[str, Any]) -> None:
    """Raise UserError where a file is another one than the description beside it was written with."""
    known = description.get(SEALS, {})
    name = next((name for name in known if path.as_posix().endswith(f"/{name}")), None)
    if name is not None and path.exists() and seal_or_digest(path) not in (None, known[name]):
        raise UserError(f"{path} is not the file that the JSON with its description was written with; {_REMEDY}")
