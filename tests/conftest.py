"""The library lies beside the scripts that use it."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow" / "scripts"))

# Tests run side by side, one process a core: more threads than that would only wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")
