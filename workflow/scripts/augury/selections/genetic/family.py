"""Genetic algorithm: a search for sets of latent vectors whose images are diverse."""

from typing import ClassVar, Literal

from pydantic import Field

from augury.selections.family import Needs, SearchSettings, SelectionFamily
from augury.settings.base import Fraction, Int, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt, Settings


class Realism(Settings):
    """A constraint that keeps variety from being bought with rubbish."""

    by: Literal["none", "discriminator", "density"] = "none"
    """Measure of realism - what says how realistic an image is: the generator's own discriminator, or the distance to
    the nearest training image in the extractor's features."""
    quantile: Fraction = 0.25
    """Threshold of realism - images should be no less realistic than this share of random ones."""
    weight: NonNegativeFloat = 1.0
    """Penalty weight - what the objective loses for each standard deviation below that, mean over the set."""


class GeneticSettings(SearchSettings):
    """The defaults are those of its study."""

    renamed: ClassVar[dict[str, str]] = {"mutation_deviation": "mutation_std", "believable": "realism"}

    family: Literal["genetic"] = "genetic"
    images: PositiveInt = 40
    """Size of an individual - images of one at most; a pool of more is made of several searches of equal size, each
    from a seed of its own."""
    population: Int = Field(20, ge=2)
    """Population size - individuals, each a set of images."""
    generations: PositiveInt = 500
    """Number of generations - those after the first population."""
    elite: NonNegativeInt = 1
    """Elitism - best individuals that pass to the next generation unchanged."""
    tournament: PositiveInt = 3
    """Tournament size - individuals drawn for a parent, of which the best becomes it."""
    crossover_rate: Fraction = 0.7
    """Crossover probability - that two parents exchange anything."""
    crossover_by: Literal["gene", "image"] = "gene"
    """Crossover operator - what parents exchange: single numbers of vectors, or whole vectors, which keeps images as
    they are."""
    swap_rate: Fraction = 0.5
    """Gene exchange probability - that a gene, or an image, is exchanged by parents that do."""
    mutation_rate: Fraction = 0.02
    """Mutation probability - that a gene is drawn anew."""
    mutation_std: PositiveFloat = 1.0
    """Latent standard deviation - of the normal distribution that genes are drawn from, in the first population too;
    generators are trained with 1."""
    objective: Literal["correlation", "zero_mean_correlation", "feature_distance", "vendi"] = "correlation"
    """Fitness function - what is minimised or maximised: mean normalised correlation of each image with the centroid of
    evolved and real ones (the study's), the same after taking out each image's mean, mean distance from that centroid
    in the extractor's features, or the set's Vendi score there."""
    realism: Realism = Realism()
    """Realism constraint - keeps variety from being bought with rubbish."""

    @property
    def needs(self) -> Needs:
        """Features for some objectives; what tells a good image from a bad one; styles, where these are evolved."""
        return Needs(
            features=self.objective in ("feature_distance", "vendi") or self.realism.by == "density",
            discriminator=self.realism.by == "discriminator",
            styles=self.space == "w",
        )


def problems(settings: GeneticSettings) -> list[tuple[str, str]]:
    """An elite that leaves no room."""
    if settings.elite < settings.population:
        return []
    return [("elite", f"it is {settings.elite} of a population of {settings.population}; leave room for children")]


FAMILY = SelectionFamily(
    GeneticSettings,
    called="chosen by a genetic search of the latent space",
    prose="Genetic algorithm: a search for sets of latent vectors whose images are diverse.",
    problems=problems,
    searches=True,
)
