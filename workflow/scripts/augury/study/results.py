"""Settings of what is scored, shown, compared and kept."""

from pydantic import Field

from augury.settings.base import Bool, Fraction, Int, Mapping, NonNegativeFloat, Settings


class Scores(Settings):
    """What is scored."""

    images: Int | None = Field(None, ge=3)
    """Synthetic images to score per generator and class, such as 50000; without it, as many as the largest arm
    takes of the class, and as many as its training images at least."""
    snapshots: Bool = True
    """Whether snapshots are scored too, which finds the best one."""


class Explain(Settings):
    """What is shown of each arm and classifier, of the first split and seed."""

    images: Int = Field(8, ge=0, le=24)
    """Test images to show maps of Grad-CAM for, the same for all; 0 makes neither these nor UMAP."""
    umap_neighbors: Int = Field(15, ge=2, le=200)
    """UMAP's n_neighbors - fewer show fine structure, more the whole."""
    umap_min_dist: Fraction = 0.1
    """UMAP's min_dist - how near to each other points may lie."""
    umap_images: Int = Field(1200, ge=4)
    """Points of training, of test and of synthetic images at most, each."""


class Published(Settings):
    """A publication's numbers, to be laid beside those of this study."""

    table: str | None = None
    """Table (TSV or CSV) with one line per number - columns `table`, `row`, `column`, `value` as printed, `measure`,
    and those of arm, classifier, class, seed and generator that say which of ours it is."""
    differs: Mapping[str] = {}
    """What this study does otherwise, in words, by the name of a printed table; `all` stands for every other."""


class Store(Settings):
    """Finished trainings are kept, so that going back to a setting costs seconds."""

    max_gb: NonNegativeFloat = 20.0
    """GB that results/{dataset}/.store may hold of trainings that were replaced, those let go of first removed
    first; 0 keeps none."""
