"""Where the members of an ensemble lie: beside it, in their own folders, as the workflow puts them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from augury.command.errors import UserError
from augury.tables.description import read_description

FAMILY = "ensemble"  # of an ensemble's settings in its classifier.json


class Weighted(NamedTuple):
    """A trained classifier's folder, and how much it counts."""

    folder: Path
    weight: float


def record_of(folder: Path) -> dict[str, Any]:
    """The classifier.json of a classifier's or an ensemble's folder. Raises UserError without one."""
    return read_description(folder / "classifier.json")


def members_of(folder: Path, record: Mapping[str, Any]) -> list[Weighted]:
    """An ensemble's members; of a trained classifier itself alone. Members that count nothing are left out.

    Raises UserError where one is missing: an ensemble is copied with the folder of its arm.
    """
    if record.get("settings", {}).get("family") != FAMILY:
        return [Weighted(folder, 1.0)]
    arm = folder.absolute().parent.parent
    members = [
        Weighted(arm / each["classifier"] / f"seed{each['seed']}", float(each["weight"])) for each in record["members"]
    ]
    for member in members:
        if not (member.folder / "classifier.json").exists():
            raise UserError(
                f"{folder} is an ensemble, whose member {member.folder} is missing; copy the whole folder of its arm, "
                f"{arm}"
            )
    return [member for member in members if member.weight]
