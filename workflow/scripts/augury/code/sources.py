"""What a module's file says, worked out once for each content. Standard library only."""

import ast
import contextlib
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from augury.code import meaning
from augury.command.files import atomic


class Source(NamedTuple):
    """A digest of what counts in a module, and the dotted names of augury that it imports anywhere.

    `from a import b` imports a and a.b.
    """

    meaning: str
    imports: tuple[str, ...]


TABLE = Path(".snakemake", "augury", "code.json")  # in the folder where Snakemake runs
_HOLD_STATEMENTS = (ast.stmt, ast.ExceptHandler, ast.match_case)
_known: dict[str, Source] = {}  # by the sha256 of the file's bytes


@cache
def read_source(path: Path) -> Source:
    """What a module's file says; SyntaxError where it is no Python."""
    return _known[_understand(path)]


def _understand(path: Path) -> str:
    """Have what a file says among what is known; its key there."""
    content = path.read_bytes()
    key = hashlib.sha256(content).hexdigest()
    if key not in _known:
        tree = ast.parse(content, filename=str(path))
        _known[key] = Source(meaning.digest_of(tree), tuple(_imports(tree)))
    return key


def recall(table: Path = TABLE) -> set[str]:
    """Take what the table says, and return its keys; one that is missing, damaged or of other rules says nothing."""
    told: dict[str, Source] = {}
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        entries = json.loads(table.read_text(encoding="ascii"))
        if entries["rules"] == _rules():
            told = {key: Source(digest, tuple(names)) for key, (digest, names) in entries["files"].items()}
    _known.update(told)
    return set(told)


def remember(scripts: Path, table: Path = TABLE) -> None:
    """Bring the table up to date for all modules below `scripts`, so that plans and jobs parse what is new alone.

    Where it cannot be written, nothing is lost but time.
    """
    told, present = recall(table), set()
    for path in scripts.rglob("*.py"):
        with contextlib.suppress(OSError, SyntaxError, ValueError):  # reported by what imports it
            present.add(_understand(path))
    if present - told:
        kept = {key: source for key, source in _known.items() if key in present}
        with contextlib.suppress(OSError), atomic(table) as temporary:
            temporary.write_text(json.dumps({"rules": _rules(), "files": kept}), encoding="ascii")


@cache
def _rules() -> str:
    return hashlib.sha256(b"".join(Path(each).read_bytes() for each in (__file__, meaning.__file__))).hexdigest()


def _imports(tree: ast.Module) -> list[str]:
    names: list[str] = []
    for node in executed(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [name for name in names if name.partition(".")[0] == "augury"]


def executed(tree: ast.AST) -> Iterator[ast.AST]:
    """All statements, and what holds some, but those that a type checker alone reads."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        of_types = node.body if isinstance(node, ast.If) and meaning.is_for_types(node) else []
        inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, _HOLD_STATEMENTS)]
        waiting += [child for child in reversed(inner) if child not in of_types]
