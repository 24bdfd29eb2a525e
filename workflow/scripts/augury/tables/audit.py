"""What an audit finds in a printed table."""

import dataclasses

from augury.tables.columns import column

POSSIBLE, CONDITIONAL, IMPOSSIBLE, UNKNOWN = "possible", "does not fit if", "impossible", "not known"
RESOLVED, UNRESOLVED = "resolved", "not resolved"


@dataclasses.dataclass(frozen=True, slots=True)
class FindingRow:
    """One thing that was checked."""

    check: str = column("what was checked: count, agreement, calls, size, mean or gain")
    group: str = column("arm, classifier and whatever else tells tables of one file apart; empty where there is one")
    where: str = column("the class, arm or seed; `all` for the whole table")
    measure: str = column("the measure")
    printed: str = column("the number as it is printed")
    word: str = column(
        "`possible`; `does not fit if`, under the assumption; `impossible`, whatever was counted, averaged or rounded; "
        "`not known`; of a gain `resolved` or `not resolved`"
    )
    assumption: str = column("what the number does not fit if it holds")
    n: int | None = column("test size that it was checked with, or that was found")
    p: float | None = column("p value of a gain")
    about: str = column("what was found, in words")
