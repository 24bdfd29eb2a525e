"""Which files a script's behaviour depends on: the modules it imports, directly or not, read from their source.

A digest of what they mean is a parameter of the script's rule and a part of a training's fingerprint, so a change of
one line reruns exactly the jobs that could be affected, and a touch or a comment none; as inputs, a score of files a
job would make plans slow and their listings unreadable. Families are imported by name at run time; the rule names the
family's module, and no other family is in the closure.
"""

import hashlib
from functools import cache
from pathlib import Path

from augury.code.meaning import is_quiet
from augury.code.sources import read_source

SCRIPTS = Path(__file__).resolve().parents[2]


@cache
def closure(script: str, families: tuple[str, ...] = (), quiet: bool = True) -> tuple[str, ...]:
    """Files of workflow/scripts that `script` (without .py) and the named modules import, sorted; the script first.

    quiet: with the modules that change no result, and what they alone import. Paths are relative to the root of the
    workflow.
    """
    start = SCRIPTS / f"{script}.py"
    waiting = [start, *(imported for name in families for imported in _files_of(SCRIPTS, name))]
    seen: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            names = [name for name in read_source(path).imports if quiet or not is_quiet(name)]
            waiting += [imported for name in names for imported in _files_of(SCRIPTS, name)]
    root = SCRIPTS.parents[1]
    return tuple(str(path.relative_to(root)) for path in [start, *sorted(seen - {start})])


@cache
def code_digest(script: str, families: tuple[str, ...] = ()) -> str:
    """A digest of the names of those files that can change a result, and of what they mean."""
    root, digest = SCRIPTS.parents[1], hashlib.sha256()
    for name in closure(script, families, quiet=False):
        digest.update(f"{name}\0{read_source(root / name).meaning}\0".encode())
    return digest.hexdigest()[:16]


@cache
def _files_of(scripts: Path, name: str) -> tuple[Path, ...]:
    """The files that importing a dotted name runs: its packages' __init__ and the module, if it is one."""
    parts, files = name.split("."), []
    for depth in range(1, len(parts) + 1):
        path = scripts.joinpath(*parts[:depth])
        if path.is_dir():
            files.append(path / "__init__.py")
        elif path.with_suffix(".py").is_file():
            files.append(path.with_suffix(".py"))
    return tuple(files)
