"""What a run's result depends on, as a flat mapping that can be compared."""

import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def fingerprint(settings: dict[str, Any], identities: Iterable[str], **more: Any) -> dict[str, Any]:
    """Fingerprint of a run: its settings, its training data by identity (sha256, in order), the code loaded so far."""
    data = hashlib.sha256("\n".join(identities).encode()).hexdigest()
    return {"settings": json.dumps(settings, sort_keys=True), "data": data, "code": code_digest(), **more}


def code_digest() -> str:
    """Digest of the source of every augury module that this process has imported."""
    digest = hashlib.sha256()
    modules = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "augury"}
    for name in sorted(modules):
        source = getattr(modules[name], "__file__", None)
        if source:
            digest.update(name.encode() + b"\0" + Path(source).read_bytes() + b"\0")
    return digest.hexdigest()
