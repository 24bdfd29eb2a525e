"""A script called within this process: importing torch anew for every command would take most of a test's time."""

import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from augury.command import script as command

SCRIPTS = Path(__file__).resolve().parents[2] / "workflow" / "scripts"


def call(script: str, words: Sequence[object]) -> None:
    """Run the script's main with these words on its command line; what it raises is raised."""
    spec = importlib.util.spec_from_file_location(script, SCRIPTS / f"{script}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    words_before, environment = sys.argv, dict(os.environ)
    sys.argv = [f"{script}.py", *map(str, words)]
    command._console = sys.stderr  # where a test looks
    try:
        module.main()
    finally:
        sys.argv = words_before
        os.environ.clear()
        os.environ.update(environment)
