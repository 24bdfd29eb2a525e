"""Words of the first screen that need a meaning: each is linked where it first stands, and all are listed below."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from augury.methods.arms import training_set
from augury.methods.facts import Facts
from augury.methods.networks import noun
from augury.report.markup import breakable
from augury.tables.measures import MEASURES

SHORTEST = 3  # letters of a name that is looked for in sentences: shorter ones are words of any language
_CITED = re.compile(r" \[@[^\]]+\]")


class Word(NamedTuple):
    """A word or name. pattern: of the forms in which it stands in sentences."""

    key: str
    name: str
    meaning: str
    pattern: str


_TERMS = {
    "specimen": ("specimens?", "what was photographed, once or often. It is what is counted, and never in two parts."),
    "split": ("splits?", "one division of all specimens into training, validation and test parts."),
    "seed": ("seeds?", "where a training's random numbers begin: with another seed it ends a little differently."),
    "arm": ("arms?", "what classifiers are trained on: a recipe of real, classically augmented and synthetic images. "
            "All arms are tested on the same images."),
    "baseline": ("baselines?", "the arm that the others are compared with."),
    "primary": ("primary", "what the study is made for: these comparisons are corrected for their number together."),
    "secondary": ("secondary", "a comparison beside those that the study is made for; another study has to confirm "
                  "it."),
    "control": ("controls?", "an arm that shows what else would explain a gain, such as classical copies."),
    "helps, hurts": (r"helps|hurts|(?<=seen to )help|(?<=comparisons )(?:help|hurt)", "the difference from the "
                     "baseline is beyond chance, after correction for the number of comparisons."),
    "points": ("points?", "percentage points: from 80% to 83% are 3 points."),
    "interval": (r"\d+(?:\.\d+)?% intervals?|(?<=\()\d+(?:\.\d+)?%(?=\))", "a range that holds the truth about all "
                 "such specimens in so many of 100 studies."),
    "generator": ("generators?", "a network that draws images of a class."),
}  # fmt: skip


def terms() -> list[Word]:
    """Words of every study."""
    words = [Word(_slug(name), name, meaning, pattern) for name, (pattern, meaning) in _TERMS.items()]
    for each in MEASURES.values():
        about = each.about.removeprefix(f"{each.title}, ") + "; less is better" * (each.sign < 0)
        words.append(Word(_slug(each.title), each.title, f"{about}.", re.escape(each.title)))
    return words


def names(facts: Facts) -> list[Word]:
    """A study's own names: what its arms hold, and which networks its classifiers are."""
    made = []
    for number, name in enumerate(dict.fromkeys(row.arm for row in facts.rows), start=1):
        held = _CITED.sub("", training_set(facts, facts.arm(name))[0])
        made.append(_named(f"arm-{number}", name, f"an arm: {held}."))
    for number, name in enumerate(facts.names("classifier"), start=1):
        declared, settings = facts.entry("classifiers", name)
        if declared is not None:
            made.append(_named(f"classifier-{number}", name, f"a classifier: {noun(declared, settings)}."))
    return made


class Explained:
    """Links words where they first stand on the page; `used` are those that stood there, for the list."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.used: list[Word] = []
        self._words = words
        groups = [f"(?P<{_group(word.key)}>{word.pattern})" for word in words]
        # Not within a longer word or name, nor within an entity of the markup, nor within `code`.
        self._pattern = re.compile(f"`[^`]*`|(?<![\\w&#-])(?:{'|'.join(groups)})(?![\\w-])") if groups else None
        self._by_group = {_group(word.key): word for word in words}

    def __call__(self, text: str) -> Markup:
        """The text as markup, with the words linked that did not stand before."""
        escaped = str(escape(text))
        return Markup(self._pattern.sub(self._link, escaped) if self._pattern else escaped)

    def name(self, name: str) -> Markup:
        """A name of an arm or a classifier that stands alone, in a cell."""
        word = next((each for each in self._words if each.name == name and "-" in each.key), None)
        if word is None or word in self.used:
            return breakable(name)
        self.used.append(word)
        return Markup('<a class="meant" href="#word-{}">{}</a>').format(word.key, breakable(name))

    def _link(self, found: re.Match[str]) -> str:
        word = self._by_group.get(str(found.lastgroup))
        if word is None or word in self.used:
            return found[0]
        self.used.append(word)
        return f'<a class="meant" href="#word-{word.key}">{found[0]}</a>'


def _named(key: str, name: str, meaning: str) -> Word:
    pattern = re.escape(str(escape(name))) if len(name) >= SHORTEST else "(?!)"
    return Word(key, name, meaning, pattern)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")


def _group(key: str) -> str:
    return key.replace("-", "__")
