"""Whose a results folder is: `study.json` in it says which images and which config it was made of.

Written when a run begins, and compared when one is planned, so that no study takes the place of another without a word.
A folder belongs to its images, wherever they lie, and to its first config file, edited or not, with or without files
laid over it.
"""

import dataclasses
import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from augury.command.errors import UserError
from augury.planning.study import Study
from augury.settings.reading import as_json
from augury.tables.description import read_description, save_description

FILE = "study.json"
KEPT = 1000  # images that are remembered: those with the smallest hashes, which are a sample at random
ALIKE = 0.5  # share of the images, of those before or of those now, that makes them the same ones
DEFAULT = "config/config.yaml"


@dataclasses.dataclass(frozen=True)
class Claim:
    """What is known of the study that a results folder is of."""

    images: str  # the folder of images, as seen from the project's folder; absolute outside of it
    sample: list[str]  # the KEPT smallest of their SHA-256, 16 hex digits each, ascending
    configs: list[str]  # config files in their order, as seen from the project's folder
    content: str  # of the completed config without the place of the images
    default: bool  # the default study of a folder that the command line named
    smoke_test: bool  # its numbers mean nothing


def claim_of(study: Study, config_files: Iterable[str | Path], command_line: dict[str, Any]) -> Claim:
    """The claim of a planned study. config_files: as Snakemake has them; command_line: keys that `--config` set."""
    configs = [_seen_from_here(path) for path in config_files]
    written = {key: value for key, value in study.written if key != "images"}
    hashes = sorted({sha256[:16] for of_class in study.contents.images.values() for *_, sha256 in of_class})
    return Claim(
        images=_seen_from_here(study.config.images),
        sample=hashes[:KEPT],
        configs=configs,
        content=hashlib.sha256(as_json(written).encode()).hexdigest()[:16],
        default=len(configs) == 1 and configs[0].endswith(DEFAULT) and "images" in command_line,
        smoke_test=bool(study.config.smoke_test),
    )


def objection(claim: Claim, folder: Path) -> str | None:
    """A sentence where the results folder is another study's; None where it is this one's, or nobody's yet."""
    path = folder / FILE
    if not path.exists():
        return None
    try:
        known = read_description(path)
        owner = Claim(**{field.name: known[field.name] for field in dataclasses.fields(Claim)})
    except (UserError, KeyError, TypeError):
        return f"{path} cannot be read; remove it if {folder} may hold the results of this study"
    remedy = f"or remove {path} to give the folder to this study"
    if owner.smoke_test:  # the numbers of a trial mean nothing: it gives way to any study
        return None
    if claim.smoke_test:
        return (
            f"{folder} holds the results of a full study, and this one is a smoke test; set another `dataset`, {remedy}"
        )
    if owner.images != claim.images and not _are_alike(owner.sample, claim.sample):
        named = _name_for(claim.images, folder.name)
        return (
            f"{folder} holds the results of other images, those of {owner.images}, and they would be replaced; "
            f"set a `dataset` of its own, such as `dataset: {named}`, {remedy}"
        )
    if _same_config(owner, claim):
        return None
    named = _slug(f"{folder.name}-{Path(claim.configs[-1]).stem}")
    return (
        f"{folder} holds the results of another config, {', '.join(owner.configs)}, and they would be replaced; "
        f"set a `dataset` of its own, such as `dataset: {named}`, {remedy}"
    )


def succession(claim: Claim, folder: Path) -> str | None:
    """A sentence where the study takes a folder over from a trial or the default study: there was no objection."""
    try:
        known = read_description(folder / FILE)
    except UserError:
        return None
    if known["smoke_test"] and not claim.smoke_test:
        return f"{folder} held a smoke test; this study takes its place"
    if not known["default"] or known["content"] == claim.content or claim.default:
        return None
    return f"{folder} held the default study of these images; this one takes its place, and keeps what both share"


def settle(claim: Claim, folder: Path) -> None:
    """Write whose the folder is."""
    save_description(folder / FILE, dataclasses.asdict(claim))


def _are_alike(before: Sequence[str], now: Sequence[str]) -> bool:
    # Of both samples, what lies below the smaller of their ends is known in full.
    if not before or not now:
        return False
    end = min(before[-1] if len(before) == KEPT else "g", now[-1] if len(now) == KEPT else "g")
    old, new = ({each for each in sample if each <= end} for sample in (before, now))
    shared = len(old & new)
    return shared >= ALIKE * min(len(old), len(new)) > 0


def _same_config(owner: Claim, claim: Claim) -> bool:
    if owner.content == claim.content:
        return True
    if owner.default or not all(map(os.path.exists, owner.configs)):
        return True  # the default study gives way to a written one; a file that is gone was renamed
    shorter, longer = sorted((owner.configs, claim.configs), key=len)
    return longer[: len(shorter)] == shorter


def _seen_from_here(path: str | Path) -> str:
    inside = os.path.relpath(os.path.realpath(path))
    return inside if not inside.startswith("..") else os.path.realpath(path)


def _name_for(images: str, taken: str) -> str:
    above = [part for part in Path(os.path.abspath(images)).parts[1:-1] if part.lower() not in ("images", "data")]
    return _slug("-".join([*above[-1:], Path(images).name])) if above else f"{taken}-2"


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-.")
