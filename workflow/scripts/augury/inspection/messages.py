"""What was noticed, as sentences with a remedy: one row per class or property, and one line per kind for the log."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from augury.inspection.names import Repeated, Suggestion
from augury.inspection.shortcuts import SHAPED, STORED
from augury.inspection.views import ALIKE, NEAR, look_like_views
from augury.report.values import listed
from augury.tables.inspection import HINT, WARNING, ShortcutRow, ViewsRow, WarningRow

MANY_COPIES = 0.2  # share of a class's images; the largest of 41 classes of single specimens is 0.04
TELLING = 0.5  # share of a class's images with a value, beyond the share of the others': see ShortcutRow.beyond
STORED_ABOVE, SHAPED_ABOVE = 0.2, 0.1  # of the way from chance to 1, by which a property tells the classes
MOST_NAMED = 5  # classes that a line names
GROUPED = 0.9  # share of a class's images whose specimen has a name

NAME_THEM = (
    "name the specimens by `specimens.regex` or `specimens.table`, so that all images of one stay in one part, and "
    "count specimens, not images; where each image does show another specimen, nothing needs to be done"
)
_REMEDIES = {
    "mode": "bring all classes to one colour mode, or set `channels: grey` for every generator and classifier",
    "size": "find out why: crop or scale all classes alike before the study, and mind that `fit` pads or stretches",
    "camera": "photograph every class with every camera, or keep to the images of one",
}
_STORE_ALIKE = "find out where the difference comes from, and store the images of all classes alike from the originals"
_SHAPE = (
    "natural where images are cut to the outline of the specimen; networks may see it in the padding, so a score a "
    "little above this one shows little: `preparation.fit: stretch` hides the aspect"
)


def name_warnings(
    suggestion: Suggestion | None, repeated: Repeated | None, views: Sequence[ViewsRow]
) -> list[WarningRow]:
    """What file names say, and whether the images agree."""
    alike = [row for row in views if look_like_views(row.likeness, row.near, row.compared)]
    agree = f"; the likeness of the images agrees in {len(alike)} of {len(views)} classes" if alike else ""
    warnings = []
    if suggestion:
        words = f"file names suggest {suggestion.specimens:,} specimens in {suggestion.images:,} images"
        words += f" ({suggestion.reason}){agree}"
        remedy = f"set specimens: {{regex: '{suggestion.regex}'}}, if that is so"
        warnings.append(WarningRow(WARNING, "names", "", "", suggestion.specimens, words, remedy))
    if repeated:
        words = repeated.where + (agree or "; they may be views of one specimen")
        level = WARNING if len(alike) > len(views) / 2 else HINT
        remedy = "a class of one specimen cannot be divided: add specimens, and name them by `specimens.regex`"
        warnings.append(WarningRow(level, "names", "", "", repeated.count, words, remedy))
    return warnings


def view_warnings(views: Iterable[ViewsRow]) -> list[WarningRow]:
    """Classes of copies or views that nothing names."""
    warnings = []
    for row in views:
        if row.copies >= MANY_COPIES:
            words = (
                f"{row.copies:.0%} of the {row.images:,} images of {row.class_} are near-duplicates of others "
                f"({row.largest} in the largest group): they stay together, but views that differ more are not found"
            )
            warnings.append(WarningRow(WARNING, "copies", row.class_, "", row.copies, words, NAME_THEM))
        if look_like_views(row.likeness, row.near, row.compared) and row.named < GROUPED:
            warnings.append(WarningRow(WARNING, "views", row.class_, "", row.likeness, _views(row), NAME_THEM))
    return warnings


def _views(row: ViewsRow) -> str:
    if (row.likeness or 0) <= ALIKE:
        words = (
            f"the images of {row.class_} look like views of few specimens: the nearest image is {row.likeness:.2f} "
            f"times as far as the tenth nearest, where single specimens have more than {ALIKE:g}"
        )
    else:
        words = (
            f"{row.near:.0%} of the images of {row.class_} look like views of few specimens: their nearest image is at "
            f"most {NEAR:g} times as far as the tenth nearest, as is rare among single specimens"
        )
    return words + (f" (from test to training images {row.likeness_test:.2f})" if row.likeness_test is not None else "")


def shortcut_warnings(shortcuts: Iterable[ShortcutRow]) -> list[WarningRow]:
    """Properties of the files that tell the classes: how they are stored is a warning, the form a hint.

    Of several properties that tell the same class, the most telling has the sentence, and the others are named in it.
    """
    stored: dict[str, list[ShortcutRow]] = defaultdict(list)
    shaped = []
    for row in sorted(shortcuts, key=lambda row: (-round(row.beyond or 0, 2), (*STORED, *SHAPED).index(row.property))):
        above = (row.accuracy_low - row.chance) / (1 - row.chance)
        if row.value and above > 0 and (row.beyond or 0) >= TELLING:
            stored[row.class_].append(row)
        elif row.property in STORED and above >= STORED_ABOVE:
            stored[""].append(row)
        elif row.property in SHAPED and above >= SHAPED_ABOVE:
            shaped.append(row)
    warnings = [_stored(class_, rows) for class_, rows in stored.items()]
    for row in sorted(shaped, key=lambda row: -row.accuracy)[:1]:
        words = f"the {row.property} of the files alone tells classes ({_scored(row)})"
        warnings.append(WarningRow(HINT, "shape", "", "", row.accuracy, words, _SHAPE))
    return warnings


def _stored(class_: str, rows: Sequence[ShortcutRow]) -> WarningRow:
    first, *others = rows
    words = f"the {first.property} of the files alone tells {class_ or 'classes'}"
    if class_:
        words += f": {first.share:.0%} of its images have {first.value}, and {first.share_others:.0%} of the others'"
    words += f" ({_scored(first)})"
    if others:
        words += f", and so {'does' if len(others) == 1 else 'do'} the {listed([row.property for row in others])}"
    remedy = _REMEDIES.get(first.property, _STORE_ALIKE)
    return WarningRow(WARNING, "stored", class_, "", first.accuracy, words, remedy)


def _scored(row: ShortcutRow) -> str:
    interval = f"[{row.accuracy_low:.2f}, {row.accuracy_high:.2f}]"
    return f"balanced accuracy {row.accuracy:.2f} {interval}, chance {row.chance:.2f}"


def lines(rows: Iterable[WarningRow]) -> list[str]:
    """The log of warnings: one line per warning, with classes of one kind together."""
    warnings = [row for row in rows if row.level == WARNING]
    sentences = [f"{row.sentence}; {row.remedy}" for row in warnings if row.kind not in ("copies", "views")]
    remedy = "" if any(row.kind == "names" for row in warnings) else f"; {NAME_THEM}"
    for kind, what in (
        ("copies", "many images of {} are near-duplicates of others"),
        ("views", "images of {} look like views of few specimens, so that a test may measure memory"),
    ):
        classes = [row.class_ for row in warnings if row.kind == kind]
        if len(classes) > MOST_NAMED:
            classes[MOST_NAMED - 1 :] = [f"{len(classes) - MOST_NAMED + 1} more classes"]
        if classes:
            sentences.append(what.format(listed(classes)) + remedy)
            remedy = ""
    return [f"warning: {line}" for line in sentences]
