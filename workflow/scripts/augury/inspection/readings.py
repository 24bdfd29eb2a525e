"""How files were read, and whether images of 16 bits hold fewer: what the report says of it."""

from collections.abc import Iterable, Mapping

from augury.images.readings import Readings, camera_bits
from augury.report.values import listed
from augury.tables.inspection import HINT, WARNING, WarningRow
from augury.tables.rows import HeaderRow

KIND = "reading"
_REMEDIES = {
    "stacks": "set another `preparation.pages` if that page is not the one that shows the specimen",
    "profile": "nothing needs to be done",
}


def read_of(headers: Iterable[HeaderRow]) -> Readings:
    """What the headers of a class say together."""
    read = Readings()
    for header in headers:
        read.count(filter(None, header.notes.split("; ")), header.highest)
    return read


def reading_warnings(classes: Mapping[str, Readings]) -> list[WarningRow]:
    """Images that are read too dark, and whatever was done beyond the ordinary, one row per class."""
    warnings = _depth_warnings({name: read for name, read in classes.items() if read.deep})
    for name, read in classes.items():
        for note, count in read.counts.items():
            remedy = next((text for word, text in _REMEDIES.items() if word in note), "nothing needs to be done")
            warnings.append(WarningRow(HINT, KIND, name, "", count, f"{count:,} files of {name} {note}", remedy))
    return warnings


def _depth_warnings(classes: Mapping[str, Readings]) -> list[WarningRow]:
    bits = {name: camera_bits(read.highest) for name, read in classes.items()}
    dark = [name for name in classes if bits[name]]
    if not dark:
        return []
    highest = max(read.highest for read in classes.values())
    images = sum(read.deep for read in classes.values())
    if len(dark) == len(classes):
        most = max(filter(None, bits.values()))
        words = f"no value in the {images:,} images of 16 bits is above {highest:,}"
        remedy = f"if the camera gives {most} bits they are read too dark: set `preparation.depth16: {most}`"
        return [WarningRow(HINT, KIND, "", "", highest, words, remedy)]
    words = (
        f"images of 16 bits reach {highest:,} in some classes, and in {listed(dark)} none is above "
        f"{max(classes[name].highest for name in dark):,}: brightness alone may tell the classes"
    )
    remedy = "if cameras of fewer bits took them, bring all classes to one range before the study"
    return [WarningRow(WARNING, KIND, "", "", highest, words, remedy)]
