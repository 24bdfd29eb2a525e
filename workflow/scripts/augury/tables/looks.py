"""tables/looks.tsv: every time that a comparison was judged on further runs, and what that cost."""

import dataclasses

from augury.tables.columns import column


@dataclasses.dataclass(frozen=True, slots=True)
class LookRow:
    """One look at one arm and classifier against their baseline."""

    arm: str = column("the arm that was judged")
    baseline: str = column("the arm that it was compared with")
    classifier: str = column("the classifier; empty for predictions from elsewhere that name none")
    series: int = column("looks at runs to which others were added have one number; where earlier runs were changed or "
                         "taken away, looks are counted anew under the next")  # fmt: skip
    look: int = column("number of the look in its series")
    date: str = column("day of the first judgement of these runs, by UTC")
    n_splits: int = column("splits that were there")
    n_seeds: int = column("seeds of them")
    n_specimens: int = column("distinct test specimens")
    looks: int = column("looks that were planned, as the first of the series has it")
    planned_splits: int = column("splits that were planned, likewise")
    fraction: float = column("share of the planned splits, rounded down to whole looks")
    level: float = column("alpha spent: the level of one comparison at this look; 0 for a look that was not planned")
    planned: bool = column("whether the look was planned; if not, the word is that of the last planned one")
    measure: str = column("the measure of the word")
    difference: float | None = column("the arm's measure minus the baseline's, of all runs that were there")
    word: str = column("the verdict's word over all classes")
    runs: str = column("digests of the runs that were judged: test images, labels and probabilities of both sides")
