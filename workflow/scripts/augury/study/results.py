"""Settings of what is scored, shown, compared and kept."""

from typing import ClassVar

from pydantic import Field

from augury.settings.base import Bool, Fraction, Int, Mapping, NonNegativeFloat, Settings


class Scores(Settings):
    """What is scored."""

    images: Int | None = Field(None, ge=3)
    """Number of synthetic images to score per generator and class, such as 50000; without it, as many as the largest
    arm takes of the class, and as many as its training images at least."""
    snapshots: Bool = True
    """Whether snapshots are scored too, so that the best one can be chosen."""


class Explain(Settings):
    """What is shown of each arm and classifier, of the first split and seed."""

    images: Int = Field(0, ge=0, le=24)
    """Grad-CAM: number of test images to show heat maps for, the same for all models, such as 8; 0 makes no maps and no
    UMAP."""
    umap_neighbors: Int = Field(15, ge=2, le=200)
    """UMAP's n_neighbors; few show fine structure, many the whole."""
    umap_min_dist: Fraction = 0.1
    """UMAP's min_dist: how near to each other points may lie."""
    umap_images: Int = Field(1200, ge=4)
    """UMAP: largest number of points, for training, test and synthetic images each."""


class Published(Settings):
    """A publication's numbers, for comparison with those of this study."""

    renamed: ClassVar[dict[str, str]] = {"differs": "deviations"}

    table: str | None = None
    """Table (TSV or CSV) with one line per number - columns `table`, `row`, `column`, `value` as printed, `measure`,
    and those of arm, classifier, class, seed and generator that say which of ours it is."""
    deviations: Mapping[str] = {}
    """Protocol deviations: what this study does differently, in words, by the name of a printed table; `all` stands
    for every other."""


class Store(Settings):
    """Finished trainings are kept, so that going back to a setting costs seconds."""

    max_gb: NonNegativeFloat = 20.0
    """Size limit in GB of replaced trainings in results/{dataset}/.store, the oldest removed first; 0 keeps none."""
