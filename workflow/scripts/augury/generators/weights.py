"""A trained network on disk: weights in safetensors, what they are in a JSON of the same name."""

import importlib
import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from augury.command.errors import UserError
from augury.command.files import atomic


def save_weights(path: str | Path, network: nn.Module) -> None:
    """Write a network's weights atomically."""
    tensors = {name: value.detach().cpu().contiguous() for name, value in network.state_dict().items()}
    with atomic(path) as temporary:
        save_file(tensors, temporary)


def load_weights(path: str | Path, network: nn.Module) -> None:
    """Fill `network` from the file. Raises UserError when the file is missing, broken or of another network."""
    if not Path(path).exists():
        raise UserError(f"{path} is missing; run the step that trains it")
    try:
        network.load_state_dict(load_file(path))
    except (SafetensorError, RuntimeError) as error:
        first = str(error).splitlines()[0]
        raise UserError(f"{path} does not hold the weights of this network ({first}); train it again") from None


def save_description(path: str | Path, description: dict[str, Any]) -> None:
    """Write the JSON that says what a checkpoint is, keys sorted."""
    with atomic(path) as temporary:
        temporary.write_text(
            json.dumps(description, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
        )


def read_description(path: str | Path) -> dict[str, Any]:
    """Read that JSON. Raises UserError when it is missing or broken."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path} is missing; run the step that trains it") from None
    except ValueError:
        raise UserError(f"{path} is no JSON; remove it and run the step that writes it again") from None


def load_generator(folder: str | Path, snapshot: int | None = None) -> tuple[nn.Module, dict[str, Any]]:
    """The generator of a folder, or its snapshot at a given epoch or kimg, in evaluation mode, with its description."""
    folder = Path(folder)
    description = read_description(folder / "generator.json")
    networks = importlib.import_module(f"augury.generators.{description['family']}.networks")
    generator = networks.build_generator(description)
    weights = folder / "generator.safetensors" if snapshot is None else snapshot_path(folder / "snapshots", snapshot)
    if snapshot is not None and not weights.exists():
        kept = ", ".join(map(str, description["snapshots"])) or "none"
        raise UserError(f"{folder} has no snapshot {snapshot} (kept: {kept}); add it to the generator's `snapshots`")
    load_weights(weights, generator)
    return generator.eval().requires_grad_(False), description


def snapshot_path(folder: Path, snapshot: int) -> Path:
    """Where a snapshot's weights lie; its grid of samples is the PNG beside it."""
    return folder / f"generator-{snapshot:06d}.safetensors"
