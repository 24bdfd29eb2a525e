"""How many images that begin with training images show one, by the level of their noise.

Images of one parent, and of views of one specimen, are no independent trials: intervals are over specimens.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from augury.metrics.intervals import share_interval
from augury.splits.identity import specimen_key
from augury.tables.copies import ALL, CopyRow
from augury.tables.grouping import grouped
from augury.tables.selections import PoolRun

Record = Mapping[str, Any]  # a selection.json of images that begin with training images


def of_level(pools: Sequence[tuple[str, Record]], sigma: float) -> dict[str, Any]:
    """Of all images of a level that were compared with training images, by (class, record) of their pools.

    Says images, specimens, copied and the ends of its 95% interval; these are None for a single specimen.
    """
    copied, specimens = [], []
    for class_, record in pools:
        parents, copies = record["parents"], set(record["copied"])
        for index in record["looked_at"]:
            if parents[index]["sigma"] == sigma:
                copied.append(index in copies)
                specimens.append(specimen_key(class_, parents[index]["parent_specimen"]))
    ends = [None if math.isnan(end) else end for end in share_interval(np.array(copied), np.array(specimens))]
    counted = {"images": len(copied), "specimens": len(set(specimens))}
    return counted | dict(zip(("copied", "copied_low", "copied_high"), ends, strict=True))


def summarise_copies(pools: Sequence[tuple[PoolRun, Record]]) -> list[CopyRow]:
    """A row per generator, selection and level over all classes, then, where there are several, for each class."""
    rows = []
    for (generator, selection), drawn in grouped(pools, lambda pool: (pool[0].pool, pool[0].selection)).items():
        classes = list(dict.fromkeys(run.class_ for run, _ in drawn))
        levels = sorted({parent["sigma"] for _, record in drawn for parent in record["parents"]})
        for class_ in [ALL, *classes] if len(classes) > 1 else classes:
            own = [(run, record) for run, record in drawn if class_ in (ALL, run.class_)]
            records = [(run.class_, record) for run, record in own]
            about = {
                "leaked": any(record["leaked"] for _, record in own),
                "n_runs": len({(run.split, run.seed) for run, _ in own}),
            }
            for sigma in levels:
                found = of_level(records, sigma)
                if found["images"]:
                    cells = about | {"n_images": found.pop("images"), "n_specimens": found.pop("specimens")} | found
                    rows.append(CopyRow(generator=generator, selection=selection, sigma=sigma, class_=class_, **cells))
    return rows
