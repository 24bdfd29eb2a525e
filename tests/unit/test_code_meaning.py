"""What of a module's source counts as a change of what it does, and what does not."""

import ast
import textwrap
from pathlib import Path

import pytest

from augury.code.closure import SCRIPTS, closure, code_digest
from augury.code.meaning import is_quiet, meaning_of
from augury.code.sources import read_source, recall, remember

BEFORE = '''
"""A module."""
import dataclasses
from augury.command import script
from augury.command.errors import UserError

RATE = 0.5  # of learning


@dataclasses.dataclass
class Row:
    """A row."""

    path: str
    width: int = 3


def made(rows: list[str], factor=2, *, sort=True) -> list[str]:
    """What is made."""
    if not rows:
        raise UserError(f"no rows in {rows}; add some")
    progress = Progress("making", len(rows), "rows")
    found = []
    for row in rows:
        found.append(f"{row}: {len(row) * factor}")
        progress.add()
    script.tell(f"{len(found)} rows made")
    if len(found) > 5:
        print("many", flush=True)
    assert found, "nothing was made"
    parser.add_argument("--rows", default=1, help="rows to make", metavar="N")
    first = rows[0]
    second = rows[1]
    return sorted(found) if sort else found


class Unreadable(Exception):
    pass


def read(path):
    raise Unreadable("no image")
'''

CANNOT_COUNT = [
    ("# of learning", "# a step"),
    ('"""A module."""', '"""Another word for it."""'),
    ('    """A row."""\n', ""),
    ('"""What is made."""', '"""What is made.\n\n    Of rows.\n    """'),
    ("import dataclasses\n", "\n# imports\nimport dataclasses\n\n"),
    ("found = []", "found = [\n    ]"),
    ("len(row) * factor", "(len(row)) * factor"),
    ("no rows in {rows}; add some", "{factor} rows are wanted"),
    ("{len(found)} rows made", "done"),
    ('    script.tell(f"{len(found)} rows made")\n', ""),
    ('        print("many", flush=True)', '        print("quite many", found, file=sys.stderr)'),
    ('    if len(found) > 5:\n        print("many", flush=True)\n', ""),
    ('"nothing was made"', 'f"nothing of {rows}"'),
    ('"making", len(rows), "rows"', '"making rows", len(rows), "row"'),
    ("        progress.add()\n", "        progress.add(1)\n"),
    ("rows to make", "how many"),
    (', metavar="N"', ""),
    ("rows: list[str], factor=2", "rows, factor: int = 2"),
    (") -> list[str]:", "):"),
    ("found = []", "found: list[str] = []"),
    ("from augury.command import script\n", "from augury.command import progress, script\n"),
    (
        "import dataclasses\n",
        "import dataclasses\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import augury.images\n",
    ),
    ("Exception):\n    pass", 'Exception):\n    """Why."""'),
]

COUNTS = [
    ("RATE = 0.5", "RATE = 0.25"),
    ("RATE = 0.5", "RATE = 0.5\nRATES = [RATE]"),
    ("len(row) * factor", "len(row) + factor"),
    ("factor=2", "factor=3"),
    ("factor=2", "times=2"),
    ("*, sort", "sort"),
    ("first = rows[0]\n    second = rows[1]", "second = rows[1]\n    first = rows[0]"),
    ("@dataclasses.dataclass\n", "@dataclasses.dataclass(frozen=True)\n"),
    ("    path: str\n    width: int = 3", "    width: int = 3\n    path: str"),
    ("width: int", "width: float"),
    ("path: str", "name: str"),
    ("{row}: {len", "{row};{len"),
    ("{row}:", "{row!r}:"),
    ("{len(row) * factor}", "{len(row) * factor:.1f}"),
    ("if not rows", "if rows"),
    ("raise UserError", "raise ValueError"),
    ("default=1", "default=2"),
    ('"--rows"', '"--row"'),
    ("if sort", "if not sort"),
    ("no image", "not an image"),  # a reason stands in a table
    ("import dataclasses", "import dataclasses as data"),
    ("    script.tell(f", "    script.tell(next(rows), f"),
    ("no rows in {rows}", "no rows in {rows.pop()}"),
    ('print("many", flush=True)', 'print("many", file=table)'),
    ('print("many", flush=True)', "return []"),
    ("    assert found", "    assert len(found) > 1"),
    ("for row in rows", "for row in rows[:1]"),
    ("sorted(found)", "(yield from found)"),
]


def meaning(source):
    return meaning_of(ast.parse(textwrap.dedent(source)))


