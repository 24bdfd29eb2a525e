"""What an audit finds in a printed table."""

import dataclasses

from augury.tables.columns import column

POSSIBLE, IMPOSSIBLE, UNKNOWN = "possible", "impossible", "not known"
RESOLVED, UNRESOLVED = "resolved", "not resolved"


@dataclasses.dataclass(frozen=True, slots=True)
class FindingRow:
    """One thing that was checked."""

    check: str = column("what was checked: count, agreement, size, mean or gain")
    where: str = column("the class, arm or seed; `all` for the whole table")
    measure: str = column("the measure")
    printed: str = column("the number as it is printed")
    word: str = column("`possible`, `impossible`, `not known`; of a gain `resolved` or `not resolved`")
    n: int | None = column("test size that it was checked with, or that was found")
    p: float | None = column("p value of a gain")
    about: str = column("what was found, in words")
