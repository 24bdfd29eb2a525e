"""The library lies beside the scripts that use it, simulated studies with the benchmarks."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow" / "scripts"))
sys.path.append(str(Path(__file__).resolve().parents[1] / "benchmarks"))

# Tests run side by side, one process a core: more threads than that would only wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# A script that runs in the process of the tests says it too, for itself; numba takes no other number afterwards.
os.environ.setdefault("NUMBA_NUM_THREADS", os.environ["OMP_NUM_THREADS"])

import pytest


@pytest.fixture(autouse=True)
def console(monkeypatch):
    """A script's console is stderr as it was when its frame was imported: in a test, a stream that is closed by now."""
    from augury.command import script

    monkeypatch.setattr(script, "_console", sys.stderr)
