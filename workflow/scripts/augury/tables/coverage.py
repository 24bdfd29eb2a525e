"""tables/coverage.tsv: on test images, how often prediction sets held the true class, and answers that stand erred."""

from augury.tables.columns import Measured, column, estimate, table_row
from augury.tables.declaration import Table, has_classifiers

ALL = "all"


@table_row
class CoverageRow(Measured):
    """The test images of a class, or of all, over the trainings of an arm and classifier."""

    arm: str = column("what the classifier was trained on")
    classifier: str = column("the classifier")
    class_: str = column("the true class, or `all`")
    leaked: bool = column("whether training may have seen images judged here")
    stated: float = column("the coverage that the sets promise as a mean over studies")
    n_runs: int = column("splits and seeds whose validation images suffice for a promise")
    n_validation: float = column("validation specimens that a run's thresholds rest on, mean over runs")
    n_images: int = column("distinct test images")
    n_specimens: int = column("distinct test specimens; intervals count these")
    coverage: float | None = estimate("share of prediction sets that hold the true class", "test specimens")
    set_size: float = column("classes in a set, mean")
    single: float = column("share of sets of one class")
    stated_error: float = column("share of wrong answers that the abstention allows, with 95% certainty, of all images")
    n_answering: int = column("splits and seeds whose validation images suffice for that; what follows is of these")
    answered: float | None = column("share of the images for which the classifier does not abstain")
    error: float | None = estimate("share of wrong answers among those that stand", "test specimens")


TABLE = Table(order=67, title="Prediction sets and abstention", row=CoverageRow, made=has_classifiers)
