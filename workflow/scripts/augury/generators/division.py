"""Whether several GPUs can share the batches of a training. Standard library only."""

from typing import Any

from augury.command.errors import UserError
from augury.settings.families import family, names


def division_problems(settings: Any, processes: int) -> list[tuple[str, str]]:
    """Why so many processes cannot share the batches of a training: pairs of a key and a sentence."""
    if processes == 1:
        return []
    declared = family("generators", settings.family)
    if declared.divided is None:
        known = ", ".join(name for name in names("generators") if family("generators", name).divided)
        return [("gpus", f"{processes} GPUs cannot share a training of {settings.family} (only {known}); set it to 1")]
    batch = settings.images_per_step
    if batch % processes:
        return [("gpus", f"{processes} GPUs cannot share a batch of {batch} images evenly; make it a multiple")]
    return declared.divided(settings, processes)


def check_division(settings: Any, processes: int) -> None:
    """Raise UserError where so many processes cannot share a training."""
    if problems := division_problems(settings, processes):
        raise UserError("; ".join(f"`{key}`: {sentence}" for key, sentence in problems))
