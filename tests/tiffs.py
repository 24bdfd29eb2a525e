"""TIFF files of every kind, written byte by byte from the specification (TIFF 6.0; BigTIFF by its 8-byte offsets)."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

SIZES = {1: ("B", 1), 2: ("s", 1), 3: ("H", 2), 4: ("I", 4), 7: ("s", 1), 13: ("I", 4), 16: ("Q", 8)}
FORMATS = {"u": 1, "i": 2, "f": 3, "c": 6}


@dataclass
class Page:
    """A directory: tags by number, each (type, values), and the strips or tiles that it points to."""

    tags: dict[int, tuple[int, Any]]
    strips: Sequence[bytes] = ()
    below: "list[Page]" = field(default_factory=list)  # directories that SubIFDs names


def page(values: np.ndarray, photometric: int | None, planar: int = 1, rows: int | None = None, order: str = "<",
         strips: Sequence[bytes] | None = None, below: Sequence[Page] = (), **tags) -> Page:  # fmt: skip
    """values (H, W) or (H, W, C) as strips of so many rows; tags such as t254=(4, 1) are added."""
    values = values if values.ndim == 3 else values[:, :, None]
    height, width, count = values.shape
    stored = values.astype(values.dtype.newbyteorder(order))
    planes = [stored] if planar == 1 else [stored[:, :, plane] for plane in range(count)]
    rows = rows or height
    cut = [plane[top : top + rows].tobytes() for plane in planes for top in range(0, height, rows)]
    made = {
        256: (4, width), 257: (4, height), 258: (3, [values.dtype.itemsize * 8] * count), 259: (3, 1), 277: (3, count),
        278: (4, rows), 284: (3, planar), 339: (3, [FORMATS[values.dtype.kind]] * count),
    }  # fmt: skip
    if photometric is not None:
        made[262] = (3, photometric)
    made |= {int(name[1:]): value for name, value in tags.items()}
    return Page(made, cut if strips is None else strips, list(below))


def tiff(pages: Page | Sequence[Page], order: str = "<", big: bool = False) -> bytes:
    """A file of these pages."""
    pages = [pages] if isinstance(pages, Page) else pages
    order_mark = b"II" if order == "<" else b"MM"
    content = bytearray(
        order_mark + struct.pack(order + ("HHHQ" if big else "HI"), *((43, 8, 0, 0) if big else (42, 0)))
    )
    link = len(content) - (8 if big else 4)
    for each in pages:
        offset, after = _add(content, each, order, big)
        struct.pack_into(order + ("Q" if big else "I"), content, link, offset)
        link = after
    return bytes(content)


def _add(content: bytearray, each: Page, order: str, big: bool) -> tuple[int, int]:
    """Append a directory and its strips; returns its place and that of its link to the next."""
    word, room = ("Q", 8) if big else ("I", 4)
    tags = dict(each.tags)
    starts = []
    for strip in each.strips:
        starts.append(len(content))
        content += strip
    if each.strips:
        tiled = 322 in tags
        tags |= {324 if tiled else 273: (4, starts), 325 if tiled else 279: (4, [len(strip) for strip in each.strips])}
    if each.below:
        tags[330] = (4, [_add(content, page, order, big)[0] for page in each.below])
    entries = b""
    for tag, (kind, values) in sorted(tags.items()):
        code, _ = SIZES[kind]
        values = values if isinstance(values, (bytes, list, tuple)) else [values]
        data = values if isinstance(values, bytes) else struct.pack(f"{order}{len(values)}{code}", *values)
        if len(data) > room:
            offset = struct.pack(order + word, len(content))
            content += data
            data = offset
        entries += struct.pack(order + "HH" + word, tag, kind, len(values)) + data.ljust(room, b"\0")
    offset = len(content)
    content += struct.pack(order + ("Q" if big else "H"), len(tags)) + entries
    content += bytes(room)
    return offset, len(content) - room
