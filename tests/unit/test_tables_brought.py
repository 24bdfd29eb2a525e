"""Tables as spreadsheets, R, pandas and hands leave them: what is read, and what is refused with its line."""

import contextlib

import pytest

from augury.command.errors import UserError
from augury.tables.brought import read_brought
from tests.cost import cpu_seconds

ROWS = [("A/000.png", "s1"), ("A/001.png", "s2"), ("B/000.png", "s3")]
PLAIN = "path\tspecimen\n" + "".join(f"{path}\t{name}\n" for path, name in ROWS)


def read(tmp_path, content, needs=("specimen",), one_of=("path", "sha256"), more=None):
    path = tmp_path / "t.tsv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_brought(path, needs, one_of, "specimens.table", *([more] if more else []))


def every(name):
    return True


def rows(table):
    return [(row["path"], row["specimen"]) for row in table.rows]


SOUND = {
    "plain": PLAIN,
    "no end of the last line": PLAIN.rstrip("\n"),
    "UTF-8 with its mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "UTF-16 of Excel": PLAIN.encode("utf-16"),
    "UTF-16 big end first": b"\xfe\xff" + PLAIN.encode("utf-16-be"),
    "UTF-16 without a mark": PLAIN.encode("utf-16-le"),
    "UTF-32": PLAIN.encode("utf-32"),
    "CRLF": PLAIN.replace("\n", "\r\n"),
    "CR": PLAIN.replace("\n", "\r"),
    "commas": PLAIN.replace("\t", ","),
    "semicolons": PLAIN.replace("\t", ";"),
    "bars": PLAIN.replace("\t", "|"),
    "Excel's line for the separator": "sep=;\r\n" + PLAIN.replace("\t", ";").replace("\n", "\r\n"),
    "blank lines": "\n\n" + PLAIN.replace("\n", "\n\n") + "\n \n",
    "empty rows of a spreadsheet": PLAIN.replace("\t", ";") + ";\n;\n",
    "empty columns of a spreadsheet": PLAIN.replace("\t", ";").replace("\n", ";;\n"),
    "a remark above": "# made by hand\n#\n" + PLAIN,
    "a header that begins with #": "#" + PLAIN,
    "a remark, and a header with #": "## from a pipeline\n# " + PLAIN,
    "a title above": "My specimens\n\n" + PLAIN,
    "capitals and blanks in the header": PLAIN.replace("path\tspecimen", " Path\t SPECIMEN\u00a0"),
    "blanks in cells": PLAIN.replace("\t", " \t ").replace("s1", "s1\u00a0"),
    "all in quotes": "".join('"' + line.replace("\t", '","') + '"\n' for line in PLAIN.splitlines()),
    "quotes and blanks": "".join('"' + line.replace("\t", '" , "') + '"\n' for line in PLAIN.splitlines()),
    "row numbers of pandas": ",path,specimen\n" + "".join(f"{n},{a},{b}\n" for n, (a, b) in enumerate(ROWS)),
    "write.csv of R": '"","path","specimen"\n' + "".join(f'"{n}","{a}","{b}"\n' for n, (a, b) in enumerate(ROWS, 1)),
    "write.table of R": '"path" "specimen"\n' + "".join(f'"{n}" "{a}" "{b}"\n' for n, (a, b) in enumerate(ROWS, 1)),
    "write.table of R, quotes in a note": '"path" "specimen" "note"\n'
    + "".join(f'"{n}" "{a}" "{b}" "a \\"big\\" one"\n' for n, (a, b) in enumerate(ROWS, 1)),
    "write.table of R, tabs": "path\tspecimen\n" + "".join(f"{n}\t{a}\t{b}\n" for n, (a, b) in enumerate(ROWS, 1)),
    "more columns": "id;note;specimen;path\n" + "".join(f"{n};x, y;{b};{a}\n" for n, (a, b) in enumerate(ROWS)),
    "a note with line breaks": "path,specimen,note,by\n"
    + "".join(f'{a},{b},"first line\nsecond, ""quoted""\n\nlast",me\n' for a, b in ROWS),
    "an inch in a note": "path\tspecimen\tnote\n" + "".join(f'{a}\t{b}\t"5 inch\n' for a, b in ROWS),
    "two notes": "path\tspecimen\tnote\tNote\n" + "".join(f"{a}\t{b}\tx\ty\n" for a, b in ROWS),
    "notes left out": "path\tspecimen\tnote\n" + "".join(f"{a}\t{b}\n" for a, b in ROWS),
    "columns without a name": "path;specimen;;\n" + "".join(f'"{a}";"{b}";"x";\n' for a, b in ROWS),
    "types below the header, of EcoTaxa": "path\tspecimen\tsize\n[t]\t[t]\t[f]\n"
    + "".join(f"{a}\t{b}\t1\n" for a, b in ROWS),
    "the end mark of DOS": PLAIN + "\x1a",
}


