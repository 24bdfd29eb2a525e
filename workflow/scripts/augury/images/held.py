"""What the search for duplicates holds of every image: 0.8 kB, of fingerprints that may lie on disk."""

import numpy as np

from augury.command.progress import Progress
from augury.images.cells import Cells
from augury.images.descriptors import COARSE, FREQUENCIES, descriptors, whole
from augury.images.fingerprints import blocks, thumbnails
from augury.images.starts import low_frequencies

ALL_PAIRS = 20_000  # images up to which each is compared with all
SPAN = 512  # images that are described at a time


class Held:
    """Of N images the descriptors, for `descriptors.candidates`, and the low frequencies, for `starts.best_starts`."""

    def __init__(self, fingerprints: np.ndarray) -> None:
        """fingerprints: (N, FINGERPRINT_BYTES) uint8, memory-mapped or not."""
        count = len(fingerprints)
        vectors = np.empty((count, FREQUENCIES**2 - 1), np.float32)
        self.low = np.empty((count, 4, COARSE**2 // 4), np.float16)  # a correlation differs by at most 0.0002
        progress = Progress("describing images", count, "images")
        done = 0
        for block in blocks(fingerprints, SPAN):
            coefficient, here = whole(thumbnails(block)), slice(done, done + len(block))
            vectors[here], self.low[here] = descriptors(coefficient), low_frequencies(coefficient)
            done += len(block)
            progress.add(len(block))
        self.descriptors = Cells(vectors) if count > ALL_PAIRS else vectors
