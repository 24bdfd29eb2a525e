"""tables/ranks.tsv: how well each arm and classifier did at every rank of the taxonomy."""

import dataclasses

from augury.tables.columns import column
from augury.tables.declaration import Table, has_classifiers


@dataclasses.dataclass(frozen=True, slots=True)
class RankRow:
    """The mean over the runs of one arm and classifier, on one part, at one rank."""

    arm: str = column("what the classifier was trained on")
    classifier: str = column("the classifier")
    part: str = column("which images were judged: validation or test")
    rank: str = column("the rank, from the highest to the lowest; `class` for the classes themselves")
    n_taxa: int = column("taxa among which one is called; a class without a taxon here counts as one")
    n_runs: int = column("runs behind the row")
    n_images: int = column("distinct images judged, over all runs; those without a taxon at this rank are not")
    n_specimens: int = column("distinct specimens judged; intervals count these")
    leaked: bool = column("true where training may have seen images judged here: such a row proves nothing")
    accuracy: float | None = column("share of the images whose taxon was called rightly")
    accuracy_low: float | None = column("lower end of its 95% interval")
    accuracy_high: float | None = column("upper end of its 95% interval")
    n_errors: int = column("wrong answers over all runs")
    distance: float | None = column("ranks to climb until a wrong taxon and the true one are one, mean over errors")
    distance_low: float | None = column("lower end of its 95% interval")
    distance_high: float | None = column("upper end of its 95% interval")


TABLE = Table(
    order=80,
    title="Performance by taxonomic rank",
    row=RankRow,
    made=lambda study: has_classifiers(study) and bool(study.config.taxonomy),
)
