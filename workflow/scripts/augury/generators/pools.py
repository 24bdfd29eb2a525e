"""Pools of synthetic images: WebDataset shards of PNG and JSON, with an index in the order in which arms take them.

Shards follow the WebDataset convention (a tar file in which NAME.png and NAME.json belong together) and are the same to
the byte whenever they are written: no times, owners or modes of this machine.
"""

import dataclasses
import hashlib
import io
import itertools
import json
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from augury.command.errors import UserError
from augury.command.files import atomic, sweep
from augury.images.arrays import decode_png, encode_png
from augury.images.mapped_arrays import gathered
from augury.tables.rows import SEED, SyntheticRow
from augury.tables.table import read_rows, write_rows


def arm_count(ratio: float, n_train: int) -> int:
    """Synthetic images for `n_train` real ones at a ratio, halves up.

    >>> arm_count(0.5, 7)
    4
    """
    return int(ratio * n_train + 0.5)


def write_pool(folder: Path, images: Iterable[np.ndarray], rows: list[SyntheticRow], extra: dict[str, object]) -> None:
    """Write the shards that the rows name, then index.tsv (the pool is there once the index is).

    images: uint8 (H, W, C), one per row, in the rows' order. extra: what each image's JSON says beside its row. Raises
    UserError where the folder holds an index or shards that are of no such pool.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _refuse_foreign(folder)
    for old in (folder / "index.tsv", *folder.glob("shard-*.tar")):
        old.unlink(missing_ok=True)
    for own in ("index.tsv", "shard-*.tar"):  # others write here at the same time, such as features for scores
        sweep(folder, own)
    source, digests = iter(images), []
    for shard, of_shard in itertools.groupby(rows, key=lambda row: row.shard):
        with atomic(folder / shard) as temporary, tarfile.open(temporary, "w", format=tarfile.USTAR_FORMAT) as tar:
            for row in of_shard:
                picture = encode_png(next(source))
                label: dict[str, object] = {
                    "class": row.class_,
                    "generator": row.generator,
                    "latent_seed": row.latent_seed,
                }
                label |= {"origin": row.origin} if row.origin != SEED else {}
                label |= {"parent": row.parent, "sigma": row.sigma} if row.parent else {}
                about = json.dumps(label | extra, sort_keys=True, ensure_ascii=False).encode()
                _add(tar, f"{row.name}.png", picture)
                _add(tar, f"{row.name}.json", about)
                digests.append(digest_of(picture, about))
    listed = (dataclasses.replace(row, digest=digest) for row, digest in zip(rows, digests, strict=True))
    write_rows(folder / "index.tsv", SyntheticRow, listed)


def read_pool(
    index: str | Path, count: int | None = None, class_: str | None = None
) -> tuple[np.ndarray, list[SyntheticRow]]:
    """The first `count` images of a pool (default: all) as uint8 (N, H, W, C), with their rows.

    Raises UserError when the pool holds fewer, is of another class than `class_`, or a shard does not hold what the
    index says.
    """
    index = Path(index)
    rows = read_rows(index, SyntheticRow)
    other = next((row.class_ for row in rows if class_ not in (None, row.class_)), None)
    if other is not None:
        raise UserError(f"{index} lists images of '{other}', not of '{class_}'; remove it and run again")
    if count is not None and count > len(rows):
        raise UserError(f"{index} lists {len(rows)} images where {count} are wanted; make the pool again with more")
    rows = rows[:count]
    return gathered(_images(index, rows), len(rows)) if rows else np.zeros((0, 1, 1, 3), np.uint8), rows


def _refuse_foreign(folder: Path) -> None:
    # By hand, the folder may be anyone's. A damaged file beside one of ours is ours.
    index, shards = folder / "index.tsv", sorted(folder.glob("shard-*.tar"))
    present = [index, *shards] if index.exists() else shards
    if present and not (index.exists() and _is_index(index)) and not any(map(_is_shard, shards)):
        raise UserError(
            f"{present[0]} would be replaced, and is of no pool that augury drew; remove it, or name another --output"
        )


def content_of(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    """The content of an entry; nothing for what is no file."""
    file = tar.extractfile(entry)
    return b"" if file is None else file.read()


def _is_index(path: Path) -> bool:
    with open(path, encoding="utf-8", errors="replace") as file:
        return {"name", "shard", "class", "generator", "latent_seed"} <= set(file.readline().rstrip("\n").split("\t"))


def _is_shard(path: Path) -> bool:
    try:
        with tarfile.open(path) as tar:
            label = next(entry for entry in tar if entry.name.endswith(".json"))
            return {"class", "generator", "latent_seed"} <= json.loads(content_of(tar, label)).keys()
    except (OSError, tarfile.TarError, ValueError, AttributeError, StopIteration):
        return False


def _images(index: Path, rows: list[SyntheticRow]) -> Iterator[np.ndarray]:
    # One at a time, (1, H, W, C).
    for shard, of_shard in itertools.groupby(rows, key=lambda row: row.shard):
        try:
            with tarfile.open(index.parent / shard) as tar:
                entries = {entry.name: entry for entry in tar}
                for row in of_shard:
                    picture, about = (content_of(tar, entries[f"{row.name}{kind}"]) for kind in (".png", ".json"))
                    if wrong := misfit(row, picture, about):
                        raise KeyError(f"{row.name} {wrong}")
                    yield decode_png(picture)[None]
        except FileNotFoundError:
            raise UserError(f"{index.parent / shard} is missing; remove {index} and run again") from None
        except (OSError, KeyError, ValueError, tarfile.TarError) as error:
            reason = error.args[0] if isinstance(error, KeyError) else error
            raise UserError(f"{index.parent / shard} is damaged ({reason}); remove {index} and run again") from None


def digest_of(picture: bytes, about: bytes) -> str:
    """What the index says of an image: 16 hex digits, of its PNG and its JSON."""
    return hashlib.sha256(picture + about).hexdigest()[:16]


def misfit(row: SyntheticRow, picture: bytes, about: bytes) -> str:
    """Why an image's PNG and JSON are not what its row in the index lists; empty where they are."""
    if row.digest and digest_of(picture, about) != row.digest:
        return "is not the image that the index lists"
    if json.loads(about).get("parent", "") != row.parent:
        return "begins with another image than the index says"
    return ""


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))
