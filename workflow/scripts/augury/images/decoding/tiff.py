"""The directories of a TIFF file: which of its pages is the picture, and what its tags say."""

import re
import struct
from dataclasses import dataclass
from typing import NamedTuple

from augury.images.decoding.formats import DEVELOP, Unreadable

MARKS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
MOST_PAGES = 4096
MOST_ENTRIES, MOST_OF_ALL, MOST_NUMBERS = 1 << 12, 1 << 18, 1 << 18  # tags of a page and a file, values of a tag
# Tags by the names of the TIFF 6.0 specification.
NEW_SUBFILE_TYPE, SUBFILE_TYPE, IMAGE_WIDTH, IMAGE_LENGTH, BITS_PER_SAMPLE = 254, 255, 256, 257, 258
COMPRESSION, PHOTOMETRIC, FILL_ORDER, IMAGE_DESCRIPTION, STRIP_OFFSETS, ORIENTATION = 259, 262, 266, 270, 273, 274
SAMPLES_PER_PIXEL, ROWS_PER_STRIP, STRIP_BYTE_COUNTS, PLANAR_CONFIGURATION = 277, 278, 279, 284
PREDICTOR, TILE_WIDTH, TILE_LENGTH, TILE_OFFSETS, TILE_BYTE_COUNTS, SUB_IFDS = 317, 322, 323, 324, 325, 330
EXTRA_SAMPLES, SAMPLE_FORMAT, IMAGE_DEPTH, UIC2, ICC_PROFILE, DNG_VERSION = 338, 339, 32997, 33629, 34675, 50706
MOSAICS = (32803, 34892)  # photometric interpretations of raw files: a colour filter array, and linear raw values
REDUCED, MASK = 1, 4  # bits of NewSubfileType
PEER = 3  # a page with fewer than a third of the largest one's pixels is a reduction of it, or a label
NUMBERS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 13: "I", 16: "Q", 17: "q", 18: "Q"}
TEXTS = (2, 7)  # types that are bytes


@dataclass(slots=True)
class Field:
    """A tag's type, the count of its values, and where they lie."""

    kind: int
    count: int
    offset: int


class Form(NamedTuple):
    """How a file writes numbers: `<` or `>`, and 8 bytes an offset (BigTIFF) instead of 4."""

    order: str
    is_big: bool

    @property
    def offset(self) -> str:
        return self.order + ("Q" if self.is_big else "I")


