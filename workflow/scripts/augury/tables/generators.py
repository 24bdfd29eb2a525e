"""tables/generators.tsv: how good each generator's images are, over its trainings."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from augury.scores.catalogue import SCORES
from augury.tables.columns import column, extended
from augury.tables.declaration import Table
from augury.tables.placing import parse_path

END, BEST = "end", "best"  # when in the training


class GeneratorRun(NamedTuple):
    """One trained generator: where it stands among splits, generators, seeds and classes."""

    split: str
    generator: str
    seed: int
    class_: str


def generator_run_of(path: str | Path) -> GeneratorRun:
    """The training that a file `.../{split}/generators/{generator}/seed{seed}/{class_}/FILE` is of, else UserError."""
    return GeneratorRun(**parse_path(path, "{split}/generators/{generator}/seed{seed}/{class_}"))


@extended(field for score in SCORES.values() for field in score.means())
@dataclasses.dataclass(frozen=True, slots=True)
class GeneratorRow:
    """The scores of one generator for one class, over its trainings; images chosen at random, without truncation."""

    class_: str = column("the class")
    generator: str = column("the generator")
    when: str = column("`end`: at the end of each training; `best`: at the snapshot that the reference part chose")
    start: str = column("`scratch`, or the generator and taxon whose weights the training began with")
    extractor: str = column("network that turned images into features; scores of different ones cannot be compared")
    circular: bool = column("whether the images were made or chosen through that network, so that it may not judge")
    leaked: bool = column("whether a training saw a specimen of the test part")
    n_runs: int = column("trainings: splits times seeds")
    n_real_low: int = column("training images of the class, in the split that has fewest")
    n_real_high: int = column("training images of the class, in the split that has most")
    n_synthetic: int = column("synthetic images that were scored in a training, at least")
    frechet_distance: float | None = column("Frechet distance of training and synthetic images, mean over trainings")
    frechet_sd: float | None = column("its standard deviation over trainings")
    frechet_low: float | None = column("lower end of its 95% interval by Student's t over trainings")
    frechet_high: float | None = column("upper end of that interval")
    kid: float | None = column("kernel distance of training and synthetic images, mean over trainings")
    kid_sd: float | None = column("its standard deviation over trainings")
    kid_low: float | None = column("lower end of its 95% interval by Student's t over trainings")
    kid_high: float | None = column("upper end of that interval")

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Columns of scores, which their own folders declare."""


TABLE = Table(order=90, title="Comparison of generators", row=GeneratorRow)
