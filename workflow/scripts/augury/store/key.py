"""What a finished training was made from, in one word: equal words, equal files, on one kind of device."""

import argparse
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from augury.code.closure import code_digest
from augury.code.sources import recall
from augury.command.script import version
from augury.images.files import file_sha256

VERSION = 1  # of what a key holds
# Options that say where and how a step runs and speaks, and not what it makes. Another number of threads or of GPUs
# gives a result that is as good, and a plan does not ask for it again either.
_NOT_OF_THE_RESULT = {"log", "threads", "output", "store", "store_gb", "device", "gpus"}
# Distributions whose arithmetic, weights and files results are made of.
_PACKAGES = ("numpy", "pillow", "safetensors", "scikit-learn", "scipy", "timm", "torch", "torchvision")


def key_of(script: str, modules: tuple[str, ...], args: argparse.Namespace, reads: Iterable[Path], device: str) -> str:
    """32 hex digits that change with all that a step's files depend on.

    script, modules: as for code_digest. args: its command line. reads: every file that it reads, which count by their
    content. device: the name of what it runs on. Raises OSError where a file cannot be read.
    """
    recall()
    options = {name: value for name, value in vars(args).items() if name not in _NOT_OF_THE_RESULT}
    made_from = {
        "version": VERSION,
        "script": script,
        "code": code_digest(script, modules),
        "packages": {name: version(name) for name in _PACKAGES},
        "options": options,
        "files": [(str(path), file_sha256(path)) for path in sorted(set(reads))],
        "device": device,
    }
    return hashlib.sha256(json.dumps(made_from, sort_keys=True, default=_as_text).encode()).hexdigest()[:32]


def _as_text(value: Any) -> str:
    if not isinstance(value, Path):
        raise TypeError(f"{value!r} is no option of a command line")
    return str(value)
