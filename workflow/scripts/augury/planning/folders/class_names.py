"""Whether a name can be a class's: it becomes the name of files and folders, and a cell of tables."""

import re
from collections import defaultdict
from collections.abc import Sequence
from unicodedata import normalize as _form

from augury.images.files import shown

LONGEST = 200  # bytes: files are called by the name with an ending, and longer while they are written
_RESERVED = ("all", "manifest.tsv", "quarantine.tsv", "duplicates.tsv", "warnings.tsv", "views.tsv", "shortcuts.tsv")
_BAD = re.compile(r'[/\\{}:*?"<>|\x00-\x1f\x7f-\x9f\u2028\u2029]|^[.\-\s]|[.\s]$|^$')
_ONE_NAME = "give them one name, or name all classes in `classes` if they are two"
_FORMULA = re.compile(r"[=+@]")


def name_problem(name: str, remedy: str = "rename its folder") -> str:
    """Why a name cannot be a class's, in one sentence that ends in the remedy; else an empty text."""
    size = len(name.encode("utf-8", "surrogateescape"))
    if size > LONGEST:
        return f"the class name '{shown(name[:40])}...' has {size} bytes, and names of files leave {LONGEST}; {remedy}"
    if not _is_text(name):
        return f"the class name '{shown(name)}' is no UTF-8 text; {remedy}"
    if _FORMULA.match(name):
        return (
            f"the class name '{shown(name)}' begins with {name[0]}, which a spreadsheet takes for a formula; {remedy}"
        )
    if name in _RESERVED or _BAD.search(name):
        reason = 'names have none of / \\ { } : * ? " < > | and begin with a letter, digit or underscore'
        reason = "a file or folder of the results has it" if name in _RESERVED else reason
        return f"the class name '{shown(name)}' cannot be used ({reason}); {remedy}"
    return ""


def alike_problems(names: Sequence[str], remedy: str = _ONE_NAME) -> list[str]:
    """A sentence for names that are equal but for case or Unicode form."""
    alike = defaultdict(list)
    for name in names:
        alike[_plain(name)].append(name)
    return [f"the classes {_distinguished(same)}; {remedy}" for same in alike.values() if len(same) > 1]


def same_but_form(one: str, other: str) -> bool:
    """Whether two names are equal but for capitals and the form in which accents are written."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return _form("NFC", _form("NFC", name).casefold())


def _distinguished(names: Sequence[str]) -> str:
    if len({_form("NFC", name) for name in names}) == len(names):
        return f"{' and '.join(map(shown, names))} have one name but for capitals"
    forms = [f"{shown(name)} ({'NFC' if _form('NFC', name) == name else 'NFD'})" for name in names]
    return f"{' and '.join(forms)} have one name in two Unicode forms"


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
