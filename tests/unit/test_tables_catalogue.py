"""Every table of results has all of its parts, and what it says of itself makes no step stale but the report."""

import ast
import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import pytest

from augury.code.closure import SCRIPTS
from augury.code.meaning import meaning_of
from augury.planning import digests
from augury.report.captions import caption
from augury.tables.catalogue import TABLES, table_caption
from augury.tables.columns import column, described, estimate, names, table_row
from tests.unit.test_figures_catalogue import PARAGRAPHS

TABLES_FOLDER = SCRIPTS / "augury" / "tables"


def test_every_module_that_declares_a_table_has_a_caption_beside_it():
    declaring = [path.stem for path in TABLES_FOLDER.glob("*.py") if re.search(r"^TABLE = ", path.read_text(), re.M)]
    assert sorted(declaring) == sorted(TABLES)
    assert len({table.order for table in TABLES.values()}) == len(TABLES), "two tables have one place"


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_all_of_its_parts(name):
    table = TABLES[name]
    assert table.title
    assert table.row.__doc__
    assert list(described(table.row)) == names(table.row), "a column does not say what it means"
    html = caption(table_caption(name))
    assert [html.count(f"<strong>{word}</strong>") for word in PARAGRAPHS] == [1, 1, 1]
    assert not re.search(r"[{}]", table_caption(name).read_text(encoding="utf-8"))


def test_declarations_import_nothing_heavy():
    code = "import sys, augury.tables.catalogue; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=SCRIPTS, capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & {"matplotlib", "numpy", "pandas", "torch", "augury.planning"}


def test_columns_beside_another_follow_it_and_are_of_its_type():
    @table_row
    class Row:
        share: float | None = estimate("a share", "images", sd="its spread")
        n: int = column("a number")

    assert described(Row) == {
        "share": "a share", "share_low": "lower end of its 95% interval, over images",
        "share_high": "upper end of that interval", "share_sd": "its spread", "n": "a number",
    }  # fmt: skip
    assert {field.type for field in dataclasses.fields(Row) if field.name != "n"} == {float | None}
    assert not hasattr(Row(0.5, 0.4, 0.6, None, 3), "__dict__")


def test_a_column_beside_another_counts_and_what_it_means_does_not():
    before = digest('x: int = estimate("a", "b", sd="c")')
    assert digest('x: int = estimate("A", "B", sd="C")') == before
    assert digest('x: int = estimate("a", "b")') != before


@pytest.mark.parametrize("name", TABLES)
def test_titles_and_meanings_are_in_no_digest_of_code_and_columns_are(name):
    source = Path(TABLES_FOLDER, f"{name}.py").read_text(encoding="utf-8")
    title = TABLES[name].title
    assert source.count(f'title="{title}"') == 1
    field = next(iter(dataclasses.fields(TABLES[name].row)))
    column = f"    {field.name}: str = column("
    assert column in source
    before = digest(source)
    assert digest(source.replace(f'title="{title}"', 'title="Another"')) == before
    assert digest(source.replace(column, f"{column}'Else. ' + ")) == before
    assert digest(source.replace(column, column.replace("str", "int"))) != before


def digest(source):
    return meaning_of(ast.parse(source))


def test_the_report_compares_what_tables_say_by_value(monkeypatch):
    before = digests.words_digest()
    monkeypatch.setitem(TABLES, "runtime", dataclasses.replace(TABLES["runtime"], title="Run times"))
    assert digests.words_digest() != before
