"""Figures as the page holds them: in the addresses of their images, with caption, description and size."""

import base64
import dataclasses
import io
import re
import struct
from pathlib import Path

from markupsafe import Markup

from augury.command.errors import UserError
from augury.figures.catalogue import FIGURES, figure_caption
from augury.report.captions import caption

OPENING, LEADING, FURTHER = "opening", "leading", "further"  # first screen, evidence, details
QUALITY = 85  # of WebP: the photographs of the demo take a tenth of their PNG
LARGEST = 16383  # pixels of a WebP's side; what is longer is made smaller
_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp"}


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """A figure on the page."""

    name: str
    file: str  # in the results folder, as it was drawn
    download: str  # the name of what the page holds
    title: str
    description: str
    data: str  # data: address
    width: int  # CSS pixels at which its text has its own size
    height: int
    caption: Markup
    place: str  # OPENING, LEADING or FURTHER


def show_figure(path: Path) -> Shown:
    """A figure with its data in its address; UserError when it is missing or neither SVG nor PNG."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path} is missing; run plot_results") from None
    size = _size(path, content)
    known = FIGURES.get(path.stem)
    title = known.title if known else path.stem.replace("_", " ").capitalize()
    kept, suffix = _smaller(content) if path.suffix == ".png" else (content, path.suffix)
    data = f"data:{_TYPES[suffix]};base64,{base64.b64encode(kept).decode()}"
    description = known.description if known else title
    place = OPENING if known and known.opens else LEADING if known and known.leads else FURTHER
    words = caption(figure_caption(path.stem))
    return Shown(path.stem, path.name, path.stem + suffix, title, description, data, *size, words, place)


def _smaller(content: bytes) -> tuple[bytes, str]:
    """A PNG as WebP, where that is shorter; with the suffix of what it is."""
    from PIL import Image

    made = io.BytesIO()
    with Image.open(io.BytesIO(content), formats=("PNG",)) as opened:
        image = opened.convert("RGB")
    image.thumbnail((LARGEST, LARGEST))
    image.save(made, "WEBP", quality=QUALITY, method=4)
    return (made.getvalue(), ".webp") if len(made.getvalue()) < len(content) else (content, ".png")


def _size(path: Path, content: bytes) -> tuple[int, int]:
    if path.suffix == ".png" and content[:8] == b"\x89PNG\r\n\x1a\n":
        width, height = struct.unpack(">II", content[16:24])
        return round(width * 96 / 150), round(height * 96 / 150)  # figures are drawn at 150 dots an inch
    if path.suffix == ".svg":
        match = re.search(
            rb'<svg[^>]*?width="([\d.]+)pt"[^>]*?height="([\d.]+)pt"|<svg[^>]*?height="([\d.]+)pt"[^>]*?width="([\d.]+)pt"',
            content,
        )
        if match:
            width, height = (match[1], match[2]) if match[1] else (match[4], match[3])
            return round(float(width) * 96 / 72), round(float(height) * 96 / 72)
    raise UserError(f"{path} is no figure that the report can hold; give an .svg or a .png of plot_results")
