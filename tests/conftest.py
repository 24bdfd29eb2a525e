"""The library lies beside the scripts that use it."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow" / "scripts"))

# Tests run side by side, one process a core: more threads than that would only wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# A script that runs in the process of the tests says it too, for itself; numba takes no other number afterwards.
os.environ.setdefault("NUMBA_NUM_THREADS", os.environ["OMP_NUM_THREADS"])

# A script's console is what stderr is when the frame is imported: within a test that would be a stream that is closed
# by the next.
import augury.command.script  # noqa: F401
