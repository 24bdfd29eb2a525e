"""Arrays on disk that say which images they are of: behind the array stands a digest of the images' own, and a seal.

numpy, and whatever else reads .npy, passes over what follows the array. Standard library only.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from augury.command.errors import UserError
from augury.command.seals import Sealing, check, tail_of

_UNKNOWN = "any"
_OF = re.compile(r"\n# of ([0-9a-f]{16}|any), ")


def identity_of(sha256s: Iterable[str]) -> str:
    """One word for images in their order: 16 hex digits."""
    digest = hashlib.sha256()
    for sha256 in sha256s:
        digest.update(f"{sha256}\n".encode())
    return digest.hexdigest()[:16]


def bind(file: Sealing, identity: str | None) -> None:
    """End a file of an array whose rows are of these images."""
    file.seal(f"\n# of {identity or _UNKNOWN}, ")


def check_bound(path: str | Path, sha256s: Sequence[str], table: str | Path, remedy: str) -> None:
    """Raise UserError where an array is damaged, or of other images than `table` lists; `sha256s` are the table's."""
    check_identity(path, identity_of(sha256s), table, remedy)


def check_identity(path: str | Path, identity: str, table: str | Path, remedy: str) -> None:
    """The same, of images whose one word is known."""
    if check(path, remedy) is None:
        return
    match = _OF.search(tail_of(path))
    if match and match[1] not in (identity, _UNKNOWN):
        raise UserError(f"{path} is of other images than {table} lists; {remedy}")
