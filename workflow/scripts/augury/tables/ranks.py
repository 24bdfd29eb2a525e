"""tables/ranks.tsv: how well each arm and classifier did at every rank of the taxonomy."""

from augury.tables.columns import Measured, column, estimate, table_row
from augury.tables.declaration import Table, has_classifiers


@table_row
class RankRow(Measured):
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
    accuracy: float | None = estimate("share of the images whose taxon was called rightly")
    n_errors: int = column("wrong answers over all runs")
    distance: float | None = estimate("ranks to climb until a wrong taxon and the true one are one, mean over errors")


TABLE = Table(
    order=80,
    title="Performance by taxonomic rank",
    row=RankRow,
    made=lambda study: has_classifiers(study) and bool(study.config.taxonomy),
)
