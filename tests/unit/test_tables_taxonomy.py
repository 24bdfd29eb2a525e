"""A taxonomy as people bring it."""

import unicodedata

import pytest

from augury.command.errors import UserError
from augury.tables.taxonomy import read_taxonomy

PLAIN = "class\torder\tgenus\nA\tCalanoida\tCalanus\nB\tCyclopoida\tOithona\n"


def read(tmp_path, text, classes=("A", "B")):
    (tmp_path / "t.tsv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_taxonomy(tmp_path / "t.tsv", classes)


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.replace("\t", ";"),
        "\ufeff" + PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("class", " Class ").replace("A\t", "A\u00a0\t") + "\n\n",
        PLAIN.replace("A\t", "a\t"),
        PLAIN + "C\tother\tunknown\n",
        "\tclass\torder\tgenus\n0\tA\tCalanoida\tCalanus\n1\tB\tCyclopoida\tOithona\n",
    ],
)
def test_ranks_of_classes(tmp_path, text):
    taxonomy = read(tmp_path, text)
    assert taxonomy.ranks == ("order", "genus")
    assert taxonomy.taxa == {"A": ("Calanoida", "Calanus"), "B": ("Cyclopoida", "Oithona")}


def test_names_of_ranks_are_kept_and_short_lines_have_no_taxon(tmp_path):
    taxonomy = read(tmp_path, "Class,Order,Genus\nA,Calanoida\nB,Cyclopoida,Oithona\n")
    assert (taxonomy.ranks, taxonomy.taxa["A"]) == (("Order", "Genus"), ("Calanoida", ""))
    assert read(tmp_path, "class,order\nA,NA\nB,-\n").taxa == {"A": ("",), "B": ("",)}


def test_folders_and_lines_in_two_unicode_forms(tmp_path):
    name = unicodedata.normalize("NFD", "Fusulinélla")
    assert read(tmp_path, "class\torder\nFusulinélla\tx\n".encode("latin-1"), [name]).taxa == {name: ("x",)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("class\nA\nB\n", "needs a column class and one a rank"),
        ("genus\torder\nA\tx\n", "needs the columns class; its first line, line 1, has `genus`, `order`"),
        ("class\torder\nA\tx\n\nC\ty\n", "has no line of class B; add one (line 2 is of `A`)"),
        (PLAIN + "A\tx\ty\n", "line 4: class 'A' stands in line 2 too; keep one of its lines"),
        (PLAIN.replace("Calanus", '"Calanus') + "X\ty\tz\n" * 999, 'line 2: the cell `"Calanus` begins with a quote'),
        (PLAIN.replace("genus", "Order"), "has the column order twice (`order`, `Order`)"),
        (PLAIN.replace("Cyclopoida\tOithona", "Cyclopoida\tCalanus"), "genus Calanus stands below Calanoida and below"),
    ],
)
def test_mistakes(tmp_path, text, words):
    with pytest.raises(UserError) as caught:
        read(tmp_path, text)
    assert words in str(caught.value)
