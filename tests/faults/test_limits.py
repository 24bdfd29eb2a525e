"""Writers that meet a limit of a file's size, whatever library writes: one sentence, no half file."""

import os
import resource
import subprocess
import sys

import pytest

from tests.faults.forked import SCRIPTS

LIMIT = 10_000  # bytes
WRITERS = {
    "torch": "import torch\n    with atomic('x') as path: torch.save({'x': torch.zeros(9999)}, path)",
    "arrays": "import numpy\n    with atomic('x') as path: numpy.save(open(path, 'wb'), numpy.zeros(9999))",
    "archives": "import numpy\n    with atomic('x') as path: numpy.savez(open(path, 'wb'), a=numpy.zeros(9999))",
    "tables": "from augury.tables.table import write_cells\n    write_cells('x', ['a'], [['long'] * 9] * 9999)",
    "weights": "import torch\n    from augury.training.weights import save_weights\n"
    "    save_weights('x', torch.nn.Linear(99, 99))",
}


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT))


def run(folder, body):
    program = "from augury.command import script\nfrom augury.command.files import atomic\n"
    program += f"def main():\n    script.start(script.parser('x'))\n    {body}\nscript.run(main)\n"
    (folder / "tried.py").write_text(program)
    environment = os.environ | {"PYTHONPATH": str(SCRIPTS)}
    words = [sys.executable, "tried.py"]
    return subprocess.run(
        words, cwd=folder, env=environment, preexec_fn=limit, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", WRITERS)
def test_a_limit_of_size_is_told_in_one_sentence(tmp_path, name):
    ended = run(tmp_path, WRITERS[name])
    assert ended.returncode == 2, ended.stderr
    line = ended.stderr.strip().splitlines()[-1]
    assert line.startswith("error: x cannot be used (File too large); raise the limit of a file's size (`ulimit -f`")
    assert "Traceback" not in ended.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tried.py"]


def test_another_fault_of_a_writer_is_not_taken_for_a_limit(tmp_path):
    ended = run(tmp_path, "with atomic('x') as path: raise RuntimeError('of its own')")
    assert ended.returncode == 1
    assert "fault: RuntimeError: of its own" in ended.stderr


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("import os; os.mkdir('tried.py')", "tried.py cannot be used (File exists); a folder is meant there"),
        ("open('tried.py/x', 'w')", "tried.py/x cannot be used (Not a directory); a folder is meant there"),
        ("open('.', 'w')", ". cannot be used (Is a directory); a file is meant there"),
    ],
)
def test_a_file_in_a_folders_place_is_told_in_one_sentence(tmp_path, body, message):
    ended = run(tmp_path, body)
    assert ended.returncode == 2, ended.stderr
    assert ended.stderr.strip().splitlines()[-1] == f"error: {message}: name another place"
    assert "Traceback" not in ended.stderr
