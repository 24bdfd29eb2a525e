"""A classifier's training from its beginning to its end: at once or, by the arm's `order`, in two phases.

Each phase is a whole training by the classifier's settings: the first on the synthetic images alone, the second, from
the weights that the first kept, on the others.
"""

from typing import Any

from augury.classifiers.arm_data import KINDS, SYNTHETIC, ArmData
from augury.classifiers.description import Description
from augury.classifiers.network import Classifier
from augury.command import script
from augury.training import loop
from augury.training.checkpoint import StateFolder
from augury.training.device import Device


def run(
    trainer: Any,
    classifier: Classifier,
    description: Description,
    data: ArmData,
    device: Device,
    folder: StateFolder,
    last_epoch: int | None = None,
) -> tuple[Any, list[dict[str, Any]], float, int]:
    """Train by `trainer` and leave what is kept in the classifier: the last task, history, seconds, epoch kept.

    last_epoch: where it ends before its schedule does, counted over both phases, of which the first is never cut.
    History, steps and epochs of a second phase go on from those of the first.
    """
    arm = description.arm_settings
    if arm.order == "mixed":
        return _phase(trainer, classifier, description, data, device, folder, last_epoch)
    with folder.below(SYNTHETIC) as first_folder:
        alone = data.only([SYNTHETIC])
        first, history, seconds, _ = _phase(trainer, classifier, description, alone, device, first_folder)
    others = data.only([kind for kind in KINDS if kind != SYNTHETIC])
    task, more, further, best = _phase(
        trainer, classifier, description, others, device, folder, last_epoch and last_epoch - first.epochs
    )
    for row in more:
        row["step"] += first.steps
        row["epoch"] += first.epochs
    task.earlier = first
    return task, history + more, seconds + further, first.epochs + best


def _phase(
    trainer: Any,
    classifier: Classifier,
    description: Description,
    data: ArmData,
    device: Device,
    folder: StateFolder,
    last_epoch: int | None = None,
) -> tuple[Any, list[dict[str, Any]], float, int]:
    task = trainer.of_arm(classifier, description, data, device)
    task.last_epoch = last_epoch
    layers = "{} of {} layers".format(*task.trainable_layers())
    script.tell(f"{task.label}: {layers}, {task.steps} steps on {device.device} in {device.precision}")
    history, seconds = loop.run(task, folder)
    return task, history, seconds, task.finish()
