"""Write constraints.txt: the version of every package that the requirements bring, as they are installed here.

make lock        # in a fresh environment
"""

import re
import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

HERE = Path(__file__).resolve().parent
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")


def named() -> list[str]:
    """The names of the pinned packages."""
    lines = [line for name in REQUIREMENTS for line in (HERE / name).read_text(encoding="utf-8").splitlines()]
    return [Requirement(line).name for line in lines if line.strip() and not line.startswith("#")]


def locked(names: list[str]) -> dict[str, str]:
    """Versions, by name, of these packages and of all that they need on this machine, in alphabetical order."""
    found: dict[str, str] = {}
    waiting = [(name, frozenset[str]()) for name in names]
    seen = set()
    while waiting:
        name, extras = waiting.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        if (key, extras) in seen:
            continue
        seen.add((key, extras))
        distribution = metadata.distribution(name)
        found[key] = distribution.version.partition("+")[0]  # without a build's own, such as +cpu
        for line in distribution.requires or ():
            needed = Requirement(line)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras or {""}):
                waiting.append((needed.name, frozenset(needed.extras)))
    return dict(sorted(found.items()))


def main() -> None:
    lines = [f"{name}=={version}\n" for name, version in locked(named()).items()]
    (HERE / "constraints.txt").write_text("".join(lines), encoding="utf-8")
    print(f"{len(lines)} packages", file=sys.stderr)


if __name__ == "__main__":
    main()
