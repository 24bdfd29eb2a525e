"""Numbers as publications print them, in one form: digits with a point, and a percent sign where there was one.

`0,95`, `93.1 %`, `0.95 ± 0.02`, `95.0 (1.2)`, `0.95 [0.93, 0.97]`, `1 234.5` and `0.95*` have one meaning; `1,234` has
two unless the other numbers of its table, or the kind of number, say what a comma is.
"""

import re
from collections.abc import Iterable

from augury.tables.separated import clean

EITHER = ".,"
NOTHING = ("", "-", "–", "—", "−", "n/a", "na", "n.a.", "none", ".", "..", "...")  # where nothing is printed
_NUMBER = r"[+-]?(?:\d{1,3}(?:[ ,.'’]\d{3})+(?:[.,]\d*)?|\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?"
_SPREAD = rf"(?:(?:±|\+/-|\+-|\\pm)\s*{_NUMBER}|\((?:[^()]*)\)|\[(?:[^][]*)\])"
_PRINTED = re.compile(
    rf"(?P<open>\()?\s*(?P<number>{_NUMBER})\s*(?P<percent>%)?\s*(?P<spread>{_SPREAD})?\s*(?P<late>%)?\s*"
    rf"(?(open)\)\s*(?P<last>%)?)\s*[*†‡§]*"
)


def is_nothing(text: str) -> bool:
    """Whether a cell says that nothing is printed there."""
    return clean(text).casefold() in NOTHING


def plain_number(text: str, decimal: str | None = None) -> str:
    """The number of a cell as `93.1%` or `0.95`, with the digits that are printed; what it gives as spread is left out.

    decimal: the mark that stands before decimals, `.` or `,`, where that is known; EITHER for numbers that have no
    thousands. Raises ValueError, in words, for what is no number, and for what could be two.

    >>> plain_number("0,95 ± 0,02"), plain_number("93.1 %")
    ('0.95', '93.1%')
    """
    match = _PRINTED.fullmatch(_plain_signs(text))
    if not match:
        raise ValueError(f"'{clean(text)}' is no number")
    percent = "%" if match["percent"] or match["late"] or match["last"] else ""
    return _with_point(match["number"], decimal) + percent


def decimal_separator(texts: Iterable[str]) -> str | None:
    """What stands before decimals in numbers of one table, as far as one of them can only be read in one way.

    >>> decimal_separator(["1.234,5", "10"])
    ','
    """
    separators = set()
    for text in texts:
        match = _PRINTED.fullmatch(_plain_signs(text))
        if match:
            separators |= {_evident_separator(match["number"])} - {None}
    return separators.pop() if len(separators) == 1 else None


def _plain_signs(text: str) -> str:
    return clean(text).replace("−", "-").replace("\\%", "%").replace("％", "%").replace("$", "").replace("·", ".")


def _evident_separator(number: str) -> str | None:
    separators = [each for each in number if each in ".,"]
    if len(set(separators)) == 2:
        return separators[-1]
    if len(separators) != 1:
        return None
    whole, _, digits = number.partition(separators[0])
    thousands = len(digits) == 3 and whole.lstrip("+-") not in ("", "0")
    return None if thousands else separators[0]


def _with_point(number: str, decimal: str | None) -> str:
    number = re.sub("[ '’]", "", number)
    separators = [each for each in number if each in ".,"]
    if not separators:
        return number
    if len(separators) > 1 and len(set(separators)) == 1:  # 1,234,567
        return number.replace(separators[0], "")
    separator = _evident_separator(number) or (separators[0] if decimal == EITHER else decimal)
    if separator is None and separators == [","]:
        whole, digits = number.split(",")
        raise ValueError(f"'{number}' may be {whole}.{digits} or {whole}{digits}; write it with a point, or without")
    separator = separator or "."
    return number.replace({",": ".", ".": ","}[separator], "").replace(separator, ".")
