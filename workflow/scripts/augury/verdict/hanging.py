"""What words of the verdict hang on, in sentences."""

from collections.abc import Sequence

from augury.tables.grouping import grouped
from augury.tables.sensitivity import DOUBTED, REPEAT, SPLIT, SensitivityRow

MOST = 5  # comparisons whose word changes, in a sentence
_DIVIDED = {SPLIT: "without any one of the splits", REPEAT: "by each repeat of the splits alone"}


def sentences(rows: Sequence[SensitivityRow]) -> list[str]:
    """One of each thing that was left out: Without doubted labels (7 of the test images) every word stays."""
    return [_sentence(of) for of in grouped(rows, lambda row: (row.without, row.by)).values()]


def what(row: SensitivityRow) -> str:
    """What was left out: without near images by mobilenetv2_100 (48 of the test images)."""
    by = f" by {row.by}" if row.by else ""
    return _DIVIDED.get(row.without, f"without {row.without}{by} ({row.left_out} of the test images)")


def _sentence(of: Sequence[SensitivityRow]) -> str:
    if of[0].without == DOUBTED and not of[0].left_out:
        return "No label of a test image is doubted."
    changed = [f"{comparison(row)}: {row.word} becomes {row.words}" for row in of if not row.agrees]
    more = [f"and {len(changed) - MOST} more"] if len(changed) > MOST else []
    begin = what(of[0])
    return f"{begin[0].upper()}{begin[1:]} {'; '.join([*changed[:MOST], *more]) or 'every word stays'}."


def comparison(row: SensitivityRow) -> str:
    """The arm and the classifier."""
    return f"{row.arm} with {row.classifier or 'the classifier'}"