@pytest.mark.parametrize("old, new", CANNOT_COUNT)
def test_what_changes_no_result_has_no_part(old, new):
    assert BEFORE.count(old) == 1
    assert meaning(BEFORE.replace(old, new)) == meaning(BEFORE)


def test_a_step_may_get_a_progress_of_its_own():
    bare = BEFORE.replace('    progress = Progress("making", len(rows), "rows")\n', "").replace(
        "        progress.add()\n", ""
    )
    assert bare.count("rogress") == 0
    assert meaning(bare) == meaning(BEFORE)


@pytest.mark.parametrize("old, new", COUNTS)
def test_what_may_change_a_result_counts(old, new):
    assert old in BEFORE
    assert meaning(BEFORE.replace(old, new, 1)) != meaning(BEFORE)


@pytest.mark.parametrize(
    "source",
    [
        "def f(progress):\n    progress.add(1)\n",  # whoever gives it may give a set
        "def f():\n    progress = Progress('a', 1, 'b')\n    progress = set()\n    progress.add(1)\n",
        "def f():\n    progress = set()\n    progress.add(1)\n\ndef g():\n    progress = Progress('a', 1, 'b')\n",
        "def f():\n    progress = Progress('a', 1, 'b')\n    progress.close(1)\n",
        "def f():\n    console.print(1)\n",
        "def f():\n    progress = Progress('a', steps(1), 'b')\n    progress.add()\n",
    ],
)
def test_only_what_is_known_to_be_progress_is_left_out(source):
    assert meaning(source) != meaning(source.replace("(1)", "(2)"))


def test_a_nested_function_moves_the_bar_of_its_enclosing_one():
    source = (
        "def f(rows):\n    bar = Progress('a', 1, 'b')\n\n    def g():\n        {}\n        yield 1\n\n    return g\n"
    )
    assert meaning(source.format("bar.update(3)")) == meaning(source.format("pass"))
    taken = source.replace("def g()", "def g(bar)")
    assert meaning(taken.format("bar.update(3)")) != meaning(taken.format("pass"))


def test_the_text_is_this_one_under_every_python():
    """Written out by hand from the rules: what a later version of `ast` adds or leaves out must not change it."""
    source = """
    def f[T](a, /, b=None, *c, d=1, **e):
        return f"x{a!r:>{b}}y" "z", None, b"\\xff", 1e3, "é", ...
    """
    source = source if hasattr(ast, "TypeVar") else source.replace("[T]", "")
    types = " type_params=[(TypeVar name='T')]" if hasattr(ast, "TypeVar") else ""
    arguments = (
        "(arguments posonlyargs=[(arg a)] args=[(arg b)] vararg=(arg c) kwonlyargs=[(arg d)] "
        "kw_defaults=[(Constant value=1)] kwarg=(arg e) defaults=[(Constant value=None)])"
    )
    text = "(JoinedStr 'x' (FormattedValue value=(Name id='a') conversion=114 format_spec=(JoinedStr '>' "
    text += "(FormattedValue value=(Name id='b') conversion=-1))) 'yz')"
    constants = " ".join(f"(Constant value={each})" for each in ("None", r"b'\xff'", "1000.0", r"'\xe9'", "Ellipsis"))
    body = f"[(Return value=(Tuple elts=[{text} {constants}]))]"
    assert meaning(source) == f"(Module body=[(FunctionDef name='f' args={arguments} body={body}{types})])"


def test_a_plan_and_a_training_digest_alike(tmp_path, monkeypatch):
    from augury.training.fingerprint import fingerprint

    monkeypatch.chdir(tmp_path)
    family = ("augury.classifiers.four_block_cnn.network",)
    identity = fingerprint({}, [], "train_classifier", family)
    assert identity["code"] == code_digest("train_classifier", family)


def test_the_table_of_what_is_known_is_believed_by_content_and_rules_alone(tmp_path, monkeypatch):
    from augury.code import sources

    known: dict = {}
    monkeypatch.setattr(sources, "_known", known)
    read_source.cache_clear()
    scripts, table = tmp_path / "scripts", tmp_path / "table.json"
    scripts.mkdir()
    (scripts / "a.py").write_text("import augury.b\nif TYPE_CHECKING:\n    import augury.c\nA = 1\n")
    (scripts / "broken.py").write_text("def")
    remember(scripts, table)
    source = read_source(scripts / "a.py")
    assert source.imports == ("augury.b",)
    known.clear()
    recall(table)
    assert list(known.values()) == [source]
    # A table that lacks what this process knows is written all the same.
    remember(scripts, tmp_path / "another.json")
    assert (tmp_path / "another.json").read_text() == table.read_text()
    # Another content under the same name, with the times of the first.
    (scripts / "a.py").write_text("import augury.b\nA = 2\n")
    read_source.cache_clear()
    remember(scripts, table)
    assert read_source(scripts / "a.py").meaning != source.meaning
    for damaged in ("", "[]", '{"rules": "0", "files": {}}', table.read_text()[:-9]):
        known.clear()
        table.write_text(damaged)
        recall(table)
        assert known == {}
    read_source.cache_clear()


