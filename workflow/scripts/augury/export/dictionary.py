"""A data dictionary: what every column of every table means, and of which type it is."""

import dataclasses
import importlib
import re
import typing
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType, NoneType

from augury.tables.checked import COLUMN
from augury.tables.columns import described
from augury.tables.table import read_cells

HEADER = ("table", "column", "type", "empty", "meaning")
_INSPECTED = {
    "warnings": {
        "level": "warning, or hint: what may be natural",
        "kind": "what it is about: names, copies, views, stored, shape or reading",
        "class": "the class; empty where all classes are meant",
        "split": "the split; empty where none is meant",
        "value": "what was measured: a share, a score or a balanced accuracy",
        "sentence": "what was noticed",
        "remedy": "what to do",
    },
    "views": {
        "images": "images of the class",
        "specimens": "specimens of the class",
        "named": "share of the images whose specimen has a name",
        "copies": "share of the images without such names that are near-duplicates of others",
        "largest": "images in the largest group of near-duplicates",
        "compared": "images that were compared with each other",
        "likeness": "distance to the nearest image of another specimen over that to the tenth, median",
        "near": "share of those whose own ratio is 0.45 or less",
        "likeness_test": "the same, to the nearest training image of each test image; mean over splits",
    },
    "shortcuts": {
        "property": "the property of the files by which a class may be told, without any pixel",
        "accuracy": "balanced accuracy of telling classes by it, in folds over specimens",
        "accuracy_low": "lower end of its 95% interval, over specimens",
        "accuracy_high": "upper end of that interval",
        "chance": "balanced accuracy by chance",
        "class": "the class that one value of it tells most; empty where values are numbers",
        "value": "that value",
        "share": "share of that class's images with this value",
        "share_others": "share of the other classes' images with it, each class alike",
        "beyond": "by how much the shares differ, where each class has an image more with the value and one without",
    },
}
CHECK = "CRC-32 of all lines up to this one, by which a change shows"
OF_EDGES = {
    "sha256": "SHA-256 of the image file's bytes: the image's identity",
    "path": "where the image was seen; informative",
    "class": "the class",
    "specimen": "the specimen that the image shows; images of one never cross a split",
    "part": "the part of the split: train, validation, reserve or test",
    "width": "pixels, after the EXIF orientation",
    "height": "pixels, after the EXIF orientation",
    "mode": "Pillow's mode as the file has it",
    "reason": "why the file was left out",
    "relation": "exact (same bytes or pixels), near, or apart: alike, but named as two specimens",
    "transform": "what maps the first image on the second",
    "similarity": "correlation of the aligned pixels, at most 1",
    "conflict": "whether the classes differ, so that one label must be wrong",
    "predicted": "the class of the highest probability",
    "name": "key of the image inside its shard: NAME.png and NAME.json",
    "shard": "file beside the index",
    "generator": "the generator",
    "latent_seed": "the image depends on this number and the generator alone; empty where it was searched for",
    "leaked": "whether what made it may have seen a specimen of the test part",
    "origin": "seed: latent_seed gives the latent vector; latents:ROW: a row of latents.safetensors",
    "parent": "SHA-256 of the training image that it began with; empty where it was drawn freely",
    "parent_specimen": "that image's specimen",
    "sigma": "standard deviation of the noise on that image, of values in -1 to 1",
    "digest": "16 hex digits of the SHA-256 of its PNG and then its JSON",
    "seed": "seed of the training",
    "arm": "what the classifier was trained on",
    "classifier": "the classifier",
}


def dictionary(folder: Path) -> list[tuple[str, ...]]:
    """Lines under HEADER for the tables of results, images and splits below a folder that is passed on."""
    lines = []
    for path in sorted(folder.glob("tables/*.tsv")):
        header, _ = read_cells(path)
        row = _row(path.stem)
        about, kinds = ({}, {}) if row is None else (described(row), typing.get_type_hints(row))
        lines += _lines(f"tables/{path.name}", header, about, kinds)
    for path in sorted(folder.glob("images/*.tsv")):
        lines += _lines(f"images/{path.name}", read_cells(path)[0], _INSPECTED.get(path.stem, {}), {})
    for pattern in ("splits/*.tsv", "*/synthetic/**/index.tsv", "*/classifiers/*/*/*/predictions.tsv"):
        columns: dict[str, None] = {}
        for path in folder.glob(pattern):
            columns |= dict.fromkeys("p:CLASS" if each.startswith("p:") else each for each in read_cells(path)[0])
        lines += _lines(pattern, list(columns), {}, {})
    return lines


def _lines(table: str, header: Sequence[str], about: dict[str, str], kinds: dict) -> list[tuple[str, ...]]:
    lines = []
    for column in header:
        kind = kinds.get(column, kinds.get(f"{column}_"))
        lines.append((table, column, *_kind(kind), about.get(column) or _edge(column)))
    return [*lines, *([(table, COLUMN, "text", "false", CHECK)] if header else [])]


def _edge(column: str) -> str:
    if column == "p:CLASS":
        return "the probability of that class"
    known = OF_EDGES.get(column) or OF_EDGES.get(re.sub(r"_[ab]$", "", column), "")
    return known + {"_a": ", of the first image", "_b": ", of the second"}.get(column[-2:], "") if known else ""


def _kind(hint: object) -> tuple[str, str]:
    options = typing.get_args(hint) or (hint,)
    names = {str: "text", int: "whole number", float: "number", bool: "true or false"}
    words = [names[each] for each in options if each in names]
    return " or ".join(words) or "text", str(NoneType in options).lower()


def _row(name: str) -> type | None:
    """The dataclass of a table's rows, in the module of its name."""
    try:
        module: ModuleType = importlib.import_module(f"augury.tables.{name}")
    except ModuleNotFoundError:
        return None
    made = [each for each in vars(module).values() if dataclasses.is_dataclass(each) and isinstance(each, type)]
    own = [each for each in made if each.__module__ == module.__name__ and described(each)]
    return own[0] if own else None
