"""The tables beside a classifier's explanations."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class ExplainedRow:
    """grad_cam.tsv: an image of grad_cam.png, in the order of its columns."""

    sha256: str
    path: str
    class_: str  # the true one
    predicted: str  # what this classifier says; the map is for this class
    probability: float  # that it gives to that class
    layer: str  # whose maps were weighed; empty where the network has none
    activated: bool  # whether any position speaks for the class; where not, the map is dark


@dataclasses.dataclass(frozen=True, slots=True)
class MapRow:
    """umap.tsv: a point of the map, in the order of the rows of features.npy."""

    x: float
    y: float
    kind: str  # train, test (validation where nothing was tested) or synthetic
    class_: str
    name: str  # sha256 of a real image, the name inside its pool of a synthetic one