@pytest.mark.parametrize("content", SOUND.values(), ids=SOUND)
def test_sound_tables_are_read_as_they_are(tmp_path, content):
    table = read(tmp_path, content)
    assert rows(table) == ROWS
    assert not table.notes


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ('5" inch', '5" inch'),
        ('"6"" inch"', '6" inch'),
        ("NHM-12; a", "NHM-12; a"),
        ("#7", "#7"),
        ("O'Brien", "O'Brien"),
    ],
)
def test_marks_inside_of_cells_stay(tmp_path, name, cell):
    assert rows(read(tmp_path, f"path\tspecimen\nA/000.png\t{name}\n")) == [("A/000.png", cell)]


def test_lines_are_counted_in_the_file(tmp_path):
    table = read(tmp_path, '# remark\n\npath,specimen,note\nA/0.png,s1,"two\nlines"\n\nA/1.png,s2,\n')
    assert [row.line for row in table.rows] == [4, 7]
    assert (table.header, table.rows[0]["note"]) == (("path", "specimen", "note"), "two\nlines")


def test_latin_letters_are_read_and_told(tmp_path):
    content = "path\tspecimen\nA/0.png\tplain\nA/café.png\tFusulinélla\n".encode("latin-1")
    table = read(tmp_path, content)
    assert rows(table)[1] == ("A/café.png", "Fusulinélla")
    remark = "is no UTF-8; read as Windows-1252, as in line 3: `A/café.png\tFusulinélla`"
    assert table.notes == (f"`specimens.table` {tmp_path}/t.tsv {remark}",)
    assert rows(read(tmp_path, "path\tspecimen\nA/0.png\t“s1” – x\n".encode("cp1252"))) == [("A/0.png", "“s1” – x")]


def test_letters_of_two_forms_are_one(tmp_path):
    assert rows(read(tmp_path, "path\tspecimen\na\te\u0301\nb\t\u00e9\n")) == [("a", "é"), ("b", "é")]


def test_remarks_among_rows_are_told(tmp_path):
    table = read(tmp_path, PLAIN + "# that is all\n#B/001.png\ts9\n")
    assert rows(table) == ROWS
    assert [note.split(": ", 1)[1] for note in table.notes] == [
        "1 line that begins with # is passed over, the first: line 6"
    ]


