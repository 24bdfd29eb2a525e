"""tables/runtime.tsv: what each training took, from classifier.json and generator.json."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from augury.command.errors import UserError
from augury.tables.columns import column
from augury.tables.declaration import Table

Number = TypeVar("Number", int, float)


@dataclasses.dataclass(frozen=True, slots=True)
class RuntimeRow:
    """One trained generator or classifier."""

    kind: str = column("generator or classifier")
    name: str = column("the generator or the classifier")
    arm: str = column("what the classifier was trained on; empty for a generator")
    split: str = column("the split")
    seed: int = column("seed of the training")
    class_: str = column("class of the generator, `all` for one that serves every class; empty for a classifier")
    seconds: float | None = column("time of the training")
    images_per_second: float | None = column("training images passed through in a second")
    device: str = column("where it ran")
    threads: int | None = column("CPU threads")
    precision: str = column("number format of the training")
    parameters: int | None = column("weights of the networks that were trained")


TABLE = Table(order=120, title="Runtime and resources", row=RuntimeRow)


def runtime_row(record: Mapping, path: str | Path) -> RuntimeRow:
    """The row of a record that came from `path`; UserError when it lacks a key that names the run."""
    kind = "classifier" if "classifier" in record else "generator"
    missing = [key for key in (kind, "split", "seed") if key not in record]
    if missing:
        raise UserError(f"{path} has no key {', '.join(missing)}; remove it and run its training again")
    return RuntimeRow(
        kind=kind,
        name=str(record[kind]),
        arm=str(record.get("arm") or ""),
        split=str(record["split"]),
        seed=int(record["seed"]),
        class_="" if kind == "classifier" else str(record.get("class", "")),
        seconds=_number(record.get("seconds"), float),
        images_per_second=_number(record.get("images_per_second"), float),
        device=str(record.get("device", "")),
        threads=_number(record.get("threads"), int),
        precision=str(record.get("precision", "")),
        parameters=_number(record.get("parameters"), int),
    )


def _number(value: Any, kind: type[Number]) -> Number | None:
    # A network pair may count its parameters by network; their sum is what was trained.
    if isinstance(value, Mapping):
        value = sum(value.values())
    return None if value is None else kind(value)
