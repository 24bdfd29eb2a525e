"""The frame of scripts and the tables: exit codes, logs, atomic files, awkward names."""

import dataclasses
import json
import os
import subprocess
import sys
import textwrap

import pytest

from augury.code.closure import SCRIPTS
from augury.command.errors import UserError
from augury.command.files import atomic
from augury.tables.rows import QuarantineRow
from augury.tables.table import read_dicts, read_rows, write_dicts, write_rows


def run_script(tmp_path, body, *options):
    program = (
        "import os, sys\nfrom augury.command import script\nfrom augury.command.errors import Stopped, UserError\n"
    )
    program += "def main():\n    args = script.start(script.parser('x'), packages=('numpy', 'nosuchthing'))\n"
    program += textwrap.indent(textwrap.dedent(body), "    ") + "\nscript.run(main)\n"
    (tmp_path / "tried.py").write_text(program)
    return subprocess.run(
        [sys.executable, str(tmp_path / "tried.py"), *options],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(SCRIPTS)},
    )


@pytest.mark.parametrize(
    "body, code, message",
    [
        ("pass", 0, ""),
        ("raise UserError('key x is wrong; mend it')", 2, "error: key x is wrong; mend it"),
        ("raise Stopped('saved')", 143, "saved"),
        ("raise ValueError('oh')", 1, "fault: ValueError: oh"),
        ("import nosuchthing", 2, "has no module nosuchthing; install the pins of envs/requirements.txt"),
        ("import augury.nosuchthing", 1, "fault: ModuleNotFoundError: No module named 'augury.nosuchthing'"),
        ("open('/dev/full', 'wb', 0).write(b'x')", 2, "(No space left on device); free some space and start again"),
    ],
)
def test_exit_codes(tmp_path, body, code, message):
    done = run_script(tmp_path, body)
    assert done.returncode == code
    assert message in done.stderr
    assert ("Traceback" in done.stderr) == (code == 1)


def test_a_log_takes_everything_and_the_console_what_matters(tmp_path):
    log = tmp_path / "logs" / "x.log"
    body = "print('detail'); os.system('echo from below'); script.tell('progress'); raise UserError('wrong')"
    done = run_script(tmp_path, body, "--log", str(log), "--threads", "1")
    text = log.read_text()
    assert done.stderr == "progress\nerror: wrong\n"
    assert done.stdout == ""
    assert all(part in text for part in ("detail", "from below", "progress", "error: wrong", "prefix ", "threads 1"))
    assert "nosuchthing missing" in text


def test_a_script_runs_again_for_each_next_and_ends_with_the_first_that_fails(tmp_path):
    (tmp_path / "words.json").write_text(json.dumps(["--next", "--threads", "3", "--next", "--threads", "4"]))
    log, words = tmp_path / "x.log", ["--words-from", str(tmp_path / "words.json")]
    body = "script.tell(f'{args.threads} {args.log.name}')\nif args.threads == 3: raise UserError('three is wrong')"
    done = run_script(tmp_path, body, "--threads", "2", "--log", str(log), "--next", *words)
    assert done.returncode == 2
    assert done.stderr == "2 x.log\n3 x.log\nerror: three is wrong\n"
    text = log.read_text()
    assert [text.count(part) for part in ("prefix ", "2 x.log", "3 x.log", "ended with exit code 2")] == [1, 1, 1, 1]
    assert run_script(tmp_path, "script.tell('once')").stdout.endswith("\nonce\n")


def test_names_that_are_no_text_do_not_stop_a_script(tmp_path):
    done = run_script(tmp_path, r"script.tell('name \udcff'); raise UserError('file \udcff is odd')")
    assert done.returncode == 2
    assert "\\udcff is odd" in done.stderr


