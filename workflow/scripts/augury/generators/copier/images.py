"""What the copier copies."""

import numpy as np

from augury.generators.copier.family import CopierSettings
from augury.generators.data import load_training_part
from augury.generators.importing import Collected, Sources, given


def collect(sources: Sources, settings: CopierSettings) -> Collected:
    """The class's training part, in the order of the images' hashes: the first n are n at random."""
    part = load_training_part(
        [given(sources.pack)], sources.splits, [sources.class_], sources.guard, sources.what, "train", sources.tested
    )
    order = np.argsort([row.sha256 for row in part.rows], kind="stable")
    return Collected(part.images[order], [part.rows[index] for index in order], part.leaked)
