"""What file names alone tell of specimens (standard library only).

A name that ends in a view's number, letter or word is taken apart into what comes before and that tail. Running numbers
as every camera writes them are no evidence: asked for are many beginnings that several files share, with a word for a
view in the tail, or with numbers that begin anew at each of them and leave none out.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath

from augury.images.files import shown

VIEWS = (
    "frame|view|angle|ang|azimuth|az|elevation|light|lamp|led|illum|illumination|slice|focus|stack|plane|rot|rotation|"
    "rotated|turn|tilt|pose|shot|burst|side|crop|patch|tile|aug|augmented|copy|flip|flipped|z|t"
)
SIDES = (
    "dorsal|ventral|lateral|left|right|apical|apertural|umbilical|spiral|front|back|top|bottom|above|below|proximal|"
    "distal|edge|hflip|vflip|flip|flipped|rot|rotated|blur|blurred|noise|crop|copy"
)
FOLDER_WORDS = re.compile(r"specimen|patient|subject|individual|indiv|animal|donor|case|track|object", re.IGNORECASE)
_SEPARATOR = "[ _.-]*"
_VIEWED = re.compile(rf"(?<![A-Za-z])((?:{_SEPARATOR}(?<![A-Za-z])(?:{VIEWS}){_SEPARATOR}\d+)+)$", re.IGNORECASE)
_SIDED = re.compile(rf"([ _.-]+(?:{SIDES}))$", re.IGNORECASE)
_EXPORTED = re.compile(r"(_(?:jpe?g|png|bmp|tiff?)\.rf\.[0-9a-f]{8,})$", re.IGNORECASE)
_NUMBERED = re.compile(r"((?:__|[ _.-]| \()\d+\)?)$")
_LETTERED = re.compile(r"(?<=\d)([ _.-]?[a-l])$")
_DATE = re.compile(r"(?:19|20)\d\d[-_.]?[01]\d[-_.]?[0-3]\d$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_HASH = re.compile(r"[0-9a-f]{8,}")

FEWEST_GROUPS = 10  # of numbers or letters without a word; five sites or sessions are no specimens
FEWEST_NAMED = 3
MOST_VIEWS = 36  # of one specimen, where no word says that they are views
MANY_CLASSES = 4
MOST_REPEATED = 1000  # names a class that are compared with those of the others
MOST_LOOKED_AT = 10_000  # names from which a pattern is made, the first of each class; it is counted over all
MOST_SHAPES = 4  # kinds of tails in a suggested pattern

Files = Mapping[str, Sequence[str]]  # by class: paths below the class folder, with /


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A pattern for `specimens.regex` that fits the names, and what it gives."""

    regex: str
    specimens: int  # names that it gives, with an image that it does not match counted as one
    images: int
    reason: str

    @property
    def sentence(self) -> str:
        """The message, with the setting to paste."""
        return (
            f"file names suggest {self.specimens:,} specimens in {self.images:,} images ({self.reason}); if so, "
            f"keep the views of each together: set specimens: {{regex: '{self.regex}'}}"
        )


@dataclass(frozen=True, slots=True)
class Repeated:
    """The same few names in every class, which may be one specimen's views."""

    first: str
    last: str
    count: int
    classes: int  # that hold them
    of: int

    @property
    def where(self) -> str:
        """Which classes hold the names."""
        every = f"each of the {self.of} classes holds" if self.classes == self.of else ""
        return (every or f"{self.classes} of the {self.of} classes hold") + (
            f" the same {self.count} file names, {shown(self.first)} to {shown(self.last)}"
        )

    @property
    def sentence(self) -> str:
        """The message."""
        return (
            f"{self.where}: if they are views of one specimen, no accuracy on them holds for other specimens; if each "
            "shows another one, nothing is wrong"
        )


