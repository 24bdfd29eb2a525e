"""How a check becomes a row of the audit."""

from augury.published.audit.hypotheses import Judged
from augury.tables.audit import UNKNOWN, FindingRow


def finding(
    check: str, where: str, measure: str, printed: str, judged: Judged, n: int | None, about: str
) -> FindingRow:
    """The row of a check that was judged; what would make the numbers fit stands at the end of its words."""
    about += f"; fits if {judged.remedy}" if judged.remedy else ""
    return FindingRow(check, "", where, measure, printed, judged.word, judged.assumption, n, None, about)


def remark(
    check: str, where: str, measure: str, word: str, n: int | None, about: str, p: float | None = None
) -> FindingRow:
    """The row of what was found without being judged."""
    return FindingRow(check, "", where, measure, "", word, "", n, p, about)


def unknown(check: str, where: str, measure: str, about: str) -> FindingRow:
    """The row of a check that could not be made."""
    return remark(check, where, measure, UNKNOWN, None, about)
