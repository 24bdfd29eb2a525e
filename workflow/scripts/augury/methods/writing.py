"""The text as a whole: for the report, as Markdown with citations that Pandoc reads, and its references as BibTeX."""

from collections.abc import Sequence
from typing import NamedTuple

from augury.citing.reference import Reference, in_words, ordered
from augury.methods import arms, evaluation, further, material, networks, scores, software
from augury.methods.facts import Facts, Paragraph


class Methods(NamedTuple):
    """A methods section."""

    paragraphs: Sequence[Paragraph]

    @property
    def references(self) -> list[Reference]:
        """All that it cites, each once, in the order of a list of references."""
        return ordered(reference for paragraph in self.paragraphs for reference in paragraph.references)

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Title and text of each paragraph, with authors and years."""
        return [(each.title, in_words(each.text, self.references)) for each in self.paragraphs]

    def markdown(self) -> str:
        """With `[@key]` for each citation: pandoc --citeproc --bibliography references.bib."""
        pieces = [f"**{each.title}.** {each.text}" for each in self.paragraphs]
        return "# Methods\n\n" + "\n\n".join(pieces) + "\n"

    def bibtex(self) -> str:
        """The references."""
        return "\n".join(reference.bibtex() for reference in self.references)


def write(facts: Facts) -> Methods:
    """What the study did; of what it did not do, nothing is told."""
    paragraphs = [
        material.images(facts),
        material.division(facts),
        networks.generators(facts),
        scores.scores(facts),
        arms.training_sets(facts),
        networks.classifiers(facts),
        evaluation.measures(facts),
        evaluation.verdict(facts),
        further.elsewhere(facts),
        further.curve(facts),
        scores.explanations(facts),
        further.final(facts),
        software.software(facts),
    ]
    return Methods([each for each in paragraphs if each is not None])
