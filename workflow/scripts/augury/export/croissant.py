"""Croissant: descriptions of the splits and of pools of synthetic images that dataset tools read.

MLCommons Croissant 1.0 (https://docs.mlcommons.org/croissant/docs/croissant-spec.html), JSON-LD.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from augury.export.finished import UNKNOWN, Finished
from augury.images.files import file_sha256
from augury.tables.table import read_cells

SYNTHETIC = "synthetic: do not mix with observations"
NAME = "croissant.json"
TSV, TAR = "text/tab-separated-values", "application/x-tar"
# The context that the specification prescribes.
CONTEXT = {
    "@language": "en", "@vocab": "https://schema.org/", "citeAs": "cr:citeAs", "column": "cr:column",
    "conformsTo": "dct:conformsTo", "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"}, "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/", "examples": {"@id": "cr:examples", "@type": "@json"}, "extract": "cr:extract",
    "field": "cr:field", "fileProperty": "cr:fileProperty", "fileObject": "cr:fileObject", "fileSet": "cr:fileSet",
    "format": "cr:format", "includes": "cr:includes", "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath",
    "key": "cr:key", "md5": "cr:md5", "parentField": "cr:parentField", "path": "cr:path", "recordSet": "cr:recordSet",
    "references": "cr:references", "regex": "cr:regex", "repeated": "cr:repeated", "replace": "cr:replace",
    "sc": "https://schema.org/", "separator": "cr:separator", "source": "cr:source", "subField": "cr:subField",
    "transform": "cr:transform", "samplingRate": "cr:samplingRate",
    "equivalentProperty": "cr:equivalentProperty",
}  # fmt: skip
_NUMBERS = {"latent_seed": "sc:Integer", "sigma": "sc:Float", "leaked": "sc:Boolean"}


def of_splits(study: Finished, folder: Path, date: str) -> dict[str, Any]:
    """Of all tables in splits/ of the folder that is passed on."""
    tables = sorted(folder.glob("splits/*.tsv"))
    about = (
        f"How the images of {study.name} were divided into training, validation and test parts, by specimen. An "
        "image is known by the SHA-256 of its file; the images themselves are not here."
    )
    files = [_file(path, path.name, TSV) for path in tables]
    records = [_records(path.stem, path.name, path, ["sha256"]) for path in tables]
    return _dataset(study, f"{study.name}-splits", about, date, files, records)


def of_pool(study: Finished, pool: Path, place: Sequence[str], date: str) -> dict[str, Any]:
    """Of a pool that lies at `pool` in the folder that is passed on. place: split, generator, selection, seed."""
    split, generator, selection, seed = place
    real = study.holds_real_images(generator)
    kind = "images that no generator of this study drew" if real else "synthetic images"
    about = f"{SYNTHETIC}. " if not real else ""
    about += (
        f"A pool of {kind}: generator {generator}, selection {selection}, {seed}, which learned from the training part "
        f"of the split {split} of {study.name} alone. They are no records of organisms or findings."
    )
    files, records = [], []
    for path in sorted(pool.glob("*/*")):
        name = path.relative_to(pool).as_posix()
        if path.suffix == ".tar":
            files += [_file(path, name, TAR), _images_in(name)]
        elif path.suffix == ".tsv":
            files.append(_file(path, name, TSV))
            records.append(_records(path.parent.name, name, path, ["name"]))
    made = _dataset(study, "-".join((study.name, *place)), about, date, files, records)
    return made | {
        "keywords": ["synthetic"] * (not real) + [study.name],
        "rai:dataLimitations": SYNTHETIC if not real else about,
    }


def _dataset(
    study: Finished, name: str, about: str, date: str, files: list[dict], records: list[dict]
) -> dict[str, Any]:
    licence = study.licence if study.licence != UNKNOWN else "unknown: ask the authors"
    return {
        "@context": CONTEXT, "@type": "sc:Dataset", "conformsTo": "http://mlcommons.org/croissant/1.0", "name": name,
        "description": f"{about} Source of the study's images: {study.source}; their licence: {study.image_licence}.",
        "license": licence, "datePublished": date, "version": "1.0.0",
        "citeAs": f"@misc{{{name}, title = {{{name}}}, year = {{{date[:4]}}}}}",
        "creator": [{"@type": "sc:Person", "name": name} for name in study.authors]
        or {"@type": "sc:Organization", "name": f"the authors of {study.name}"},
        "distribution": files, "recordSet": records,
    }  # fmt: skip


def _file(path: Path, name: str, kind: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject", "@id": _id(name), "name": name, "contentUrl": name, "encodingFormat": kind,
        "contentSize": f"{path.stat().st_size} B", "sha256": file_sha256(path),
    }  # fmt: skip


def _images_in(tar: str) -> dict[str, Any]:
    name = f"images/{_id(tar)}"
    return {
        "@type": "cr:FileSet", "@id": name, "name": name, "containedIn": {"@id": _id(tar)},
        "encodingFormat": "image/png", "includes": "*.png",
    }  # fmt: skip


def _records(name: str, file: str, path: Path, key: Sequence[str]) -> dict[str, Any]:
    fields = [
        {
            "@type": "cr:Field", "@id": f"{_id(name)}/{column}", "name": column,
            "dataType": _NUMBERS.get(column, "sc:Text"),
            "source": {"fileObject": {"@id": _id(file)}, "extract": {"column": column}},
        }
        for column in read_cells(path)[0]
    ]  # fmt: skip
    return {
        "@type": "cr:RecordSet", "@id": _id(name), "name": name,
        "key": [{"@id": f"{_id(name)}/{each}"} for each in key], "field": fields,
    }  # fmt: skip


def _id(name: str) -> str:
    # Readers take no space in an identifier; a class may have one in its name.
    return "_".join(name.split())
