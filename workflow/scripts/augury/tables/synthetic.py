"""tables/synthetic.tsv and scores.tsv: how good the images of a generator are, a row a snapshot."""

import dataclasses

from augury.tables.columns import column
from augury.tables.declaration import Table


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
    best: bool = column("whether this snapshot has the smallest KID against the reference of all at truncation 1")
    leaked: bool = column("whether the generator was trained on a specimen of the test part")
    n_real: int = column("training images of the class")
    n_synthetic: int = column("synthetic images that were scored")
    extractor: str = column("network that turned images into features; scores of different ones cannot be compared")
    frechet_distance: float | None = column("Frechet distance between all training and all synthetic images")
    frechet_low: float | None = column("lower end of its 95% interval, over specimens and synthetic images")
    frechet_high: float | None = column("upper end of that interval")
    frechet_infinity: float | None = column("the distance extrapolated to infinitely many synthetic images")
    frechet_infinity_low: float | None = column("lower end of its 95% interval, over the line's residuals")
    frechet_infinity_high: float | None = column("upper end of that interval")
    n_half: int | None = column("images in half of the training images")
    frechet_half: float | None = column("the distance of n_half training and n_half synthetic images, mean over draws")
    frechet_real: float | None = column("the distance of two halves of the training images: what chance alone gives")
    kid: float | None = column("kernel distance between training and synthetic images, mean over subsets")
    kid_sd: float | None = column("its standard deviation over subsets")
    kid_low: float | None = column("lower end of its 95% interval, over specimens and synthetic images")
    kid_high: float | None = column("upper end of that interval")
    kid_subsets: int | None = column("number of subsets")
    kid_subset_size: int | None = column("images of each kind in a subset")
    reference: str = column("the part that chooses among snapshots: validation, or train where that is too small")
    n_reference: int = column("its images of the class")
    kid_reference: float | None = column("kernel distance between those and the synthetic images, all at once")
    kid_reference_low: float | None = column("lower end of its 95% interval, over specimens and synthetic images")
    kid_reference_high: float | None = column("upper end of that interval")
    neighbours: int | None = column("k of the next four")
    precision: float | None = column("share of synthetic images within reach of a real one's k-th neighbour")
    precision_low: float | None = column("lower end of its 95% interval, over synthetic images")
    precision_high: float | None = column("upper end of that interval")
    recall: float | None = column("share of real images within reach of a synthetic one's k-th neighbour")
    recall_low: float | None = column("lower end of its 95% interval, over specimens")
    recall_high: float | None = column("upper end of that interval")
    density: float | None = column(
        "real neighbourhoods that hold a synthetic image, over k, mean over synthetic images"
    )
    density_low: float | None = column("lower end of its 95% interval, over synthetic images")
    density_high: float | None = column("upper end of that interval")
    coverage: float | None = column("share of real neighbourhoods that hold a synthetic image")
    coverage_low: float | None = column("lower end of its 95% interval, over specimens")
    coverage_high: float | None = column("upper end of that interval")
    n_vendi: int | None = column("images of each kind behind the next four")
    vendi: float | None = column("Vendi score: how many different images the synthetic ones amount to")
    vendi_low: float | None = column("lower end of its 95% interval, over synthetic images")
    vendi_high: float | None = column("upper end of that interval")
    vendi_real: float | None = column("the Vendi score of as many training images")
    authentic: float | None = column(
        "share of synthetic images farther from their nearest training image than its next of kin is"
    )
    authentic_low: float | None = column("lower end of its 95% interval, over synthetic images")
    authentic_high: float | None = column("upper end of that interval")
    copying: float | None = column("C_T, a z-score: below 0 they lie nearer to training images than validation ones do")
    n_copying: int | None = column("validation images behind it")
    copied: float | None = column(
        "share of synthetic images that show a training image, found by pixels; of a training's end"
    )
    copied_low: float | None = column("lower end of its 95% interval, over synthetic images")
    copied_high: float | None = column("upper end of that interval")
    n_copied: int | None = column("synthetic images behind it")


TABLE = Table(order=110, title="How good synthetic images are, training by training", row=ScoreRow)


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
    kin_distance: float = column("distance of the training image from its next of kin, the nearest of another specimen")
