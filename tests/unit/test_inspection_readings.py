"""What the report says of how files were read."""

import io

import numpy as np
from PIL import Image

from augury.images.headers import header_of
from augury.inspection.readings import read_of, reading_warnings
from augury.tables.inspection import HINT, WARNING
from augury.tables.rows import HeaderRow


def headers(*highest: int | None, notes: str = "") -> list[HeaderRow]:
    return [HeaderRow(f"{number:064d}", "TIFF", "", "", top, notes) for number, top in enumerate(highest)]


def test_a_study_of_one_camera_is_told_its_bits():
    classes = {"a": read_of(headers(900, 870)), "b": read_of(headers(3871, None, 12))}
    (row,) = reading_warnings(classes)
    assert (row.level, row.class_, row.value) == (HINT, "", 3871)
    assert row.sentence == "no value in the 4 images of 16 bits is above 3,871"
    assert row.remedy.endswith("set `preparation.depth16: 12`")  # that of the brightest class, and not 10


def test_classes_of_other_cameras_are_a_warning():
    classes = {"a": read_of(headers(3871)), "b": read_of(headers(60_000)), "c": read_of(headers(None))}
    (row,) = reading_warnings(classes)
    assert (row.level, row.value) == (WARNING, 60_000)
    assert "in a none is above 3,871: brightness alone may tell the classes" in row.sentence


def test_a_full_range_and_ordinary_images_say_nothing():
    assert reading_warnings({"a": read_of(headers(60_000)), "b": read_of(headers(None, None))}) == []


def test_what_was_done_is_counted_by_class():
    stack = "are stacks, of which page 1 is read; have a colour profile and are converted to sRGB"
    first, second = reading_warnings({"a": read_of(headers(None, None, notes=stack)), "b": read_of(headers(None))})
    assert (first.class_, first.sentence) == ("a", "2 files of a are stacks, of which page 1 is read")
    assert "preparation.pages" in first.remedy
    assert second.sentence == "2 files of a have a colour profile and are converted to sRGB"
    assert {first.level, second.level} == {HINT}


def test_a_header_costs_no_pixels():
    exif = Image.Exif()
    exif[271], exif[272] = "Maker", "Maker One"
    image = Image.fromarray(np.zeros((8, 8), np.uint8))
    for kind in ("PNG", "JPEG", "TIFF"):
        buffer = io.BytesIO()
        image.save(buffer, kind, exif=exif)
        assert header_of(buffer.getvalue())[:2] == (kind, "Maker One")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    cut = buffer.getvalue()
    cut = cut[: cut.index(b"IDAT") + 6]  # of no pixel can be decoded
    assert header_of(cut).format == "PNG"
