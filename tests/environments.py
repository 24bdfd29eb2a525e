"""Environments of the pins of an env file, what these need, and nothing else: linked from what is installed here.

They take a second to make and no disk, and a program in one meets the same missing packages as one in conda's.
"""

import re
import subprocess
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from augury.planning.digests import pins


def link_environment(folder: Path, file: Path) -> Path:
    """Make it in `folder`; returns its Python. Raises AssertionError where a pin differs from what is installed."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    packages = Path(
        subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
    )
    home = Path(sysconfig.get_path("purelib"))
    for distribution in _needed([pin for pin in pins(file) if "==" in pin]):
        for top in {path.parts[0] for path in distribution.files or ()} - {"..", "__pycache__"}:
            if (home / top).exists() and not (packages / top).exists():
                (packages / top).symlink_to(home / top)
    return python


def _needed(wanted: list[str]) -> list[metadata.Distribution]:
    found, waiting = {}, []
    for pin in wanted:
        name, _, version = pin.partition("==")
        installed = metadata.version(name).partition("+")[0]  # without a build's own, such as +cpu
        assert installed == version, f"{pin} is pinned, {installed} is installed"
        waiting.append(name)
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:  # needed elsewhere alone, as the marker of an extra's extra may be
            continue
        for line in found[name].requires or ():
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                waiting.append(needed.name)
    return list(found.values())
