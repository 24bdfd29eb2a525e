"""Augmentation before the split: altered copies of a class's images, written as files, as in some publications."""

import re
import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from augury.augmentation.classical import Classical, offline_copies
from augury.command.errors import UserError
from augury.command.progress import Progress
from augury.images.decoding.decode import Unreadable, decode, read_content
from augury.images.files import content_sha256, is_regular
from augury.images.fit import fit_image
from augury.images.readings import Readings, reading_of
from augury.images.sources import Source
from augury.specimens.grouping import BY_CONTENT, HASH_DIGITS
from augury.specimens.naming import ORIGINAL, Naming, folders_above
from augury.study.images import Indexing, Preparation
from augury.training.randomness import mix_seed

COLUMNS = ("path", "specimen", ORIGINAL)
SEED = mix_seed("enlarging")  # a salt: another word would make other copies
_COPY = re.compile(r"[0-9a-f]{16}-\d+\.png")
OWN = ".augmented"  # the file that marks a folder of copies


def augment_images(
    source: Source,
    output: Path,
    times: int,
    size_px: int,
    augment: Classical,
    reading: Indexing,
    fitting: Preparation,
    roots: list[Path] | None = None,
    class_: str = "",
) -> list[dict[str, str]]:
    """Write each image of the source as a square PNG of `size_px`, and `times` - 1 altered copies, into `output`.

    Returns one row per file: its name, the specimen that it shows and the original's path. An image's specimen is named
    by the settings' regular expression or table, else by its content, and its copies' is the same. Copies depend on the
    image's content alone. What is no usable image is copied as it is, so that the index says why it is left out.
    roots: the folders with all images of the study (default: those above the source's). class_: its name, with which it
    collects how files were read.
    """
    roots = roots or folders_above(source.folders)
    naming = Naming(reading.specimens.regex, reading.specimens.table, roots, source.exclude)
    _make_anew(output)
    whole = fitting.model_copy(update={"centre_crop": 1.0})  # packs keep the centre
    paths, seen, rows, readings = source.files(), set(), [], Readings()
    progress = Progress("augmenting", len(paths), "files")
    for path in paths:
        progress.add()
        try:
            content = read_content(path, reading)
            picture = decode(content, reading)
        except Unreadable:
            if is_regular(path):
                shutil.copyfile(path, output / path.name)
            continue
        sha256 = content_sha256(content)
        if sha256 in seen:
            continue
        seen.add(sha256)
        readings.add(path, reading_of(picture))
        specimen = naming.name(path, source.class_folder(path), sha256) or BY_CONTENT + sha256[:HASH_DIGITS]
        plain = fit_image(picture.image, size_px, "rgb", whole)[None]
        copies, _ = offline_copies(plain, [sha256], times - 1, augment, SEED)
        for number, pixels in enumerate(np.concatenate([plain, copies])):
            name = f"{sha256[:16]}-{number}.png"
            Image.fromarray(pixels).save(output / name)
            rows.append(dict(zip(COLUMNS, (name, specimen, str(path)), strict=True)))
    readings.tell(class_)
    return rows


def _make_anew(folder: Path) -> None:
    foreign = [entry for entry in folder.iterdir() if not _COPY.fullmatch(entry.name)] if folder.is_dir() else []
    if foreign and not (folder / OWN).exists():
        raise UserError(
            f"{folder} would be emptied, and holds files that augury did not write ({foreign[0].name}); name another "
            "--output, or remove it"
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / OWN).touch()
