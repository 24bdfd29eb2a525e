"""What a run's result depends on, as a flat mapping that can be compared."""

import hashlib
from collections.abc import Iterable
from typing import Any

from augury.code.closure import code_digest
from augury.code.sources import recall
from augury.settings.base import Settings
from augury.settings.reading import as_json


def fingerprint(
    settings: Settings, identities: Iterable[str], script: str, modules: tuple[str, ...], **more: Any
) -> dict[str, Any]:
    """Fingerprint of a run: its settings, its training data by identity (sha256, in order), and its code.

    script, modules: the script's name and what it imports by name, as its rule has them, so that a plan and a run agree
    on what makes a result stale.
    """
    recall()
    data, code = hashlib.sha256("\n".join(identities).encode()).hexdigest(), code_digest(script, modules)
    return {"settings": as_json(settings), "data": data, "code": code, **more}
