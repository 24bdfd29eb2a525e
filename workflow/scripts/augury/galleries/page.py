"""The page of a gallery: one file with its images, its style and its script, which asks no other host for anything.

An image is enlarged from its own file, where that still lies beside the page.

What it shows stands in it as JSON, and its script makes elements and text of that, never markup: a file may be called
`<img src=x onerror=...>`.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2

from augury.command.files import atomic
from augury.galleries.content import Gallery, Picture
from augury.galleries.thumbnails import SIDE_PX, thumbnails
from augury.splits.identity import specimen_key
from augury.tables.corrections import COLUMNS

_HERE = Path(__file__).parent
_MARKUP = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def write_page(gallery: Gallery, output: Path, threads: int = 1, side_px: int = SIDE_PX) -> None:
    """Write the page. side_px: of its thumbnails."""
    text = render(gallery, output, threads, side_px)
    with atomic(output) as temporary:
        temporary.write_text(text, encoding="utf-8")


def render(gallery: Gallery, output: Path, threads: int = 1, side_px: int = SIDE_PX) -> str:
    """The page as text. output: where it will lie, from where its links to files begin."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    data = _data(gallery, output, threads, side_px)
    text = json.dumps(data, separators=(",", ":")).translate(_MARKUP)
    # What was not yet downloaded is found again by the page's content.
    key = hashlib.sha256(json.dumps([data["title"], data["pictures"]]).encode()).hexdigest()[:16]
    return environment.get_template("gallery.html.j2").render(gallery=gallery, data=text, key=key)


def _data(gallery: Gallery, output: Path, threads: int, side_px: int) -> dict[str, Any]:
    sources = list(dict.fromkeys(picture.source for picture in gallery.pictures))
    made = thumbnails(sources, threads, side_px)
    number_of = {source: number for number, source in enumerate(sources)}
    folder = output.resolve().parent
    numbers = iter(range(len(gallery.pictures)))
    return {
        "title": gallery.title,
        "classes": list(gallery.classes),
        "columns": COLUMNS,
        "thumbnails": [None if each is None else list(each) for each in made],
        "pictures": [_picture(picture, number_of[picture.source], folder) for picture in gallery.pictures],
        "sections": [
            {
                "title": section.title,
                "about": section.about,
                "groups": [
                    {"title": group.title, "pictures": [next(numbers) for _ in group.pictures]}
                    for group in section.groups
                ],
            }
            for section in gallery.sections
        ],
        "specimens": None if gallery.specimens is None else _several(gallery.specimens),
    }


def _several(specimens: Mapping[str, Sequence[tuple[str, str]]]) -> dict[str, Sequence[tuple[str, str]]]:
    return {key: members for key, members in specimens.items() if len(members) > 1}


def _picture(picture: Picture, thumbnail: int, folder: Path) -> dict[str, Any]:
    link = ""
    if isinstance(picture.source, Path):
        link = quote(os.fsencode(os.path.relpath(os.path.abspath(picture.source), folder)))
    said = {name: getattr(picture, name) for name in ("path", "label", "suggested", "specimen", "sha256")}
    said["key"] = specimen_key(picture.label, picture.specimen) if picture.specimen else ""
    said |= {"link": f"./{link}" if link else "", "lines": list(picture.lines), "fixed": picture.fixed}
    return {name: value for name, value in said.items() if value} | {"thumbnail": thumbnail}
