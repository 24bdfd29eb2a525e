"""What sizes were given up so that specimens which show several classes have one part for all of them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable

from augury.command.errors import UserError
from augury.splits.borders import cut
from augury.splits.identity import is_named
from augury.splits.plan import SplitName
from augury.study.split import Split
from augury.tables.rows import PARTS, SplitRow

MOST = 1  # specimens more or fewer than asked for, which rounding alone may leave


def shared_specimens(rows: Iterable[SplitRow]) -> dict[str, list[str]]:
    """Named specimens that show several classes, with these, of the rows of all classes."""
    classes_of: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if is_named(row.specimen):
            classes_of[row.specimen].add(row.class_)
    return {name: sorted(classes) for name, classes in sorted(classes_of.items()) if len(classes) > 1}


def given_up(rows: Iterable[SplitRow], shared: Collection[str], settings: Split, split: SplitName) -> list[str]:
    """What stands for each class whose parts are larger or smaller than asked for by more than a specimen.

    rows: of one class or of several; shared: the specimens that show several. Only of what a hash divides by specimen.
    """
    if settings.parts != "hash" or settings.unit != "specimen" or not shared:
        return []
    classes: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        classes[row.class_][row.specimen] = row.part
    sentences = []
    for class_, parts in sorted(classes.items()):
        number, has = sum(name in shared for name in parts), Counter(parts.values())
        try:
            asked = Counter(cut(len(parts), settings, split, frozenset(), class_))
        except UserError:
            continue
        if number and any(abs(has[part] - asked[part]) > MOST for part in PARTS):
            shown = [part for part in PARTS if has[part] or asked[part]]
            sizes, wanted = (_listed([f"{each[part]} {part}" for part in shown]) for each in (has, asked))
            sentences.append(
                f"'{class_}' has {sizes} specimens where {wanted} were asked for, as {number} of its {len(parts)} "
                "show other classes too"
            )
    return sentences


def _listed(words: list[str]) -> str:
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else "".join(words)
