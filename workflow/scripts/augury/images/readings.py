"""What a person should know of how the files of a class were read."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from augury.command import script
from augury.images.decoding.decode import Picture
from augury.images.files import shown
from augury.images.headers import Header
from augury.tables.rows import HeaderRow

SETTING = "preparation."  # in a reason for leaving a file out
CAMERA_BITS = (8, 10, 12, 14)  # that cameras give, in files of 16


class Reading(NamedTuple):
    """What is known of an image once its pixels are gone: see Picture."""

    width: int
    height: int
    mode: str
    notes: tuple[str, ...]
    highest: int | None


def reading_of(picture: Picture) -> Reading:
    return Reading(picture.width, picture.height, picture.mode, picture.notes, picture.highest)


def camera_bits(highest: int) -> int | None:
    """The bits that hold all values up to the greatest in files of 16, if they are fewer."""
    return next((bits for bits in CAMERA_BITS if 0 < highest < 1 << bits), None)


def header_row(sha256: str, header: Header, reading: Reading) -> HeaderRow:
    """How an image's file is stored and was read."""
    return HeaderRow(sha256, *header, reading.highest, "; ".join(reading.notes))


@dataclass(slots=True)
class Readings:
    """Collected image by image."""

    counts: Counter[str] = field(default_factory=Counter)  # of each note
    refused: Counter[str] = field(default_factory=Counter)  # of each reason that names a setting, whatever its numbers
    left_out: dict[str, tuple[Path, str]] = field(default_factory=dict)  # the first of each
    first: dict[str, Path] = field(default_factory=dict)
    deep: int = 0  # images of 16 bits
    highest: int = 0  # the greatest value in them

    def add(self, path: Path, reading: Reading) -> None:
        """Count an image that was read."""
        self.count(reading.notes, reading.highest)
        for note in reading.notes:
            self.first.setdefault(note, path)

    def count(self, notes: Iterable[str], highest: int | None) -> None:
        """The same of one that is known by its notes and its greatest value alone."""
        self.counts.update(notes)
        if highest is not None:
            self.deep += 1
            self.highest = max(self.highest, highest)

    def leave_out(self, path: Path, reason: str) -> None:
        """Count a file that was not read, where a setting decides that."""
        if SETTING in reason:
            kind = re.sub(r"[-+.\de]*\d", "#", reason)
            self.refused[kind] += 1
            self.left_out.setdefault(kind, (path, reason))

    def tell(self, class_: str) -> None:
        """Say what was done, and that images of 16 bits seem to hold fewer."""
        for note, count in self.counts.items():
            script.tell(f"{class_}: files that {note}: {count}, the first {shown(self.first[note])}")
        for kind, count in self.refused.items():
            path, reason = self.left_out[kind]
            script.tell(f"{class_}: files left out: {count}, the first {shown(path)}: {reason}")
        bits = camera_bits(self.highest)
        if bits:
            script.tell(
                f"warning: {class_}: no value in its {self.deep} images of 16 bits is above {self.highest}; if the "
                f"camera gives {bits} bits they are read too dark: set preparation.depth16: {bits} (one setting "
                "for all classes: the bits of the brightest)"
            )
