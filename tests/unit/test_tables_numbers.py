"""Numbers as publications print them."""

import pytest

from augury.tables.numbers import EITHER, decimal_separator, is_nothing, plain_number


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("0.95", "0.95"),
        (".930", ".930"),
        ("0,95", "0.95"),
        ("0,953", "0.953"),
        ("93,1", "93.1"),
        ("93.1 %", "93.1%"),
        ("93,1\u00a0%", "93.1%"),
        ("93.1\\%", "93.1%"),
        ("0.95 ± 0.02", "0.95"),
        ("0,95±0,02", "0.95"),
        ("0.95 +/- 0.02", "0.95"),
        ("$0.95 \\pm 0.02$", "0.95"),
        ("93.1 % ± 0.4 %", "93.1%"),
        ("93.1 ± 0.4 %", "93.1%"),
        ("(93.1 ± 0.4) %", "93.1%"),
        ("95.0 (1.2)", "95.0"),
        ("0.95 [0.93, 0.97]", "0.95"),
        ("0.95 (95% CI: 0.93–0.97)", "0.95"),
        ("0.95*", "0.95"),
        ("0.95 **", "0.95"),
        ("\u22120.5", "-0.5"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1 234,5", "1234.5"),
        ("1\u202f234.5", "1234.5"),
        ("25,557,032", "25557032"),
        ("12'345", "12345"),
        ("39.341", "39.341"),
        ("45", "45"),
        ("1e-3", "1e-3"),
    ],
)
def test_numbers_of_one_meaning(text, plain):
    assert plain_number(text) == plain


@pytest.mark.parametrize(
    "text", ["", "abc", "0.93-0.97", "0.93/0.95", "<0.01", "~0.9", "0.9 0.8", "0.9, 0.8", "1:2", "0x1"]
)
def test_what_is_no_number(text):
    with pytest.raises(ValueError, match="is no number"):
        plain_number(text)


def test_a_comma_before_three_digits_needs_the_other_numbers():
    with pytest.raises(ValueError, match=r"'1,234' may be 1\.234 or 1234; write it with a point, or without"):
        plain_number("1,234")
    assert plain_number("1,234", decimal_separator(["27,80", "1,234"])) == "1.234"
    assert plain_number("1,234", decimal_separator(["27.80", "1,234", "n/a"])) == "1234"
    assert plain_number("1.234", decimal_separator(["27,80"])) == "1234"
    assert [plain_number(text, EITHER) for text in ("1,234", "95.123 %", "1.234,5")] == ["1.234", "95.123%", "1234.5"]
    assert decimal_separator(["27,80", "27.80"]) is None
    assert decimal_separator(["1,234", "5.678", "3"]) is None


def test_cells_in_which_nothing_is_printed():
    assert all(map(is_nothing, ("", " ", "-", "–", "—", "N/A", "NA", "n.a.")))
    assert not any(map(is_nothing, ("0", "-0.1", "x")))
