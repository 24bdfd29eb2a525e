"""tables/synthetic.tsv and scores.tsv: how good the images of a generator are, one row per snapshot."""

import dataclasses
from typing import TYPE_CHECKING, Any

from augury.scores.catalogue import SCORES
from augury.tables.columns import column, extended
from augury.tables.declaration import Table


@extended(field for score in SCORES.values() for field in score.fields())
@dataclasses.dataclass(frozen=True, slots=True)
class ScoreRow:
    """Scores of the images that one trained generator, at one snapshot and truncation, draws for one class."""

    split: str = column("the split")
    generator: str = column("the generator")
    family: str = column("the kind of generator")
    start: str = column("`scratch`, or the generator and taxon whose weights the training began with")
    selection: str = column("how the images were chosen from what the generator makes")
    seed: int = column("seed of the generator's training")
    class_: str = column("the class")
    snapshot: int | None = column("when in the training, in the generator's unit of duration; empty for its end")
    kimg: float = column("thousands of real images that this training had passed through by then")
    truncation: float = column("truncation of the latent space; 1 for none")
    best: bool = column("whether the networks together choose this snapshot: the smallest mean rank by kid_reference")
    agreed: bool = column("whether it is the best and kid_reference is the smallest there in each of the networks")
    leaked: bool = column("whether the generator was trained on a specimen of the test part")
    n_real: int = column("training images of the class")
    n_synthetic: int = column("synthetic images that were scored")
    extractor: str = column("network that turned images into features; scores of different ones cannot be compared")
    circular: bool = column("whether the images were made or chosen through that network, so that it may not judge")

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Columns of scores, which their own folders declare."""


TABLE = Table(order=110, title="Quality of synthetic images, by training", row=ScoreRow)


@dataclasses.dataclass(frozen=True, slots=True)
class NeighbourRow:
    """neighbours.tsv: a synthetic image and the training image that it is nearest to; the most suspicious first."""

    split: str = column("the split")
    generator: str = column("the generator")
    seed: int = column("seed of the generator's training")
    class_: str = column("the class")
    snapshot: int | None = column("when in the training; empty for its end")
    latent_seed: int = column("number that the synthetic image is drawn from")
    sha256: str = column("the training image")
    path: str = column("where it was seen")
    distance: float = column("distance of the two in features")
    neighbour_distance: float = column("distance of the training image from the nearest one of another specimen")