class Page:
    """A directory of a TIFF file; missing and broken tags have no values."""

    def __init__(self, content: bytes, form: Form, offset: int) -> None:
        """Raises struct.error where there is no directory at that offset."""
        self.content, self.form, self.offset = content, form, offset
        head, entry = (
            (form.order + "Q", form.order + "HHQ8x") if form.is_big else (form.order + "H", form.order + "HHI4x")
        )
        (count,) = struct.unpack_from(head, content, offset)
        if count > MOST_ENTRIES:
            raise struct.error(f"{count} tags")
        start, step = offset + struct.calcsize(head), struct.calcsize(entry)
        end = start + count * step
        (self.following,) = struct.unpack_from(form.offset, content, end)
        self.fields: dict[int, Field] = {}
        for number, (tag, kind, values) in enumerate(struct.iter_unpack(entry, content[start:end])):
            self.fields.setdefault(tag, Field(kind, values, start + number * step + (12 if form.is_big else 8)))

    def numbers(self, tag: int) -> tuple[int, ...]:
        """The tag's values, where they are integers."""
        field = self.fields.get(tag)
        if field is None or field.kind not in NUMBERS or field.count > MOST_NUMBERS:
            return ()
        form = f"{self.form.order}{field.count}{NUMBERS[field.kind]}"
        try:
            return struct.unpack_from(form, self.content, self._offset_of(field, struct.calcsize(form)))
        except struct.error:
            return ()

    def number(self, tag: int, otherwise: int = 0) -> int:
        """The tag's first value."""
        return next(iter(self.numbers(tag)), otherwise)

    def bytes(self, tag: int) -> bytes:
        """The tag's bytes, where it holds bytes or text."""
        field = self.fields.get(tag)
        if field is None or field.kind not in TEXTS:
            return b""
        offset = self._offset_of(field, field.count)
        return self.content[offset : offset + field.count]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, as stored."""
        return self.number(IMAGE_WIDTH), self.number(IMAGE_LENGTH)

    @property
    def pixels(self) -> int:
        return self.size[0] * self.size[1]

    @property
    def is_aside(self) -> bool:
        """Whether it says that it is a reduced version of another page, or a mask."""
        return bool(self.number(NEW_SUBFILE_TYPE) & (REDUCED | MASK)) or self.number(SUBFILE_TYPE) == 2

    @property
    def is_raw(self) -> bool:
        return self.number(PHOTOMETRIC) in MOSAICS or DNG_VERSION in self.fields

    def _offset_of(self, field: Field, size: int) -> int:
        if size <= (8 if self.form.is_big else 4):
            return field.offset
        return struct.unpack_from(self.form.offset, self.content, field.offset)[0]


class Choice(NamedTuple):
    """The page that is read, and what should be reported of that."""

    page: Page
    notes: tuple[str, ...] = ()


def choose(content: bytes, number: int | None) -> Choice | None:
    """The picture of a TIFF file: its page of most pixels, or of a stack of such pages the one of that number, from 1.

    None for a file whose directories cannot be followed. Raises Unreadable for a raw file, and for a stack where no
    number is given or there is no such page.
    """
    pages = pages_of(content)
    if not pages:
        return None
    first = pages[0]
    _check_raw(content, pages)
    shown = [page for page in pages if not page.is_aside] or pages
    most = max(page.pixels for page in shown)
    peers = [page for page in shown if page.pixels * PEER > most or page.pixels == most]
    count = max(len(peers), _planes(first) if len(pages) == 1 else 1)
    if count > 1:
        number = check_stack(count, number, "pages")
        if number > len(peers):
            raise Unreadable(f"a stack of {count} pages behind one directory; export the page that shows the specimen")
        return Choice(peers[number - 1], (f"are stacks, of which page {number} is read",))
    return Choice(
        peers[0], () if peers[0] is first else ("begin with a preview, behind which the largest page is read",)
    )


def check_stack(count: int, number: int | None, what: str) -> int:
    """The number. Raises Unreadable where there is none to say which page or channel is the picture, or no such one."""
    many = f"more than {MOST_PAGES}" if count > MOST_PAGES else str(count)
    if number is None:
        raise Unreadable(
            f"a stack of {many} {what}; set preparation.pages to first or to the number of the one that shows the "
            "specimen, or export that one"
        )
    if number > count:
        raise Unreadable(f"a stack of {many} {what}, and preparation.pages is {number}")
    return number


def pages_of(content: bytes) -> list[Page]:
    """The directories in their order, at most MOST_PAGES + 1; those behind a broken one are not reached."""
    if not content.startswith(MARKS):
        return []
    form = Form("<" if content[:2] == b"II" else ">", b"+" in content[2:4])
    pages: list[Page] = []
    seen: set[int] = {0}
    entries = 0
    try:
        offset = _first_offset(content, form)
        while offset not in seen and len(pages) <= MOST_PAGES and entries <= MOST_OF_ALL:
            seen.add(offset)
            pages.append(Page(content, form, offset))
            entries += len(pages[-1].fields)
            offset = pages[-1].following
    except struct.error:
        pass
    return pages


def beginning_with(content: bytes, page: Page) -> bytes:
    """The file with that page as its first."""
    if page.offset == _first_offset(content, page.form):
        return content
    form = page.form
    start = 8 if form.is_big else 4
    offset = struct.pack(form.offset, page.offset)
    return content[:start] + offset + content[start + len(offset) :]


def _first_offset(content: bytes, form: Form) -> int:
    return struct.unpack_from(form.offset, content, 8 if form.is_big else 4)[0]


def _check_raw(content: bytes, pages: list[Page]) -> None:
    first = pages[0]
    below = [page for page in _below(content, first) if not page.is_aside]
    if content[8:10] == b"CR" or any(page.is_raw for page in [*pages[:8], *below]):
        raise Unreadable(f"a camera's raw file, which is not read; {DEVELOP}")
    if any(page.pixels > first.pixels for page in below):
        size = "{} x {}".format(*first.size)
        raise Unreadable(
            f"a file whose picture stands behind a preview of {size} pixels, as in a camera's raw file; {DEVELOP}"
        )


def _below(content: bytes, page: Page) -> list[Page]:
    pages = []
    for offset in page.numbers(SUB_IFDS)[:16]:
        try:
            pages.append(Page(content, page.form, offset))
        except struct.error:
            break
    return pages


def _planes(page: Page) -> int:
    """Images that lie behind one directory: ImageJ and MetaMorph write stacks so, and some tools write volumes."""
    metamorph = page.fields[UIC2].count if UIC2 in page.fields else 1
    match = re.match(rb"ImageJ=.*?^images=(\d{1,9})\s", page.bytes(IMAGE_DESCRIPTION)[:4096], re.DOTALL | re.MULTILINE)
    return max(int(match[1]) if match else 1, page.number(IMAGE_DEPTH, 1), metamorph)
