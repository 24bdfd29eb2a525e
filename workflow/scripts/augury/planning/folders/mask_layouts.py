"""Folders of images beside folders of what was drawn on them: masks, annotations, boxes."""

import re
from collections.abc import Sequence
from pathlib import Path

from augury.images.clutter import MASKS
from augury.images.files import shown
from augury.planning.folders.folder_names import BESIDE_IMAGES, IMAGES, part_word, words_of
from augury.planning.folders.folder_trees import Tree, confirm, listed, shared


def has_images_and_masks(names: Sequence[str]) -> bool:
    """Whether some of the names are those of folders of images, and others of what was drawn on them."""
    images, beside = _sorted_by_kind(names)
    return bool(images and beside)


def masks_beside(tree: Tree, remedy: str) -> str:
    """A sentence where images/ and masks/ (or the like) lie side by side; else an empty text."""
    images, beside = _sorted_by_kind(list(tree.files))
    holders = [name for name in images if name in tree.images]
    if not (holders and beside):
        return _masks_of_classes(tree, beside)
    what = f"{tree.where} looks like images ({listed(holders)}) and what was drawn on them ({listed(beside)})"
    if tree.below[holders[0]]:
        return f"{what}; name {tree.where}/{holders[0]} in `images`{confirm([*holders, *beside])}"
    return f"{what}; name the folder of class folders in `images`, or {remedy}{confirm([*holders, *beside])}"


def masks_within(tree: Tree) -> str:
    """A sentence where each class folder holds images/ and masks/; else an empty text."""
    images, beside = _sorted_by_kind(shared(tree.below))
    if not (images and beside):
        return ""
    return (
        f"the classes below {tree.where} hold folders of images and {listed(beside)}, which are no images of the "
        f"class; leave them out by `exclude: [{', '.join(beside)}]`, or name all classes in `classes` to take them as "
        "images"
    )


def _sorted_by_kind(names: Sequence[str]) -> tuple[list[str], list[str]]:
    words = {name: {word for word in words_of(name) if not part_word(word)} for name in names}
    beside = [name for name, of_name in words.items() if of_name & BESIDE_IMAGES]
    return [name for name, of_name in words.items() if of_name & IMAGES and name not in beside], beside


def _masks_of_classes(tree: Tree, beside: Sequence[str]) -> str:
    """A folder of masks beside class folders: most of its files have the names of images in these."""
    masks = [name for name in beside if name in tree.images and set(words_of(name)) & (MASKS - {"label", "labels"})]
    others = {path.stem for name, paths in tree.files.items() if name not in beside for path in paths}
    counts = {name: sum(_base(path) in others for path in tree.files[name]) for name in masks}
    paired = [name for name, count in counts.items() if count > len(tree.files[name]) / 2]
    if not paired:
        return ""
    what = "looks like masks" if len(paired) == 1 else "look like masks"
    return (
        f"{tree.where}: {listed(paired)} {what} of the images in the other folders; leave them out by `exclude: "
        f"[{', '.join(map(shown, paired))}]`{confirm(paired)}"
    )


def _base(path: Path) -> str:
    return re.sub(rf"[-_. ]+(?:{'|'.join(MASKS)})$", "", path.stem, flags=re.I)