def suggest(files: Files) -> Suggestion | None:
    """A pattern that groups views of specimens, where names show them; None where they show none."""
    some = {class_: sorted(names)[: max(100, MOST_LOOKED_AT // len(files))] for class_, names in files.items()}
    for regex, reason in _candidates(some):
        paths = [f"{class_}/{name}" for class_, names in files.items() for name in names]
        specimens = count_specimens(regex, paths)
        if 1 < specimens < len(paths):
            return Suggestion(regex, specimens, len(paths), reason)
    return None


def repeated(files: Files) -> Repeated | None:
    """The same running numbers in every class, or nearly so, few enough to be views; None otherwise."""
    if len(files) < 2 or any(len(names) > MOST_REPEATED for names in files.values()):
        return None
    stems = {class_: frozenset(PurePosixPath(name).stem for name in names) for class_, names in files.items()}
    shared, count = Counter(stems.values()).most_common(1)[0]
    # Of many classes, a few may lack an image.
    if count < 0.75 * len(files) or (count < len(files) and len(files) < MANY_CLASSES) or len(shared) < FEWEST_NAMED:
        return None
    class_ = next(class_ for class_, each in stems.items() if each == shared)
    if len(files[class_]) > len(shared):
        return None
    tails = [(match, stem) for stem in shared if (match := re.fullmatch(r"(.*?)(\d+)", stem))]
    if len(tails) < len(shared) or len({match[1] for match, _ in tails}) > 1:
        return None
    numbers = sorted((int(match[2]), stem) for match, stem in tails)
    viewed = all(_VIEWED.search(stem) for stem in shared)
    if not viewed and not (len(shared) <= MOST_VIEWS and _run(numbers)):
        return None
    names = {PurePosixPath(name).stem: PurePosixPath(name).name for name in files[class_]}
    return Repeated(names[numbers[0][1]], names[numbers[-1][1]], len(shared), count, len(files))


def count_specimens(regex: str, paths: Iterable[str]) -> int:
    """How many specimens a pattern gives for paths as CLASS/sub/name.jpg: its names, and each image without one.

    >>> count_specimens(r"(?P<specimen>S[0-9]+)_", ["Acartia/S1_1.jpg", "Acartia/S1_2.jpg", "Acartia/other.jpg"])
    2
    """
    pattern, names, unnamed = re.compile(regex), set(), 0
    for path in paths:
        match = pattern.search(path)
        if match and match["specimen"]:
            names.add(match["specimen"])
        else:
            unnamed += 1
    return len(names) + unnamed


def _candidates(files: Files) -> Iterator[tuple[str, str]]:
    paths = [f"{class_}/{name}" for class_, names in files.items() for name in names]
    folders = _by_folder(files)
    if folders:
        yield r"^[^/]+/(?P<specimen>[^/]+)/", folders
    for tail, kind in (
        (_VIEWED, "views"),
        (_EXPORTED, "copies"),
        (_SIDED, "sides"),
        (_NUMBERED, "numbers"),
        (_LETTERED, "letters"),
    ):
        groups, shapes = _by_tail(paths, tail)
        weak = kind in ("numbers", "letters")
        if len(shapes) <= MOST_SHAPES and _grouped(groups, len(paths), len(files), weak):
            parts = [prefix for _, prefix in groups]
            # Numbers that begin anew in each class name other specimens there.
            anew = weak and len(set(parts)) < len(parts)
            ends = "|".join(sorted(shapes))
            regex = (
                f"(?P<specimen>{'.+' if anew else '[^/]+'})" + (f"(?:{ends})" if "|" in ends else ends) + r"\.[^./]+$"
            )
            yield ("^" if anew else "") + regex, _reason(kind, shapes)


def _by_folder(files: Files) -> str:
    """Why the folders below the classes look like specimens; empty where they do not."""
    folders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for class_, names in files.items():
        for name in names:
            folder, _, rest = name.partition("/")
            if rest:
                folders[class_, folder].append(rest)
    in_folders, images = sum(map(len, folders.values())), sum(map(len, files.values()))
    called = sum(bool(FOLDER_WORDS.match(name)) for _, name in folders) > len(folders) / 2
    if in_folders < 0.8 * images or in_folders < 2 * len(folders):
        return ""
    distinct = {name for _, name in folders}
    # Years, or the same folders below each class, are groups that no one thing is shown in.
    if not called and (all(map(_YEAR.fullmatch, distinct)) or 2 * len(distinct) <= len(folders)):
        return ""
    called = called or (bool(folders) and _same(folders.values()))
    if len(folders) < (FEWEST_NAMED if called else max(FEWEST_GROUPS, 3 * len(files))):
        return ""
    if not called and in_folders > MOST_VIEWS * len(folders):
        return ""
    return f"{len(folders):,} folders below the classes, of {in_folders / len(folders):.3g} images each"


def _by_tail(paths: list[str], tail: re.Pattern) -> tuple[dict[tuple[str, str], list[str]], set[str]]:
    """Tails by (class, what comes before), and the patterns of their forms."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    shapes: dict[str, int] = defaultdict(int)
    for path in paths:
        stem = path.rpartition("/")[2].rpartition(".")[0]
        match = tail.search(stem)
        if match and match.start():
            groups[path.partition("/")[0], stem[: match.start()]].append(match[1])
            shapes[_shape(match[1])] += 1
    total = sum(shapes.values())
    return groups, {shape for shape, count in shapes.items() if count > 0.02 * total}


def _shape(tail: str) -> str:
    """A pattern of tails of this form."""
    if _EXPORTED.fullmatch(tail):
        return _HASH.sub("[0-9a-f]+", re.escape(tail))
    if re.fullmatch("[ _.-]?[a-l]", tail):
        return re.escape(tail[:-1]) + "[a-l]"
    return re.sub(r"\d+", "[0-9]+", re.escape(tail))


def _grouped(groups: Mapping[tuple[str, str], list[str]], images: int, classes: int, weak: bool) -> bool:
    """Whether many beginnings are shared by several images; the weaker the sign, the more is asked for."""
    shared = [tails for tails in groups.values() if len(tails) > 1]
    named = sum(map(len, shared))
    if named < 0.5 * images or len(groups) < max(FEWEST_NAMED, classes + 1) or named < 1.5 * len(groups):
        return False
    if not weak:
        return True
    if len(groups) < max(FEWEST_GROUPS, 2 * classes) or named > MOST_VIEWS * len(shared):
        return False
    if sum(bool(_DATE.search(prefix)) for _, prefix in groups) > 0.2 * len(groups):
        return False
    return sum(_complete(tails) for tails in shared) >= 0.8 * len(shared) or _same(shared)


def _same(groups: Iterable[Iterable[str]]) -> bool:
    """Whether most groups hold the same few names, such as 0, 30 ... 330 degrees, as by a protocol."""
    counts = Counter(frozenset(names) for names in groups)
    names, count = counts.most_common(1)[0]
    return 2 <= len(names) <= MOST_VIEWS and count >= 0.8 * counts.total()


def _complete(tails: list[str]) -> bool:
    """Whether numbers (from 0 or 1) or letters (from a) leave none out."""
    digits = [re.search(r"\d+", tail) for tail in tails]
    numbers = [int(match[0]) if match else ord(tail[-1]) - ord("a") for match, tail in zip(digits, tails, strict=True)]
    return _run(sorted((number, "") for number in numbers))


def _run(numbers: list[tuple[int, str]]) -> bool:
    return numbers[0][0] in (0, 1) and all(after[0] - before[0] == 1 for before, after in pairwise(numbers))


def _reason(kind: str, shapes: set[str]) -> str:
    tails = " or ".join(sorted(re.sub(r"\\(.)", r"\1", shape) for shape in shapes))
    tails = tails.replace("[0-9a-f]+", "HASH").replace("[0-9]+", "N").replace("[a-l]", "a, b ...")
    return f"names end in {tails}" + (", counted anew after each beginning" if kind in ("numbers", "letters") else "")
