"""Which files a script's behaviour depends on: the modules it imports, directly or not, read from their source.

A digest of their content is a parameter of the script's rule, so a change of one line reruns exactly the jobs that
could be affected, and a touch none; as inputs, a score of files a job would make plans slow and their listings
unreadable. Families are imported by name at run time; the rule names the family's module, and no other family is in
the closure.
"""

import ast
import hashlib
from functools import cache
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2]


@cache
def closure(script: str, families: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Files of workflow/scripts that `script` (without .py) and the named modules import, sorted; the script first.

    Paths are relative to the scripts' folder's parent's parent, the root of the workflow.
    """
    start = SCRIPTS / f"{script}.py"
    waiting = [start, *(found for name in families for found in _files_of(SCRIPTS, name))]
    seen: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += [found for name in imported_names(path) for found in _files_of(SCRIPTS, name)]
    root = SCRIPTS.parents[1]
    return tuple(str(path.relative_to(root)) for path in [start, *sorted(seen - {start})])


@cache
def code_digest(script: str, families: tuple[str, ...] = ()) -> str:
    """A digest of the names and the content of those files."""
    digest = hashlib.sha256()
    for name in closure(script, families):
        digest.update(name.encode() + b"\0" + (SCRIPTS.parents[1] / name).read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@cache
def imported_names(path: Path) -> tuple[str, ...]:
    """Dotted names of augury that a file imports anywhere, functions included; `from a import b` gives a and a.b."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(name for name in names if name.partition(".")[0] == "augury")


@cache
def _files_of(scripts: Path, name: str) -> tuple[Path, ...]:
    """The files that importing a dotted name runs: its packages' __init__ and the module, if it is one."""
    parts, found = name.split("."), []
    for depth in range(1, len(parts) + 1):
        path = scripts.joinpath(*parts[:depth])
        if path.is_dir():
            found.append(path / "__init__.py")
        elif path.with_suffix(".py").is_file():
            found.append(path.with_suffix(".py"))
    return tuple(found)
