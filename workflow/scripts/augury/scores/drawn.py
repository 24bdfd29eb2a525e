"""Reading the features of images that were drawn and forgotten: no network is loaded for that, and none imported."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from augury.command.errors import UserError
from augury.command.seals import check

EXTRACTOR = "extractor"  # the array that holds its name
FINGERPRINTS = "fingerprints"  # and that of the first images of the end, by which copies are recognised


def read_drawn(path: str | Path) -> Iterator[tuple[str, np.ndarray]]:
    """(variant as text, features) one at a time, in the order in which they were drawn."""
    with _opened(path) as archive:
        for name in archive.files:
            if name not in (EXTRACTOR, FINGERPRINTS):
                yield name, archive[name]


def drawn_with(path: str | Path) -> str:
    """The extractor of such a file, as tables record it."""
    with _opened(path) as archive:
        if EXTRACTOR not in archive.files:
            raise UserError(f"{path} does not say which extractor it was made with; run draw_features again")
        return str(archive[EXTRACTOR])


def drawn_fingerprints(path: str | Path) -> np.ndarray | None:
    """Fingerprints (m, FINGERPRINT_BYTES) of the first images of the end; None where the end was not drawn."""
    with _opened(path) as archive:
        return archive[FINGERPRINTS] if FINGERPRINTS in archive.files else None


def _opened(path: str | Path) -> Any:
    try:
        check(path, "remove it and run draw_features again")
        return np.load(path, allow_pickle=False)
    except FileNotFoundError:
        raise UserError(f"{path} is missing; run draw_features") from None
    except (ValueError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise UserError(f"{path} cannot be read ({error}); run draw_features again") from None
