"""Single files: is each as it was written, by the checksum that it carries or that its format has?"""

import json
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from augury.command.errors import UserError
from augury.command.seals import check, is_whole, seal_of
from augury.tables.checked import last_check
from augury.tables.description import read_description
from augury.tables.table import read_cells

_PNG = b"\x89PNG\r\n\x1a\n"
_TAR_BLOCK = 512
_BROKEN = (
    OSError, ValueError, EOFError, KeyError, SafetensorError, tarfile.TarError, zipfile.BadZipFile, zlib.error
)  # fmt: skip


class Fault(Exception):
    """What is wrong with a file, in a few words."""


def examine(path: Path) -> bool:
    """Whether the file carries a checksum, which it then fits. Raises Fault where it is damaged.

    A kind of file that augury does not write is passed over as one without.
    """
    look = _LOOKS.get(path.suffix)
    if look is None:
        return False
    try:
        return look(path)
    except UserError as error:
        raise Fault(str(error).removeprefix(f"{path}").lstrip(" ,").partition("; ")[0]) from None
    except _BROKEN as error:
        first = str(error).partition("\n")[0].rstrip(":")
        raise Fault(f"cannot be read ({first})") from None


def _table(path: Path) -> bool:
    read_cells(path)
    return last_check(path) is not None


def _json(path: Path) -> bool:
    read_description(path)
    return seal_of(path) is not None


def _weights(path: Path) -> bool:
    sealed = check(path) is not None
    for name, tensor in load_file(path).items():
        if tensor.dtype.kind == "f" and not np.isfinite(tensor).all():
            raise Fault(f"holds what is no finite number in `{name}`")
    return sealed


def _array(path: Path) -> bool:
    sealed = check(path) is not None
    np.load(path, mmap_mode="r", allow_pickle=False)
    return sealed


def _archive(path: Path) -> bool:
    sealed = check(path) is not None
    with zipfile.ZipFile(path) as archive:
        broken = archive.testzip()
    if broken:
        raise Fault(f"holds a damaged array, {broken}")
    return sealed


def _picture(path: Path) -> bool:
    content, offset, kind = path.read_bytes(), len(_PNG), b""
    if not content.startswith(_PNG):
        raise Fault("is no PNG")
    while kind != b"IEND":
        (length,) = struct.unpack(">I", content[offset : offset + 4].ljust(4, b"\0"))
        kind, end = content[offset + 4 : offset + 8], offset + 8 + length
        if len(content) < end + 4 or zlib.crc32(content[offset + 4 : end]) != int.from_bytes(content[end : end + 4]):
            raise Fault("does not fit its checksum")
        offset = end + 4
    if offset != len(content):
        raise Fault("goes on after its end")
    return True


def _page(path: Path) -> bool:
    whole = is_whole(path)
    if whole is False:
        raise Fault("does not fit its checksum")
    return whole is True


def _shard(path: Path) -> bool:
    """Headers have sums of their own, images and labels a digest in the index; what is left over must be zeros."""
    with tarfile.open(path) as tar:
        entries = tar.getmembers()
    content, free = path.read_bytes(), 0
    for entry in entries:
        end = entry.offset_data + entry.size
        free = -(-end // _TAR_BLOCK) * _TAR_BLOCK
        if content[end:free].strip(b"\0") or len(content) < free:
            raise Fault(f"is damaged behind {entry.name}")
        if entry.name.endswith(".json"):
            json.loads(content[entry.offset_data : end])
    if not entries or content[free:].strip(b"\0"):
        raise Fault("is damaged: not all that it holds can be read")
    return True


_LOOKS: dict[str, Callable[[Path], bool]] = {
    ".tsv": _table,
    ".json": _json,
    ".safetensors": _weights,
    ".npy": _array,
    ".npz": _archive,
    ".png": _picture,
    ".svg": _page,
    ".html": _page,
    ".tar": _shard,
}
