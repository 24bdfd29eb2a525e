"""What the name of a folder says: a part of a split, a site, images, or what was drawn on them."""

import re
from collections.abc import Sequence

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
_PIECES = words("""
    part parts images image imgs img data batch chunk shard archive folder dir directory disk volume card""")
_KINDS = words("class label type kind category species taxon genus grade stage")  # whose numbers are classes
_CAMERA = re.compile(r"[1-9]\d\d(?=[A-Z0-9_]{5}$)(?=.*[A-Z_])", re.I)  # of a camera's card: 100CANON, 101_PANA
_YEAR = re.compile(r"(?:19|20)\d\d(?:[-_. ]?\d\d?){0,2}")
_DIGITS = re.compile(r"[a-z]?[-_ ]?\d+(?:[-_. ]\d+)*", re.I)


def words_of(name: str) -> list[str]:
    """The words in a name, small: `TrainImages_2` has train, images and 2."""
    return [word.lower() for word in _WORD.findall(name)]


def part_word(name: str) -> str:
    """The word for a part of a split that a name is, beside numbers, single letters and fillers; else an empty text."""
    candidates = [word for word in words_of(name) if len(word) > 1 and not word.isdigit() and word not in _FILLERS]
    word = "".join(candidates)
    return word if word in _PARTS else ""


def is_group(name: str, below_classes: bool) -> bool:
    """Whether a name is that of a site, a year, a fold and the like; of a folder below classes, a number too."""
    if _YEAR.fullmatch(name) or (below_classes and _DIGITS.fullmatch(name)):
        return True
    return any(word in _GROUPS for word in words_of(name))


def are_groups(names: Sequence[str]) -> bool:
    """Whether names of folders below classes are plainly those of groups: years, sites, or one word with numbers."""
    if all(is_group(name, below_classes=True) for name in names):
        return True
    words_by_name = [words_of(name) for name in names]
    stems = {tuple(word for word in words if not word.isdigit()) for words in words_by_name}
    return len(stems) == 1 and not _KINDS & set(*stems) and all(any(map(str.isdigit, words)) for words in words_by_name)


def is_fold(name: str) -> bool:
    """Whether a name is that of a numbered fold: fold1, split_2, cv 3."""
    words = words_of(name)
    rest = [word for word in words if not word.isdigit()]
    return len(words) > len(rest) > 0 and all(word in FOLDS for word in rest)


def is_piece(name: str) -> list[str]:
    """The words but numbers of a name that is a piece of a set's: images_003, batch 2, part1, 100CANON; else none."""
    if _CAMERA.match(name):
        return ["card"]
    words = words_of(name)
    rest = [word for word in words if not word.isdigit()]
    return rest if len(rest) < len(words) and any(word in _PIECES for word in rest) else []