REFUSED = {
    "empty": ("", "is empty; a table begins with its header"),
    "blank": ("\n \n", "is empty; a table begins with its header"),
    "a header alone": ("path\tspecimen\n\n", "has a header and no line below it"),
    "no header": (
        "A/000.png\ts1\n",
        "needs the columns specimen and path or sha256; its first line, line 1, has `A/000.png`, `s1`",
    ),
    "another column": ("path,name\nA/0.png,s1\n", "has no column specimen; its header, line 1, has `path`, `name`"),
    "a short line": (PLAIN + "B/002.png\n", "line 5 has 1 of 2 cells: `B/002.png`; it gives no specimen"),
    "commas below tabs": (PLAIN + "B/002.png,s4\n", "line 5 has 1 of 2 cells: `B/002.png,s4`"),
    "a long line": (PLAIN + "B/002.png\ts4\tx\n", "line 5 has 3 cells under 2 columns: `B/002.png`, `s4`, `x`"),
    "a decimal comma": ("path,specimen\nA,0,95\nB,0,93\n", "line 2 has 3 cells under 2 columns"),
    "a quote to the end": (
        PLAIN + 'B/2.png\t"5 inch\n' + "".join(f"B/{n}.png\tx\n" for n in range(3, 3000)),
        'line 5: the cell `"5 inch` begins with a quote that does not close it',
    ),
    "a quote that would swallow a row": (
        PLAIN + 'B/2.png\t"s4\nB/3.png\ts5"\n',
        'line 5: the cell `"s4` begins with a quote',
    ),
    "a quote too early": (PLAIN + 'B/2.png\t"s"4\n', 'line 5: the cell `"s"4` begins with a quote'),
    "a column twice": ("path\tspecimen\tSpecimen\na\tb\tc\n", "has the column specimen twice (`specimen`, `Specimen`)"),
    "a spreadsheet": (b"PK\x03\x04" + bytes(range(256)), "is a spreadsheet or a zip archive; save it as CSV or TSV"),
    "an Excel file": (
        b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml" + bytes(99),
        "is an Excel file; save it as CSV",
    ),
    "an OpenDocument file": (
        b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" + bytes(99),
        "is an OpenDocument spreadsheet; save it as CSV",
    ),
    "an old spreadsheet": (b"\xd0\xcf\x11\xe0\xa1\xb1" + bytes(99), "is an old Excel file; save it as CSV or TSV"),
    "compressed": (b"\x1f\x8b\x08\x00" + bytes(9), "is compressed with gzip; save it as CSV or TSV"),
    "an image": (b"\x89PNG\r\n\x1a\n" + bytes(9), "is an image"),
    "a page": ("<!DOCTYPE html>\n<html>", "is a page of HTML or XML"),
    "an array": (b"\x93NUMPY\x01\x00" + bytes(99), "is a NumPy array"),
    "a pointer": ("version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
    "a hole": (PLAIN.encode() + bytes(64), "line 5: there are bytes that no text has"),
    "half a UTF-16": (PLAIN.encode("utf-16")[:-1], "begins as utf-16 and cannot be read as it"),
}


@pytest.mark.parametrize(("content", "words"), REFUSED.values(), ids=REFUSED)
def test_what_has_no_one_meaning_is_refused_with_its_line(tmp_path, content, words):
    with pytest.raises(UserError) as caught:
        read(tmp_path, content)
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"`specimens.table` {tmp_path}/t.tsv")


def test_places_that_hold_no_table(tmp_path):
    with pytest.raises(UserError, match="is a folder; name the table in it"):
        read_brought(tmp_path, ("a",))
    with pytest.raises(UserError, match="is missing; mend the path"):
        read_brought(tmp_path / "none.tsv", ("a",))


def test_a_table_that_changes_is_read_again(tmp_path):
    assert rows(read(tmp_path, PLAIN)) == ROWS
    assert rows(read(tmp_path, PLAIN.replace("s3", "s33")))[2] == ("B/000.png", "s33")


def test_columns_whose_names_depend_on_the_data(tmp_path):
    table = read(tmp_path, "Class;Order ;Sub-Order\nA;x;y\n", ("class",), (), every)
    assert (table.names, table.header) == (("Class", "Order", "Sub-Order"), ("class", "order", "sub-order"))
    with pytest.raises(UserError, match=r"the column order twice \(`order`, `Order`\)"):
        read(tmp_path, "class;order;Order\nA;x;y\n", ("class",), (), every)


def test_many_quotes_without_an_end_take_no_time(tmp_path):
    lines = ["path\tspecimen\tnote", *(f'B/{n}.png\ts{n}\t"5 inch\nx' for n in range(2000)), "last\ts\tnote"]
    with pytest.raises(UserError, match=r"line 3 has 1 of 3 cells: `x`; it gives no specimen"):
        read(tmp_path, "\n".join(lines))

    def attempt() -> None:
        with contextlib.suppress(UserError):
            read(tmp_path, "\n".join(lines))

    assert cpu_seconds(attempt) < 5
