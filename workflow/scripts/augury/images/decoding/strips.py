"""The samples of a TIFF page of any depth: strips and tiles, unpacked and put in their places."""

import io
import lzma
import math
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from PIL import Image, TiffImagePlugin  # noqa: F401  (importing the plugin registers it)

from augury.images.decoding import tiff
from augury.images.decoding.formats import COPY, TRUNCATED, Unreadable
from augury.images.decoding.tiff import Page

MOST_CELLS = 1 << 16
KINDS = {1: "u", 2: "i", 3: "f", 4: "u"}  # SampleFormat
WIDTHS = {"u": (8, 16, 32, 64), "i": (8, 16, 32, 64), "f": (16, 32, 64)}
NONE, LZW, DEFLATE, OLD_DEFLATE, PACKBITS, LZMA, ZSTD = 1, 5, 8, 32946, 32773, 34925, 50000
PREDICTED = (LZW, DEFLATE, OLD_DEFLATE, LZMA, ZSTD)  # the tag means nothing with other compressions
UNREAD = {32771: "word-aligned CCITT", 34933: "PNG",
          6: "old JPEG", 7: "JPEG", 34712: "JPEG 2000", 33003: "JPEG 2000", 33005: "JPEG 2000", 34887: "LERC",
          22610: "JPEG XR", 34934: "JPEG XR", 50001: "WebP", 50002: "JPEG XL", 52546: "JPEG XL"}  # fmt: skip
HORIZONTAL, FLOATING = 2, 3
REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


class Cell(NamedTuple):
    """A strip or a tile: the bytes of the file that it is, the rows and columns that it has, and where it belongs."""

    start: int
    end: int
    shape: tuple[int, int, int]  # rows, columns, samples
    top: int
    left: int
    sample: int  # the first of its samples


