"""Tables that show whether a line was changed, lost or moved."""

import dataclasses
import random
import zlib

import pytest

from augury.command.errors import UserError
from augury.tables.table import read_cells, read_rows, write_cells

HEADER = ["name", "size"]
LINES = [["a", 1], ["b", 2], ['c\twith\na quote "', 3.25]]
READ = [["a", "1"], ["b", "2"], ['c\twith\na quote "', "3.25"]]


@pytest.fixture
def path(tmp_path):
    write_cells(tmp_path / "x.tsv", HEADER, LINES)
    return tmp_path / "x.tsv"


def test_a_line_carries_the_crc_of_all_up_to_it_and_the_last_the_complement(tmp_path):
    write_cells(tmp_path / "x.tsv", HEADER, LINES[:2])
    one = zlib.crc32(b"name\tsize\na\t1\n")
    both = zlib.crc32(b"name\tsize\na\t1\nb\t2\n") ^ 0xFFFFFFFF
    assert (tmp_path / "x.tsv").read_text() == f"name\tsize\tcheck\na\t1\t{one:08x}\nb\t2\t{both:08x}\n"


def test_readers_do_not_see_the_column(path):
    assert read_cells(path) == (HEADER, READ)


def test_a_table_without_lines_says_it_in_its_header(tmp_path):
    path = tmp_path / "x.tsv"
    write_cells(path, HEADER, [])
    digits = zlib.crc32(b"name\tsize\n") ^ 0xFFFFFFFF
    assert path.read_text() == f"name\tsize\tcheck:{digits:08x}\n"
    assert read_cells(path) == (HEADER, [])
    whole = path.read_bytes()
    for offset in range(len(whole)):
        path.write_bytes(whole[:offset] + bytes([whole[offset] ^ 1]) + whole[offset + 1 :])
        with pytest.raises(UserError):
            assert read_cells(path) != (HEADER, []), offset
    (tmp_path / "x.tsv").write_text("name\tsize\n")  # another tool's
    assert read_cells(tmp_path / "x.tsv") == (HEADER, [])


def test_tables_of_others_are_not_checked(tmp_path):
    (tmp_path / "x.tsv").write_text("name\tsize\na\t1\nchecks\t3\n")
    assert read_cells(tmp_path / "x.tsv") == (HEADER, [["a", "1"], ["checks", "3"]])
    (tmp_path / "y.tsv").write_text("crosscheck\tsize\na\t1\n")
    assert read_cells(tmp_path / "y.tsv")[1] == [["a", "1"]]


def rewritten(path, change):
    lines = path.read_text().split("\n")[:-1]
    path.write_text("".join(f"{line}\n" for line in change(lines)))


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda lines: [lines[0], *lines[2:]], "line 2: not as it was written"),
        (lambda lines: lines[:3], "has lost lines at its end"),
        (lambda lines: lines[:1], "has lost lines at its end"),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], "line 2: not as it was written"),
        (lambda lines: [lines[0], lines[1].replace("1\t", "7\t"), *lines[2:]], "line 2: not as it was written"),
        (lambda lines: [*lines, lines[-1]], "line 3: not as it was written|line 4: not as it was written"),
        (lambda lines: [*lines[:2], "", *lines[2:]], "line 3: 0 cells under 3 columns"),
    ],
    ids=["one lost", "the last lost", "all lost", "moved", "changed", "doubled", "blank"],
)
def test_a_changed_table_is_refused_with_the_line(path, change, message):
    rewritten(path, change)
    with pytest.raises(UserError, match=message) as error:
        read_cells(path)
    remedies = ("remove the file and run again, or take that column out", "write the file anew")
    assert any(remedy in str(error.value) for remedy in remedies)


def test_any_flipped_byte_is_found(path):
    whole = path.read_bytes()
    random_bits = random.Random(0)
    for offset in range(len(whole)):
        spoilt = bytearray(whole)
        spoilt[offset] ^= 1 << random_bits.randrange(8)
        path.write_bytes(spoilt)
        with pytest.raises(UserError):
            assert read_cells(path) != (HEADER, READ), (offset, spoilt)


def test_a_field_with_a_default_needs_no_column(tmp_path):
    @dataclasses.dataclass(frozen=True)
    class Row:
        name: str
        kind: str = "plain"
        size: int = 7

    (tmp_path / "x.tsv").write_text("size\tname\n3\ta\n")
    assert read_rows(tmp_path / "x.tsv", Row) == [Row("a", "plain", 3)]
    (tmp_path / "y.tsv").write_text("size\n3\n")
    with pytest.raises(UserError, match="has no column name"):
        read_rows(tmp_path / "y.tsv", Row)
