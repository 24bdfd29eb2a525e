"""Files together: do those that name each other still belong to each other?"""

import functools
import json
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

from augury.command.errors import UserError
from augury.command.seals import seal_of
from augury.generators.pools import content_of, misfit
from augury.images.bound import check_bound, check_identity, identity_of
from augury.images.packs import rows_path
from augury.tables.description import SEALS, read_description, seal_or_digest
from augury.tables.predictions import read_predictions
from augury.tables.rows import ImageRow, PackRow, SplitRow, SyntheticRow
from augury.tables.table import read_rows

Faults = Iterator[tuple[Path, str]]
FEATURES = ".features-"  # in the name of a pack's features


def faults_of(results: Path, damaged: set[Path]) -> Faults:
    """Every file that does not belong to those that it should, and why. `damaged` ones are not looked at again."""
    _hashes.cache_clear()
    _images_of.cache_clear()
    for pattern, look in _LOOKS.items():
        for path in sorted(results.glob(pattern)):
            if path not in damaged and not any(part.startswith(".") for part in path.relative_to(results).parts):
                try:
                    yield from look(results, path)
                except UserError as error:
                    if str(error).startswith(str(path)):
                        yield path, str(error).removeprefix(f"{path}").lstrip(" ,").partition("; ")[0]
                except (OSError, KeyError, ValueError, tarfile.TarError):
                    continue  # a file that it leads to is damaged or missing, which is reported of that file


def _described(results: Path, path: Path) -> Faults:
    """A JSON names the files beside it, each with its seal."""
    for name, seal in read_description(path).get(SEALS, {}).items():
        other = path.parent / name
        if not other.exists():
            yield other, "is missing"
        elif seal_or_digest(other) not in (None, seal):
            yield other, f"is not the one that {path.name} beside it was written with"


def _pack(results: Path, path: Path) -> Faults:
    """A pack has the images of the index, in its order; and features those of their pack."""
    if FEATURES in path.name:
        rows = path.with_name(path.name.partition(FEATURES)[0] + ".tsv")
        check_bound(path, [row.sha256 for row in read_rows(rows, PackRow)], rows, "")
        return
    index = results / "images" / path.stem / "index.tsv"
    hashes = _hashes(index)
    if [row.sha256 for row in read_rows(rows_path(path), PackRow)] != hashes:
        yield rows_path(path), f"lists other images than {index}"
    check_bound(path, hashes, index, "")


def _fingerprints(results: Path, path: Path) -> Faults:
    index = path.with_name("index.tsv")
    check_identity(path, identity_of(_hashes(index)), index, "")
    yield from ()


def _split(results: Path, path: Path) -> Faults:
    """What is divided is in the index."""
    index = results / "images" / path.stem / "index.tsv"
    foreign = {row.sha256 for row in read_rows(path, SplitRow)} - set(_hashes(index))
    if foreign:
        yield path, f"has {len(foreign)} images that are not in {index}"


def _predictions(results: Path, path: Path) -> Faults:
    """What is predicted is in the split, and not in its training part."""
    split = path.relative_to(results).parts[0]
    in_parts = _images_of(results / "splits" / split, "validation", "test")
    foreign = set(read_predictions(path).sha256.tolist()) - in_parts
    if foreign and not _is_left_over(path, *(results / "splits" / split).glob("*.tsv")):
        yield path, f"predicts {len(foreign)} images that are in no validation or test part of {split}"


def _pool(results: Path, path: Path) -> Faults:
    """A pool is of its folder's class, whole, begins with no test image, and its generator stands there."""
    rows = read_rows(path, SyntheticRow)
    splits = results / "splits" / path.relative_to(results).parts[0]
    tested = _images_of(splits, "test") if any(row.parent for row in rows) else set()
    if any(row.parent in tested and not row.leaked for row in rows) and not _is_left_over(path, *splits.glob("*.tsv")):
        yield path, f"begins with images of the test part of {splits.name}"
    if any(row.class_ != path.parent.name for row in rows):
        yield path, f"lists images of '{rows[0].class_}' in the folder of '{path.parent.name}'"
    drawn_with = set()
    for shard in dict.fromkeys(row.shard for row in rows):
        if not (path.parent / shard).exists():
            yield path.parent / shard, "is missing"
            continue
        wrong = ""
        with tarfile.open(path.parent / shard) as tar:
            entries = {entry.name: entry for entry in tar}
            for row in (row for row in rows if row.shard == shard):
                names = [f"{row.name}.png", f"{row.name}.json"]
                if not all(name in entries for name in names):
                    wrong = wrong or f"lacks image {row.name}, which {path.name} lists"
                    continue
                picture, about = (content_of(tar, entries[name]) for name in names)
                if misfit(row, picture, about):
                    wrong = wrong or f"holds another image {row.name} than {path.name} lists"
                else:
                    drawn_with.add((row.generator, json.loads(about).get("weights")))
        if wrong:
            yield path.parent / shard, wrong
    for generator, weights in drawn_with:
        folder = results / path.relative_to(results).parts[0] / "generators" / generator
        standing = list(folder.rglob("generator*.safetensors"))
        known = {seal_of(each) for each in standing}
        if weights and standing and weights not in known and not _is_left_over(path, *standing):
            yield path, f"was drawn from weights of {generator} that stand there no more"


def _is_left_over(path: Path, *sources: Path) -> bool:
    # Of an earlier state of the study, for whose sake nothing is made again.
    return all(source.stat().st_mtime > path.stat().st_mtime for source in sources)


@functools.cache
def _hashes(index: Path) -> list[str]:
    return [row.sha256 for row in read_rows(index, ImageRow)]


@functools.cache
def _images_of(folder: Path, *parts: str) -> set[str]:
    rows = (row for path in folder.glob("*.tsv") for row in read_rows(path, SplitRow))
    return {row.sha256 for row in rows if row.part in parts}


_LOOKS: dict[str, Callable[[Path, Path], Faults]] = {
    "*/*/**/*.json": _described,
    "packs/*/*.npy": _pack,
    "images/*/fingerprints.npy": _fingerprints,
    "splits/*/*.tsv": _split,
    "*/classifiers/*/*/*/predictions.tsv": _predictions,
    "*/synthetic/*/*/*/*/index.tsv": _pool,
}
