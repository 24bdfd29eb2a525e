"""What the name of a folder says: a part of a split, a site, images, or what was drawn on them."""

import re

from augury.images.clutter import MASKS, words

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_]+|\d+")
_FILLERS = words("set sets data dataset image images img imgs photo photos part split subset folder tr ts")
_PARTS = words("""
    train training trn val valid validation validate dev eval evaluation test testing tst holdout heldout reserve""")
IMAGES = words("image images img imgs photo photos picture pictures jpegimages rgb raw original originals input")
BESIDE_IMAGES = MASKS | words("segmentationclass target targets boxes xml txt json")
FOLDS = words("fold folds cv split")
_GROUPS = FOLDS | words("""
    site sites station plot transect reef location region area zone lake country lab laboratory hospital clinic centre
    center camera cam scanner microscope slide batch run round day week month year date season session cruise
    expedition survey museum observer annotator user person patient subject donor specimen individual animal series
    replicate rep group dive tow haul sample core view angle side left right front back dorsal ventral lateral top
    bottom roi crop frame frames video sequence light magnification time""")
_YEAR = re.compile(r"(?:19|20)\d\d(?:[-_. ]?\d\d?){0,2}")
_DIGITS = re.compile(r"[a-z]?[-_ ]?\d+(?:[-_. ]\d+)*", re.I)


def words_of(name: str) -> list[str]:
    """The words in a name, small: `TrainImages_2` has train, images and 2."""
    return [word.lower() for word in _WORD.findall(name)]


def part_word(name: str) -> str:
    """The word for a part of a split that a name is, beside numbers, single letters and fillers; else an empty text."""
    found = [word for word in words_of(name) if len(word) > 1 and not word.isdigit() and word not in _FILLERS]
    word = "".join(found)
    return word if word in _PARTS else ""


def is_group(name: str, below_classes: bool) -> bool:
    """Whether a name is that of a site, a year, a fold and the like; of a folder below classes, a number too."""
    if _YEAR.fullmatch(name) or (below_classes and _DIGITS.fullmatch(name)):
        return True
    return any(word in _GROUPS for word in words_of(name))
