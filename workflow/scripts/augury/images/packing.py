"""Writing a pack: each image of an index is found, decoded, fitted and put in its row."""

import threading
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from augury.command.errors import UserError
from augury.command.files import atomic
from augury.command.progress import Progress
from augury.images.arrays import write_array
from augury.images.bound import identity_of
from augury.images.decoding.decode import Unreadable, decode, read_content
from augury.images.files import content_sha256, file_sha256, is_regular, shown
from augury.images.fit import CHANNELS, Resize, fit_image, resize
from augury.images.sources import Source, source_of
from augury.images.workers import in_order
from augury.study.images import Decoding, Preparation
from augury.tables.rows import ImageRow, PackRow
from augury.tables.table import write_rows

QUICK_FROM = 300_000_000  # pixels of a class, of which the quicker resize saves what it takes to load


class Finder:
    """An image's content by its hash: where it was seen, or else wherever it lies now in the class's source."""

    def __init__(self, source: Source | Iterable[Path], decoding: Decoding) -> None:
        self.source, self.decoding = source_of(source), decoding
        self.elsewhere: dict[str, Path] | None = None  # every file of the source by its content, once one was missed
        self.lock = threading.Lock()

    def look_for(self, rows: Iterable[ImageRow]) -> None:
        """Raises UserError when a file is gone and its content is nowhere else. No file is read where all are there."""
        for row in rows:
            if not is_regular(Path(row.path)):
                self._other_path(row)

    def content(self, row: ImageRow) -> bytes:
        """The bytes with that sha256, read and hashed once. Raises UserError when they are nowhere in the folders."""
        try:
            content = read_content(Path(row.path), self.decoding)
        except Unreadable:
            content = b""
        if content_sha256(content) == row.sha256:
            return content
        try:
            content = read_content(self._other_path(row), self.decoding)
        except Unreadable as error:
            raise _changed(row, f"cannot be used any more ({error})") from None
        if content_sha256(content) != row.sha256:
            raise _changed(row, "has changed")
        return content

    def _other_path(self, row: ImageRow) -> Path:
        with self.lock:
            if self.elsewhere is None:
                self.elsewhere = {}
                for path in self.source.present_files():
                    if is_regular(path):
                        self.elsewhere.setdefault(_hash_or_nothing(path), path)
        if row.sha256 not in self.elsewhere:
            raise _changed(row, "is gone or has changed")
        return self.elsewhere[row.sha256]


def write_pack(
    rows: list[ImageRow], source: Source | Iterable[Path], pack_path: Path, table_path: Path,
    size_px: int, channels: str, settings: Preparation, threads: int = 1,
) -> None:  # fmt: skip
    """Write the images of an index as (N, size_px, size_px, 1 or 3) uint8 and their rows, in the index's order.

    Written image by image, so that memory holds a few of them per thread whatever N is; the table is written last.
    Raises UserError for an image that is nowhere in the folders.
    """
    if size_px < 1:
        raise UserError(f"--size is {size_px}; it must be at least 1 pixel")
    decoding = settings.model_copy(update={"min_size_px": 1})  # the index has left out what is too small
    finder = Finder(source, decoding)
    finder.look_for(rows)
    chosen = _resize_of(rows, channels)

    def fitted(row: ImageRow) -> np.ndarray:
        try:
            picture = decode(finder.content(row), decoding)
        except Unreadable as error:
            raise _changed(row, f"cannot be used ({error})") from None
        return fit_image(picture.image, size_px, channels, settings, chosen)

    shape = (len(rows), size_px, size_px, CHANNELS[channels])
    with atomic(pack_path) as temporary:
        parts = in_order(fitted, rows, threads, Progress("packing images", len(rows), "images"))
        write_array(temporary, shape, parts, identity_of(row.sha256 for row in rows))
    write_rows(table_path, PackRow, (PackRow(row.sha256) for row in rows))


def _resize_of(rows: list[ImageRow], channels: str) -> Resize:
    if channels != "rgb" or sum(row.width * row.height for row in rows) < QUICK_FROM:
        return resize
    import torch

    from augury.images import torch_resize

    torch.set_num_threads(1)  # images are shared among threads, not their rows
    return torch_resize.resize


def _hash_or_nothing(path: Path) -> str:
    try:
        return file_sha256(path)
    except OSError:
        return ""


def _changed(row: ImageRow, what: str) -> UserError:
    return UserError(
        f"the image {shown(row.path)} (sha256 {row.sha256[:16]}) {what}; put it back, or run the workflow again so "
        "that the class is indexed as it is now"
    )
