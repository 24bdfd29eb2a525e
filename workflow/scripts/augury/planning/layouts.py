"""What a set of folders looks like: parts, sites, folds, images and masks, or classes. Names and places decide."""

import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from augury.images.clutter import MASKS, may_be_image
from augury.images.files import shown
from augury.planning.folder_names import BESIDE_IMAGES, FOLDS, IMAGES, is_group, part_word, words_of
from augury.splits.brought import FOLDER_NAMES

TABLE_OF_LABELS = "give a table of all images, `labels: {table: FILE, path: COLUMN, class: COLUMN}`"
_FEW = 0.1  # of a folder's files: a map or a photograph of the place beside its folders


def layout_problems(root: Path, files: Mapping[str, Sequence[Path]]) -> list[str]:
    """What speaks against taking the folders below `root` as classes, in one sentence with the remedy; else nothing.

    files: all files of each folder, by its name. Part names are certain, and so are images beside masks. Folders that
    hold no image themselves but the same folders are taken as sites or folds, unless the names below are plainly those
    of groups within a class (`site-a`, `2020`, `001`).
    """
    images = {name: [path for path in paths if may_be_image(path)] for name, paths in files.items()}
    images = {name: paths for name, paths in images.items() if paths}
    below = {name: _folders_below(root / name, paths) for name, paths in images.items()}
    where = shown(root)
    sentence = (
        _parts(where, below) or _masks(where, below, files) or _masks_within(where, below) or _groups(where, below)
    )
    return [sentence] if sentence else []


def nested(root: Path, files: Mapping[str, Sequence[Path]]) -> list[str]:
    """Folders that lie in each of several classes, none of which holds an image itself: taken as groups within them."""
    below = {name: _folders_below(root / name, paths) for name, paths in files.items() if paths}
    return _shared(below)


def listed(names: Sequence[str], most: int = 4) -> str:
    """`A, B and C`, shortened where they are many."""
    names = [shown(name) for name in names]
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _folders_below(folder: Path, paths: Sequence[Path]) -> list[str]:
    """The folders that hold a folder's images, where nearly all lie in such: below those that each hold but one."""
    begin = len(os.path.join(folder, ""))
    inside = [str(path)[begin:] for path in paths]
    while inside:
        deeper = [path for path in inside if os.sep in path]
        if len(inside) - len(deeper) > _FEW * len(inside):
            return []
        heads = {path[: path.index(os.sep)] for path in deeper}
        below = [path[path.index(os.sep) + 1 :] for path in deeper]
        if len(heads) != 1 or not any(os.sep in path for path in below):
            return sorted(heads)
        inside = below
    return []


def _parts(where: str, below: Mapping[str, list[str]]) -> str:
    parts = [name for name in below if part_word(name)]
    words = {FOLDER_NAMES.get(part_word(name), part_word(name)) for name in parts}
    alone = len(parts) == 1 and len(below[parts[0]]) > 1
    if len(words) < 2 and not alone:
        return ""
    classes = sorted({class_ for name in parts for class_ in below[name]})
    what = f"{where} looks like the part{'s' * (len(parts) > 1)} {listed(parts)}"
    if not classes:
        remedy = f"sort their images into class folders, or {TABLE_OF_LABELS}"
        return f"{what} without class folders; {remedy}{_confirm(parts)}"
    unknown = [name for name in parts if name.lower() not in FOLDER_NAMES]
    rename = f"rename {listed(unknown)} to train, validation or test and " if unknown else ""
    what += f", {'each ' * (len(parts) > 1 and all(below[name] for name in parts))}with the classes {listed(classes)}"
    if alone:
        return f"{what}; name {where}/{parts[0]} in `images`, or put a part beside it{_confirm(parts)}"
    return f"{what}; {rename}set `split: {{parts: folders}}`, or name one of them in `images`{_confirm(parts)}"


def _masks(where: str, below: Mapping[str, list[str]], files: Mapping[str, Sequence[Path]]) -> str:
    names = {name: {word for word in words_of(name) if not part_word(word)} for name in files}
    images = [name for name, words in names.items() if words & IMAGES and not words & BESIDE_IMAGES]
    beside = [name for name, words in names.items() if words & BESIDE_IMAGES]
    holders = [name for name in images if name in below]
    if not (holders and beside):
        return _masks_of_classes(where, beside, files)
    what = f"{where} looks like images ({listed(holders)}) and what was drawn on them ({listed(beside)})"
    if below[holders[0]]:
        return f"{what}; name {where}/{holders[0]} in `images`{_confirm([*holders, *beside])}"
    remedy = f"name the folder of class folders in `images`, or {TABLE_OF_LABELS}"
    return f"{what}; {remedy}{_confirm([*holders, *beside])}"


def _masks_of_classes(where: str, beside: Sequence[str], files: Mapping[str, Sequence[Path]]) -> str:
    """A folder of masks beside class folders: most of its files have the names of images in these."""
    masks = [name for name in beside if set(words_of(name)) & (MASKS - {"label", "labels"}) and files[name]]
    others = {path.stem for name, paths in files.items() if name not in beside for path in paths}
    paired = [name for name in masks if sum(_base(path) in others for path in files[name]) > len(files[name]) / 2]
    if not paired:
        return ""
    return (
        f"{where}/{shown(paired[0])} looks like masks of the images in the other folders; leave it out by "
        f"`exclude: [{paired[0]}]`{_confirm(paired)}"
    )


def _base(path: Path) -> str:
    return re.sub(rf"[-_. ]+(?:{'|'.join(MASKS)})$", "", path.stem, flags=re.I)


def _masks_within(where: str, below: Mapping[str, list[str]]) -> str:
    shared = [name for name in _shared(below) if set(words_of(name)) & BESIDE_IMAGES]
    with_images = any(set(words_of(name)) & IMAGES for name in _shared(below))
    if not (shared and with_images):
        return ""
    return (
        f"the classes below {where} hold folders of images and {listed(shared)}, which are no images of the class; "
        f"leave them out by `exclude: [{', '.join(shared)}]`, or name all classes in `classes` to take them as images"
    )


def _groups(where: str, below: Mapping[str, list[str]]) -> str:
    shared = _shared(below)
    of_groups = [name for name in below if is_group(name, below_classes=False)]
    if not shared or (not of_groups and all(is_group(name, below_classes=True) for name in shared)):
        return ""
    word = ""
    if len(of_groups) == len(below):
        word = "folds " if all(set(words_of(name)) & FOLDS for name in below) else "sites "
    what = f"{where} looks like {word}{listed(list(below))}, which hold no image but the same folders {listed(shared)}"
    return f"{what}; name one of them in `images`, or {TABLE_OF_LABELS}{_confirm(list(below))}"


def _shared(below: Mapping[str, list[str]]) -> list[str]:
    """Folders that lie in two or more of the others, where that is true of at least two and of most; else none."""
    if len(below) < 2 or not all(below.values()):
        return []
    counts = Counter(name for names in below.values() for name in names)
    shared = sorted(name for name, count in counts.items() if count > 1)
    most = sum(counts[name] for name in shared) * 2 >= counts.total()
    return shared if len(shared) > 1 and most else []


def _confirm(names: Sequence[str]) -> str:
    return f"; if {listed(names)} {'are classes' if len(names) > 1 else 'is a class'}, name all classes in `classes`"
