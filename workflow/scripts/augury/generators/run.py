"""Running the training of any generator family: device, state, loop, outputs."""

import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from augury.command.files import atomic, refuse_foreign
from augury.generators.data import TrainingPart, in_colours
from augury.generators.division import check_division
from augury.generators.family import FittedSettings, TrainedSettings
from augury.generators.sheets import TRUNCATIONS
from augury.generators.transfer import MANIFEST, Start
from augury.images.mapped_arrays import blocks
from augury.settings.generation import trained_pool
from augury.tables.description import save_description, seals_of
from augury.tables.rows import SplitRow
from augury.tables.table import write_cells, write_dicts, write_rows
from augury.training import loop, processes
from augury.training.checkpoint import StateFolder
from augury.training.device import choose_device
from augury.training.fingerprint import fingerprint

NETWORKS = "*.safetensors"
_SNAPSHOT_FILES = re.compile(r"generator-\d+\.(safetensors|png)")


def train(
    task_of: Any,
    about: dict[str, Any],
    settings: FittedSettings,
    data: TrainingPart,
    start: Start | None,
    device: str | None,
    threads: int,
    output: Path,
    keep: Callable[[], None] = lambda: None,
) -> None:
    """Train one generator and write its files into `output`.

    about: generator, split, seed, class, classes. task_of: the family's task (see generators.task). start: the
    generator to begin with. device: where to run, instead of what the settings say. keep: called when all is written.
    Where torchrun started this process, with others, they train it together, and the first of them writes.
    """
    refuse_foreign(output / "snapshots", _SNAPSHOT_FILES)
    precision = settings.precision if isinstance(settings, TrainedSettings) else "fp32"
    chosen = choose_device(device or settings.device, precision, threads, bf16_pays_on_cpu=True)
    settings = task_of.resolved(settings)
    begun_with = start.description.get("channels") if start else None
    data = in_colours(data, settings.channels, begun_with, f"generator {about['generator']}")
    # A taxon above several classes is one kind of thing; only a generator for `all` takes the class.
    conditional = about["class"] == "all" and len(about["classes"]) > 1
    pools = [trained_pool(settings), *(start.description.get("pools", []) if start else [])]
    description = about | {
        "family": settings.family,
        "conditional": conditional,
        "settings": settings,
        "size_px": int(data.images.shape[1]),
        "channels": int(data.images.shape[3]),
        "latent_dim": task_of.latent_dim(settings, *data.images.shape[2:]),
        "n_train": len(data.rows),
        "leaked": bool(data.leaked) or bool(start and start.description["leaked"]),
        "start": start.name if start else "scratch",
        **({"pools": list(filter(None, pools))} if any(pools) else {}),
        "kimg_before": start.description["kimg_before"] + start.description["kimg"] if start else 0.0,
        "truncations": list(TRUNCATIONS),
    }
    pixels = hashlib.sha256()
    for images in (data.images, *(data.validation or ())[:1]):
        for block in blocks(images):
            pixels.update(block.data)
    identities = [pixels.hexdigest(), *(row.sha256 for row in data.rows)]
    modules = (f"augury.generators.{settings.family}.training",)
    begun = {"device": chosen.describe()["device"], "start": start.sha256 if start else ""}
    identity = fingerprint(settings, identities, "train_generator", modules, **(about | begun))
    with processes.joined(chosen.device), StateFolder(output, identity, threads) as folder:
        check_division(settings, processes.count())
        images = chosen.hold(data.images)
        labels = chosen.hold(data.labels) if conditional else None
        watched = None
        if data.validation is not None:
            watched = chosen.hold(data.validation[0]), chosen.hold(data.validation[1]) if conditional else None
        task = task_of(description, images, labels, chosen, folder.path / "snapshots", start, watched)
        history, seconds = loop.run(task, folder)
        if processes.is_first():
            run_by = chosen.describe() | {"processes": processes.count()}
            _write(task, data, start, description | run_by, history, seconds, folder, output)
            keep()
            folder.remove()
        processes.wait()


def _write(
    task: Any,
    data: TrainingPart,
    start: Start | None,
    description: dict[str, Any],
    history: list[dict[str, Any]],
    seconds: float,
    folder: StateFolder,
    output: Path,
) -> None:
    kept = output / "snapshots"
    shutil.rmtree(kept, ignore_errors=True)
    snapshots = folder.path / "snapshots"
    task.complete_snapshots()
    # Copied, not moved: a kill between here and the removal of the state must leave all of them to the next run.
    kept.mkdir(parents=True, exist_ok=True)
    for path in sorted(snapshots.glob("generator-*")):
        with atomic(kept / path.name) as temporary:
            shutil.copyfile(path, temporary)
    task.save(output)
    write_dicts(output / "history.tsv", list(history[0]), history)
    last = history[-1]
    description |= {
        "steps": last["step"],
        "kimg": last["kimg"],
        "epochs": last["epoch"],
        "stop_reason": task.stop_reason,
        "snapshots": sorted(int(path.stem.rpartition("-")[2]) for path in kept.glob("*.safetensors")),
        "snapshot_kimg": task.snapshot_kimg(last["kimg"]),
        "parameters": task.parameters(),
        "seconds": round(seconds, 3),
        "images_per_second": round(last["kimg"] * 1000 / seconds, 1),
    }
    seen = {(row.class_, row.sha256): row for row in [*data.rows, *(start.rows if start else [])]}
    write_rows(output / MANIFEST, SplitRow, seen.values())
    write_cells(output / "leaks.tsv", ["leaked"], [[name] for name in data.leaked])
    description |= seals_of(output, NETWORKS, "snapshots/*.safetensors")
    save_description(output / "generator.json", description)