def test_messages_of_errors_that_end_a_script_never_become_data():
    """Their text is left out of the digest, so no step may write it: only plans, and the frame of scripts, take it."""
    takers = {
        path.relative_to(SCRIPTS).as_posix()
        for path in SCRIPTS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.ExceptHandler) and node.name and node.type is not None
        if {"UserError", "Stopped", "Diverged"} & {getattr(each, "id", "") for each in ast.walk(node.type)}
        if not _ends_likewise(node)
    }
    planning = {path for path in takers if path.startswith("augury/planning/") or path.endswith("/family.py")}
    by_hand = {"augury/verification/links.py", "augury/verification/whole.py"}
    assert takers - planning == by_hand | {"augury/command/script.py"}


def _ends_likewise(handler):
    """Whether all that is done with an error is to end the script by another one."""
    [*before, last] = handler.body
    return not before and isinstance(last, ast.Raise) and getattr(last.exc, "func", ast.Name("")).id == "UserError"


def test_no_step_reads_a_docstring_but_for_its_help():
    for path in SCRIPTS.rglob("*.py"):
        tree = ast.parse(path.read_bytes())
        found = [node for node in ast.walk(tree) if getattr(node, "id", getattr(node, "attr", "")) == "__doc__"]
        if not path.relative_to(SCRIPTS).as_posix().startswith("augury/"):
            assert len(found) <= 1
        else:
            assert found == []


def test_quiet_modules_are_in_the_closure_and_not_in_the_digest(monkeypatch):
    names = closure("train_classifier", ("augury.classifiers.four_block_cnn.network",))
    counted = closure("train_classifier", ("augury.classifiers.four_block_cnn.network",), quiet=False)
    left_out = {Path(name).stem for name in set(names) - set(counted)}
    command = {"allocation", "compiler", "errors", "parent", "progress", "script", "time_limit", "words"}
    code = {"closure", "meaning", "sources"}
    settings = {
        "base",
        "families",
        "fields",
        "generation",
        "reading",
        "sentences",
        "augmentation",
        "arms",
        "images",
        "results",
        "family",
    }
    store = {"entries", "feature_cache", "finished", "key", "shelf"}
    citing = {"reference", "shared"}
    assert left_out == citing | command | code | settings | store | {"__init__"}
    assert is_quiet("augury.generators.dcgan.family")
    assert is_quiet("augury.generators.dcgan.family.DCGANSettings")
    assert not is_quiet("augury.generators.dcgan.training")
    assert is_quiet("augury.command.script")
    assert not is_quiet("augury.command.scripting")
    assert not is_quiet("augury.command")


def test_a_training_goes_on_after_a_comment_and_not_after_a_constant(tmp_path, monkeypatch):
    import shutil

    from augury.code import closure as module
    from augury.training.checkpoint import StateFolder
    from augury.training.fingerprint import fingerprint

    copy = tmp_path / "workflow" / "scripts"
    shutil.copytree(SCRIPTS, copy)
    monkeypatch.setattr(module, "SCRIPTS", copy)
    monkeypatch.chdir(tmp_path)
    loop = copy / "augury" / "training" / "loop.py"

    def resumed(save):
        for cached in (module.closure, module.code_digest, module.read_source):
            cached.cache_clear()
        identity = fingerprint({}, ["image"], "train_generator", ("augury.generators.dcgan.training",))
        with StateFolder(tmp_path / "out", identity, 1) as folder:
            state = folder.load()
            if save:
                folder.save({"step": 3})
        return state

    assert resumed(save=True) is None
    loop.write_text(loop.read_text().replace('"""', '"""Other words. ', 1) + "\n# a comment\n")
    assert resumed(save=False) == {"step": 3}
    loop.write_text(loop.read_text().replace("MAX_ROLLBACKS = 3", "MAX_ROLLBACKS = 4"))
    assert resumed(save=False) is None
    for cached in (module.closure, module.code_digest, module.read_source):
        cached.cache_clear()
