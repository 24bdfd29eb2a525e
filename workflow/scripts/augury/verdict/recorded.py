"""What the classifier.json beside predictions says of their runs, so that a verdict by hand is that of the study."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from augury.classifiers.family import ClassifierSettings
from augury.command.errors import UserError
from augury.ensembles.folders import FAMILY as ENSEMBLE
from augury.settings.families import family, is_family
from augury.settings.reading import checked
from augury.tables.description import read_description
from augury.verdict.known import Known
from augury.verdict.runs import Side


def with_recorded(known: Known, sides: Iterable[Side]) -> Known:
    """What is known, and what the files of these runs say: which classifiers are probes, and which arms have copies.

    A classifier is one where every run says so; an ensemble, where all of its members are.
    """
    records, copied = _records(sides)
    certain = {name for name, each in records.items() if name and all(map(_is_certain, each))}
    ensembles = {name for name, each in records.items() if each and all(_members(record) for record in each)}
    certain |= {name for name in ensembles if all(_members(record) <= certain for record in records[name])}
    return dataclasses.replace(
        known,
        deterministic={*known.deterministic, *certain},
        probes={*known.probes, *certain},
        copied={*known.copied, *copied},
    )


def unsaid(known: Known, sides: Iterable[Side]) -> list[str]:
    """A sentence for each arm of a generator whose seeds no file says, where several classifiers may share one."""
    remarks = []
    for side in {side.name: side for side in sides}.values():
        of_split: dict[tuple[str, str], set[int]] = {}
        for key in side.runs:
            of_split.setdefault((key.classifier, key.split), set()).add(key.seed)
        described = next(iter(side.runs.values())).with_name("classifier.json")
        arm = read_description(described).get("arm_settings") if described.is_file() else None
        settings = arm if isinstance(arm, Mapping) else {}
        drawn = settings.get("selection") == "random"  # other images are chosen anew for each seed
        generator = settings.get("generator") if drawn else None
        if generator and side.name not in known.generators and max(map(len, of_split.values())) > 1:
            remarks.append(
                f"{side.name} is judged as if each seed had a {generator} of its own; where seeds share one, say so by "
                f"--generator-seeds, as in {side.name} 0=0 1=0, or its interval is too narrow"
            )
    return remarks


def _records(sides: Iterable[Side]) -> tuple[dict[str, list[Mapping[str, Any]]], set[str]]:
    # By classifier what each of its runs says, an empty one where it says nothing; and the arms with offline copies.
    records: dict[str, list[Mapping[str, Any]]] = {}
    copied = set()
    for side in {side.name: side for side in sides}.values():
        for key, path in side.runs.items():
            described = path.with_name("classifier.json")
            record = read_description(described) if described.is_file() else {}
            records.setdefault(key.classifier, []).append(record)
            arm = record.get("arm_settings")
            if isinstance(arm, Mapping) and (arm.get("classical") or arm.get("classical_to")):
                copied.add(side.name)
    return records, copied


def _is_certain(record: Mapping[str, Any]) -> bool:
    # Others write such files too, and what they call settings need not be ours.
    settings = record.get("settings")
    name = settings.get("family") if isinstance(settings, Mapping) else None
    if not (isinstance(name, str) and is_family("classifiers", name)):
        return False
    model: type[ClassifierSettings] = family("classifiers", name).settings
    try:
        return checked(settings, model).deterministic
    except UserError:
        return False


def _members(record: Mapping[str, Any]) -> set[str]:
    settings, members = record.get("settings"), record.get("members")
    ours = isinstance(settings, Mapping) and settings.get("family") == ENSEMBLE and isinstance(members, list)
    return {str(each.get("classifier")) for each in members or () if isinstance(each, Mapping)} if ours else set()
