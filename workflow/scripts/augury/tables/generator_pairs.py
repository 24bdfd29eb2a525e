"""tables/generator_pairs.tsv: which of two generators is nearer to the real images."""

import dataclasses

from augury.tables.columns import column
from augury.tables.declaration import Table


@dataclasses.dataclass(frozen=True, slots=True)
class PairRow:
    """Two generators compared at the end of their trainings, b minus a, over the splits and seeds that both have."""

    class_: str = column("the class, or `all` for the mean over the classes that both have in a split and seed")
    generator_a: str = column("a generator")
    generator_b: str = column("the generator that is compared with it")
    extractor: str = column("network that turned images into features")
    circular: bool = column(
        "whether images of either were made or chosen through that network: nothing is resolved then"
    )
    leaked: bool = column("whether a training of either saw a specimen of the test part")
    frechet_pairs: int = column("pairs of trainings of equal split and seed that have a Frechet distance")
    frechet_difference: float | None = column("Frechet distance of b minus that of a, mean over pairs")
    frechet_low: float | None = column("lower end of its 95% interval by Student's t over pairs")
    frechet_high: float | None = column("upper end of that interval")
    frechet_p: float | None = column("p value of the paired t-test; empty for fewer than three pairs")
    frechet_p_holm: float | None = column("that p value corrected by Holm over all rows of this network")
    frechet_word: str = column("`lower`: b is nearer to the real images than a; `higher`; or `not resolved`")
    kid_pairs: int = column("pairs of trainings that have a kernel distance")
    kid_difference: float | None = column("kernel distance of b minus that of a, mean over pairs")
    kid_low: float | None = column("lower end of its 95% interval by Student's t over pairs")
    kid_high: float | None = column("upper end of that interval")
    kid_p: float | None = column("p value of the paired t-test; empty for fewer than three pairs")
    kid_p_holm: float | None = column("that p value corrected by Holm over all rows of this network")
    kid_word: str = column("`lower`, `higher` or `not resolved`, as above")


TABLE = Table(order=100, title="Pairwise comparison of generators", row=PairRow)
