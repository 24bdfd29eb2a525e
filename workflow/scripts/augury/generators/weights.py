"""A trained generator on disk: its weights, what they are, and its snapshots."""

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from augury.command.errors import UserError
from augury.generators.network import GeneratorNetwork
from augury.settings.families import family
from augury.settings.reading import checked
from augury.tables.description import check_seal, read_description
from augury.training.weights import load_weights


def load_generator(
    folder: str | Path, snapshot: int | None = None, drawing: Mapping[str, Any] | None = None
) -> tuple[GeneratorNetwork, dict[str, Any]]:
    """The generator of a folder, or its snapshot at a given epoch or kimg, in evaluation mode, with its description.

    drawing: settings of drawing, instead of those in its description. Raises UserError where its family has no such.
    """
    folder = Path(folder)
    description = read_generator(folder)
    description |= {"settings": _drawn_with(description, drawing or {})}
    networks = importlib.import_module(f"augury.generators.{description['family']}.networks")
    generator: GeneratorNetwork = networks.build_generator(description)
    weights = files_read(folder, snapshot)[1]
    if snapshot is not None and not weights.exists():
        kept = ", ".join(map(str, description["snapshots"])) or "none"
        raise UserError(f"{folder} has no snapshot {snapshot} (kept: {kept}); add it to the generator's `snapshots`")
    check_seal(weights, description)
    load_weights(weights, generator)
    generator.path = weights
    return generator.eval().requires_grad_(False), description


def read_generator(folder: Path) -> dict[str, Any]:
    """A generator.json, with its settings as the model of their family."""
    path = folder / "generator.json"
    description = read_description(path)
    own = family("generators", description["family"])
    try:
        return description | {"settings": checked(description["settings"], own.resolved or own.settings)}
    except UserError as error:
        raise UserError(f"{path} is of another version of augury: {error}; train that generator again") from None


def _drawn_with(description: dict[str, Any], drawing: Mapping[str, Any]) -> Any:
    settings, own = description["settings"], family("generators", description["family"])
    training = sorted(drawing.keys() - set(own.drawing))
    if training:
        has = f"it has {', '.join(own.drawing)}" if own.drawing else "it has none"
        raise UserError(f"`{training[0]}` is no setting of drawing of a {description['family']} ({has}); take it out")
    if not drawing:
        return settings
    settings = checked(settings.model_dump() | drawing, own.resolved or own.settings)
    if mistakes := own.problems(settings):
        raise UserError("; ".join(f"`{key}`: {sentence}" for key, sentence in mistakes))
    return settings


def files_read(folder: Path, snapshot: int | None = None) -> list[Path]:
    """The files that load_generator reads."""
    weights = folder / "generator.safetensors" if snapshot is None else snapshot_path(folder / "snapshots", snapshot)
    return [folder / "generator.json", weights]


def class_label(folder: Path, about: dict[str, Any], class_: str) -> int | None:
    """The label of a class in a conditional generator, None in another; UserError when it was not trained on it."""
    if class_ not in about["classes"]:
        raise UserError(f"{folder} was trained on {', '.join(about['classes'])}, not on '{class_}'; name one of them")
    return about["classes"].index(class_) if about["conditional"] else None


def snapshot_path(folder: Path, snapshot: int) -> Path:
    """Where a snapshot's weights lie; its grid of samples is the PNG beside it."""
    return folder / f"generator-{snapshot:06d}.safetensors"