def test_atomic_keeps_the_old_file_when_the_new_one_fails(tmp_path):
    path = tmp_path / "a" / "file"
    with atomic(path) as temporary:
        temporary.write_text("old")

    def fail():
        with atomic(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_text() == "old"
    assert [each.name for each in path.parent.iterdir()] == ["file"]


NAMES = [
    "plain.png",
    "a b.png",
    'quo"te.png',
    "tab\there",
    "line\nbreak",
    "return\rhere",
    "both\r\n",
    "ünïcødé 貝",
    "bad\udcff",
]


def test_any_file_name_survives_a_table(tmp_path):
    rows = [QuarantineRow(name, "class", "reason") for name in NAMES]
    write_rows(tmp_path / "t.tsv", QuarantineRow, rows)
    assert read_rows(tmp_path / "t.tsv", QuarantineRow) == rows


@dataclasses.dataclass(frozen=True)
class Mixed:
    class_: str
    number: int
    share: float
    flag: bool
    maybe: float | None


def test_types_survive_a_table(tmp_path):
    rows = [Mixed("a", 1, 1 / 3, True, None), Mixed("b", -2, 1e-30, False, 2.5)]
    write_rows(tmp_path / "t.tsv", Mixed, rows)
    assert (tmp_path / "t.tsv").read_text().splitlines()[0] == "class\tnumber\tshare\tflag\tmaybe\tcheck"
    back = read_rows(tmp_path / "t.tsv", Mixed)
    assert back[1] == rows[1]
    assert back[0].share == pytest.approx(1 / 3, rel=1e-8)
    assert back[0].maybe is None


@pytest.mark.parametrize(
    "text, message",
    [
        ("class\tnumber\n", "has no column share, flag, maybe"),
        ("class\tnumber\tshare\tflag\tmaybe\na\tx\t1\ttrue\t\n", "line 2: invalid literal"),
        ("class\tnumber\tshare\tflag\tmaybe\na\t1\t1\tyes\t\n", "line 2: 'yes' is neither true nor false"),
        ("", "is empty"),
        ("class\tnumber\tshare\tflag\tmaybe\na\t1\t1\n", "line 2: 3 cells under 5 columns; mend or remove that line"),
        ('class\tnumber\tshare\tflag\tmaybe\n"a\t1\t1\ttrue\t\nb\t1\t1\ttrue\t\n', "unexpected end of data"),
        ('class\tnumber\tshare\tflag\tmaybe\n"a\t1\t1\ttrue\t\n"b\t1\t1\ttrue\t\n', "line 3: '\t' expected after"),
        ('class\tnumber\tshare\tflag\tmaybe\n"' + "b\t1\t1\ttrue\t\n" * 20000, "field larger than field limit"),
    ],
)
def test_a_broken_table_is_named(tmp_path, text, message):
    (tmp_path / "t.tsv").write_text(text)
    with pytest.raises(UserError, match=message):
        read_rows(tmp_path / "t.tsv", Mixed)


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(UserError, match=r"t\.tsv is missing"):
        read_rows(tmp_path / "t.tsv", Mixed)


def test_dicts_fill_gaps(tmp_path):
    write_dicts(tmp_path / "t.tsv", ["a", "b"], [{"a": 1}, {"b": 0.5}])
    assert read_dicts(tmp_path / "t.tsv") == [{"a": "1", "b": ""}, {"a": "", "b": "0.5"}]


def test_progress_writes_a_line_a_tick_and_json_for_machines(tmp_path):
    body = """
    from augury.command.progress import Progress
    progress = Progress("gan", 10, "kimg")
    for done in (2.5, 5, 10):
        progress.update(done, loss=0.12345)
    """
    log = tmp_path / "x.log"
    done = run_script(tmp_path, body, "--log", str(log))
    lines = [line for line in log.read_text().splitlines() if line.startswith("gan")]
    assert [line.split(",")[0] for line in lines] == ["gan: 2.5/10 kimg", "gan: 5/10 kimg", "gan: 10/10 kimg"]
    assert lines[0].endswith("loss 0.1235")
    rows = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text().splitlines()]
    assert [row["done"] for row in rows] == [2.5, 5, 10]
    assert rows[-1]["seconds_left"] == 0
    assert done.stderr.splitlines() == [lines[-1]]  # the shared terminal hears the end, and a line now and then


def test_small_pieces_are_told_rarely(tmp_path):
    body = """
    from augury.command.progress import Progress
    progress = Progress("files", 1000, "files")
    for _ in range(1000):
        progress.add()
    """
    assert run_script(tmp_path, body).stderr == ""
