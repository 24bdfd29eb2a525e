"""Which images from elsewhere show what images of the study show."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from augury.duplicates.fingerprint_store import joined
from augury.duplicates.fingerprints import HASH_BYTES, blocks
from augury.duplicates.search import Pair, find_pairs
from augury.images.manifest import read_class
from augury.tables.rows import DuplicateRow, ImageRow


def find_twins(
    elsewhere: Sequence[Path], own: Sequence[Path], near: bool, scratch: Path | None = None
) -> list[DuplicateRow]:
    """Pairs of an image from elsewhere (a) and one of the study (b): equal pixels and, with `near`, near-duplicates.

    Folders as `index_class` fills them. Fingerprints lie in a file without a name in the folder `scratch`, 4 kB an
    image. Raises UserError where a folder's tables are missing or do not belong together.
    """
    read = [read_class(folder) for folder in (*elsewhere, *own)]
    rows = [row for tables in read for row in tables.rows]
    count = sum(len(tables.rows) for tables in read[: len(elsewhere)])
    groups = np.repeat([0, 1], [count, len(rows) - count])
    parts = [tables.fingerprints for tables in read]
    if near:
        fingerprints = joined(parts, scratch)
    else:
        fingerprints = np.concatenate([block[:, :HASH_BYTES].copy() for part in parts for block in blocks(part)])
    # As within a class: a lookalike that is taken for a twin costs an image, a twin that is missed a study.
    pairs = find_pairs(fingerprints, groups, near)
    twins = (_row(rows[pair.one], rows[pair.other], pair) for pair in pairs)
    return sorted(twins, key=lambda row: (row.path_a, row.path_b))


def _row(a: ImageRow, b: ImageRow, pair: Pair) -> DuplicateRow:
    return DuplicateRow(
        sha256_a=a.sha256, path_a=a.path, class_a=a.class_, sha256_b=b.sha256, path_b=b.path, class_b=b.class_,
        relation=pair.relation, transform=pair.transform, similarity=pair.similarity, conflict=False,
    )  # fmt: skip