def read_samples(page: Page, most_bytes: int) -> np.ndarray:
    """The page's samples in the file's own numbers, (H, W, samples a pixel).

    Raises Unreadable for a compression, predictor or kind of number that is not read, for one that takes more than
    most_bytes, and where the file is cut short.
    """
    kind, bits = number_format(page)
    width, height = page.size
    count = page.number(tiff.SAMPLES_PER_PIXEL, 1)
    dtype = np.dtype(f"{kind}{bits // 8}" if bits in WIDTHS[kind] else "u2")
    cells = list(_cells(page, width, height, count))
    unpacked = sum(math.prod(cell.shape) for cell in cells) * dtype.itemsize
    if max(width * height * count * dtype.itemsize, unpacked // 2) > most_bytes:
        raise Unreadable(f"too large: {width} x {height} pixels of {count} samples of {bits} bits; scale it down")
    unpack = _unpacker(page)
    values = np.empty((height, width, count), dtype)
    for cell in cells:
        raw = page.content[cell.start : cell.end]
        raw = raw.translate(REVERSED) if page.number(tiff.FILL_ORDER, 1) == 2 else raw
        rows, columns, samples = cell.shape
        row_bytes = (columns * samples * bits + 7) // 8
        data = unpack(raw, row_bytes, rows)
        if len(data) < row_bytes * rows:
            raise Unreadable(TRUNCATED)
        part = _numbers(page, data[: row_bytes * rows], cell.shape, kind, bits)
        target = values[
            cell.top : cell.top + rows, cell.left : cell.left + columns, cell.sample : cell.sample + samples
        ]
        target[:] = part[: target.shape[0], : target.shape[1]]
    return values


def number_format(page: Page) -> tuple[str, int]:
    """u, i or f, and the bits of a sample. Raises Unreadable for what is not read."""
    formats, bits = set(page.numbers(tiff.SAMPLE_FORMAT) or (1,)), set(page.numbers(tiff.BITS_PER_SAMPLE) or (1,))
    kind, depth = KINDS.get(min(formats)), min(bits)
    is_read = kind and (depth in WIDTHS[kind] or (kind == "u" and 1 <= depth < 16))
    if len(formats) > 1 or len(bits) > 1 or not kind or not is_read:
        what = "complex numbers" if formats & {5, 6} else f"{'floating ' if kind == 'f' else ''}numbers of "
        what += "" if formats & {5, 6} else " and ".join(map(str, sorted(bits))) + " bits"
        raise Unreadable(f"a TIFF file of {what}, which is not read; export it with 8 or 16 bits")
    return kind, depth


def _cells(page: Page, width: int, height: int, count: int) -> Iterator[Cell]:
    is_tiled = tiff.TILE_OFFSETS in page.fields
    offsets = page.numbers(tiff.TILE_OFFSETS if is_tiled else tiff.STRIP_OFFSETS)
    sizes = page.numbers(tiff.TILE_BYTE_COUNTS if is_tiled else tiff.STRIP_BYTE_COUNTS)
    sizes = sizes or (len(page.content),) * len(offsets)  # some tools leave them out
    if is_tiled:
        rows, columns = page.number(tiff.TILE_LENGTH), page.number(tiff.TILE_WIDTH)
    else:
        rows, columns = min(page.number(tiff.ROWS_PER_STRIP, height), height), width
    planes, samples = (count, 1) if page.number(tiff.PLANAR_CONFIGURATION, 1) == 2 else (1, count)
    if min(rows, columns, count, width, height) < 1:
        raise Unreadable(f"damaged image: its header is broken; {COPY}")
    needed = planes * -(-height // rows) * -(-width // columns)
    if needed > MOST_CELLS:
        raise Unreadable(f"a TIFF file of {needed} strips or tiles; save it again with larger ones")
    if len(offsets) < needed or len(sizes) < needed:
        raise Unreadable(TRUNCATED)
    corners = (
        (plane, top, left)
        for plane in range(planes)
        for top in range(0, height, rows)
        for left in range(0, width, columns)
    )
    for (plane, top, left), start, size in zip(corners, offsets, sizes, strict=False):
        shape = (rows if is_tiled else min(rows, height - top), columns, samples)
        yield Cell(start, start + size, shape, top, left, plane)


def _unpacker(page: Page) -> Callable[[bytes, int, int], bytes]:
    """What makes the bytes of a strip, given its bytes in a row and its rows."""
    compression = page.number(tiff.COMPRESSION, NONE)
    if compression == NONE:
        return lambda raw, row_bytes, rows: raw
    if compression in (DEFLATE, OLD_DEFLATE):
        return lambda raw, row_bytes, rows: zlib.decompressobj().decompress(raw, row_bytes * rows)
    if compression == LZMA:
        return lambda raw, row_bytes, rows: lzma.LZMADecompressor().decompress(raw, row_bytes * rows)
    if compression in (LZW, PACKBITS, ZSTD):
        return lambda raw, row_bytes, rows: _by_pillow(raw, compression, row_bytes, rows)
    name = UNREAD.get(compression, f"kind {compression}")
    raise Unreadable(f"a TIFF file with {name} compression, which is not read; export it without compression")


def _by_pillow(raw: bytes, compression: int, row_bytes: int, rows: int) -> bytes:
    """Unpacked as if the strip were a grey image of 8 bits."""
    numbers = {256: row_bytes, 257: rows, 258: 8, 259: compression, 262: 1, 273: 122, 277: 1, 278: rows, 279: len(raw)}
    fields = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in numbers.items())
    head = b"II*\0" + struct.pack("<IH", 8, len(numbers)) + fields + bytes(4)
    with Image.open(io.BytesIO(head + raw), formats=["TIFF"]) as strip:
        return strip.tobytes()


def _numbers(page: Page, data: bytes, shape: tuple[int, int, int], kind: str, bits: int) -> np.ndarray:
    predictor = page.number(tiff.PREDICTOR, 1) if page.number(tiff.COMPRESSION, NONE) in PREDICTED else 1
    order = page.form.order
    if bits not in WIDTHS[kind]:
        if predictor != 1:
            raise Unreadable(f"a TIFF file of {bits} bits with a predictor, which is not read; export it with 16 bits")
        return _packed(data, shape, bits)
    if predictor == FLOATING and kind == "f":
        return _unfloated(data, shape, bits // 8)
    values = np.frombuffer(data, f"{order}{kind}{bits // 8}").reshape(shape)
    if predictor == HORIZONTAL and kind != "f":
        return np.cumsum(values, axis=1, dtype=values.dtype.newbyteorder("="))
    if predictor != 1:
        raise Unreadable(f"a TIFF file with predictor {predictor}, which is not read; export it without compression")
    return values


def _packed(data: bytes, shape: tuple[int, int, int], bits: int) -> np.ndarray:
    """Numbers that lie bit after bit, each row from a whole byte on."""
    rows, columns, samples = shape
    weights = (1 << np.arange(bits - 1, -1, -1)).astype(np.uint16)
    packed = np.frombuffer(data, np.uint8).reshape(rows, -1)
    made = np.empty((rows, columns * samples), np.uint16)
    for row in range(rows):
        made[row] = np.unpackbits(packed[row])[: columns * samples * bits].reshape(-1, bits) @ weights
    return made.reshape(shape)


def _unfloated(data: bytes, shape: tuple[int, int, int], size: int) -> np.ndarray:
    """Undo the floating point predictor (Adobe Photoshop TIFF Technical Note 3): bytes by significance, differences."""
    rows, columns, samples = shape
    summed = np.cumsum(np.frombuffer(data, np.uint8).reshape(rows, columns * size, samples), axis=1, dtype=np.uint8)
    planes = summed.reshape(rows, size, columns * samples)
    return np.ascontiguousarray(planes.transpose(0, 2, 1)).view(f">f{size}").reshape(shape)
