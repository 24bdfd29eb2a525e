"""A writer that dies in the middle of its file leaves only what the next run sweeps away."""

import resource
import signal
import subprocess
import sys

import pytest

from augury.command import files
from tests.faults.forked import SCRIPTS

LIMIT = 10_000  # bytes after which the system ends whoever writes on
WRITERS = {
    "weights": "from augury.training.weights import save_weights; save_weights(path, torch.nn.Linear(99, 99))",
    "latents": (
        "from augury.latent.files import Latents, save_latents; "
        "save_latents(path, Latents(torch.zeros(99, 99), torch.zeros(99, dtype=torch.int64), [None] * 99, 'z'))"
    ),
    "reference": (
        "import numpy as np; from augury.prediction import reference; "
        "reference._write(path, reference.Gaussians(np.zeros((9, 99)), np.zeros((99, 99)), np.zeros(99), 1.0))"
    ),
}


def limit() -> None:
    """Files end at LIMIT bytes: whoever writes on gets a signal."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT))


@pytest.mark.parametrize("name", WRITERS)
def test_what_a_killed_writer_leaves_is_swept(tmp_path, name):
    code = f"import pathlib, signal, torch; path = pathlib.Path({str(tmp_path / 'x')!r}); "
    # Python ignores that signal; here it ends the process, as a kill does.
    code += "signal.signal(signal.SIGXFSZ, signal.SIG_DFL); " + WRITERS[name]
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=SCRIPTS, preexec_fn=limit, capture_output=True, text=True, check=False
    )
    assert ended.returncode == -signal.SIGXFSZ, ended.stderr
    assert [path.suffix for path in tmp_path.iterdir()] == [files.UNFINISHED]
    files.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []
