"""References as families and scores declare them: what a paper cites for a method. Standard library only."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType

_CITED = re.compile(r"\[(@[^\]]+)\]")
_SPECIAL = {"&": r"\&", "%": r"\%", "_": r"\_", "#": r"\#"}


@dataclass(frozen=True, slots=True)
class Reference:
    """A publication. The key is what BibTeX and Pandoc know it by."""

    key: str
    authors: str  # as BibTeX has them: Karras, Tero and Aila, Timo
    title: str
    year: int
    venue: str = ""  # journal, proceedings or publisher
    volume: str = ""
    pages: str = ""
    doi: str = ""
    arxiv: str = ""  # identifier
    url: str = ""
    kind: str = "misc"  # BibTeX's: article, inproceedings, misc

    def bibtex(self) -> str:
        """The entry, in UTF-8."""
        venue = {"article": "journal", "inproceedings": "booktitle"}.get(self.kind, "howpublished")
        fields = {"author": self.authors, "title": f"{{{_escaped(self.title)}}}", "year": str(self.year)}
        fields |= {venue: _escaped(self.venue), "volume": self.volume, "pages": self.pages.replace("-", "--")}
        fields |= {"doi": self.doi, "eprint": self.arxiv, "archiveprefix": "arXiv" if self.arxiv else ""}
        fields |= {"url": self.url}
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        return f"@{self.kind}{{{self.key},\n" + ",\n".join(lines) + "\n}\n"

    @property
    def label(self) -> str:
        """As a sentence has it: Karras et al. 2022."""
        names = [_family_name(name) for name in self.authors.split(" and ")]
        first = names[0] if len(names) == 1 else f"{names[0]} and {names[1]}" if len(names) == 2 else ""
        if len(names) > 2 or names[-1] == "others":
            first = f"{names[0]} et al."
        return f"{first} {self.year}"

    def line(self) -> str:
        """As a list of references has it."""
        authors = self.authors.replace(" and others", " et al.").replace(" and ", "; ").strip("{}")
        where = " ".join(filter(None, (self.venue, self.volume + (f":{self.pages}" if self.pages else ""))))
        told = [self.url, f"arXiv:{self.arxiv}" if self.arxiv else "", f"doi:{self.doi}" if self.doi else ""]
        at = next((each for each in reversed(told) if each), "")
        return ". ".join(filter(None, (f"{authors} ({self.year})", self.title.rstrip("."), where, at))) + "."


def cite(*references: Reference) -> str:
    """A citation as Pandoc reads it, ` [@karras2022; @lu2022]`; empty for none."""
    keys = dict.fromkeys(reference.key for reference in references)
    return f" [{'; '.join(f'@{key}' for key in keys)}]" if keys else ""


def in_words(text: str, references: Iterable[Reference]) -> str:
    """The text with its citations as a reader knows them: (Karras et al. 2022; Lu et al. 2022)."""
    labels = {reference.key: reference.label for reference in references}
    return _CITED.sub(lambda found: f"({'; '.join(labels[key.strip(' @')] for key in found[1].split(';'))})", text)


def declared_in(module: ModuleType) -> list[Reference]:
    """The references that a module declares by name, sorted by key."""
    values = [each for value in vars(module).values() for each in (value if isinstance(value, tuple) else (value,))]
    return sorted({each for each in values if isinstance(each, Reference)}, key=lambda each: each.key)


def ordered(references: Iterable[Reference]) -> list[Reference]:
    """Each once, by authors and year."""
    return sorted(set(references), key=lambda each: (_plain(each.authors), each.year, each.key))


def _family_name(name: str) -> str:
    return name.strip("{} ").partition(",")[0]


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFD", text.strip("{}").casefold())
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(letter, letter) for letter in text)
