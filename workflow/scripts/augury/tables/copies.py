"""tables/copies.tsv: how many images that begin with a training image show one, by the level of noise."""

from augury.tables.columns import Measured, column, estimate, table_row
from augury.tables.declaration import Table

ALL = "all"


@table_row
class CopyRow(Measured):
    """The images of one level of noise, of the pools of one generator and selection over all splits and seeds."""

    generator: str = column("the generator, with the snapshot and truncation that it drew at, if any")
    selection: str = column("the selection, of family from_specimen")
    class_: str = column("the class, or `all`")
    sigma: float = column("standard deviation of the noise that was put on the parents, whose values lie in -1 to 1")
    leaked: bool = column("whether a generator of these was trained on a specimen of the test part")
    n_runs: int = column("splits and seeds behind the row")
    n_images: int = column("images that were compared with the training images, at most 32 per pool and level")
    n_specimens: int = column("distinct specimens that these begin with; the interval counts these")
    copied: float | None = estimate("share of these images that show a training image, found by pixels", "specimens")


TABLE = Table(
    order=105,
    title="Copies among images drawn from specimens",
    row=CopyRow,
    made=lambda study: bool(study.begun_pools),
)
