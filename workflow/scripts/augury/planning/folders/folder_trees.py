"""Folders side by side, and the folders that they have in common below them."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from augury.images.clutter import may_be_image
from augury.images.files import shown

_FEW = 0.1  # of a folder's files: a map or a photograph of the place beside its folders

Below = Mapping[str, Sequence[str]]  # by folder: the folders in it that hold its images


@dataclass(frozen=True, slots=True)
class Tree:
    """The folders below `root`: all their files, and the paths of those that may be images, from each folder on."""

    root: Path
    files: Mapping[str, Sequence[Path]]
    images: Mapping[str, Sequence[str]]  # only folders that have some
    below: Below

    @property
    def where(self) -> str:
        """The root, to be printed."""
        return shown(self.root)


def tree_of(root: Path, files: Mapping[str, Sequence[Path]]) -> Tree:
    """The tree of all files of each folder below `root`, by the folder's name."""
    images = {}
    for name, paths in files.items():
        begin = len(os.path.join(root, name, ""))
        images[name] = [str(path)[begin:] for path in paths if may_be_image(path)]
    images = {name: paths for name, paths in images.items() if paths}
    return Tree(root, files, images, {name: folders_in(paths) for name, paths in images.items()})


def folders_in(inside: Sequence[str]) -> list[str]:
    """The folders that hold the images at these paths, where nearly all lie in some: below those that hold but one."""
    return _descend(inside)[1]


def deepest(root: Path, name: str, files: Sequence[Path]) -> tuple[Path, list[str]]:
    """Where the folders of a folder lie, below those that hold but one, and their names."""
    above, names = _descend(tree_of(root, {name: files}).images.get(name, ()))
    return Path(root, name, *above), names


def _descend(inside: Sequence[str]) -> tuple[list[str], list[str]]:
    above: list[str] = []
    while inside:
        deeper = [path for path in inside if os.sep in path]
        if len(inside) - len(deeper) > _FEW * len(inside):
            break
        heads = sorted({path[: path.index(os.sep)] for path in deeper})
        below = [path[path.index(os.sep) + 1 :] for path in deeper]
        if len(heads) != 1 or not any(os.sep in path for path in below):
            return above, heads
        above, inside = [*above, *heads], below
    return above, []


def shared(below: Below) -> list[str]:
    """Folders that lie in two or more of the others, where that is true of at least two and of most; else none."""
    if len(below) < 2 or not all(below.values()):
        return []
    counts = Counter(name for names in below.values() for name in names)
    repeated = sorted(name for name, count in counts.items() if count > 1)
    most = sum(counts[name] for name in repeated) * 2 >= counts.total()
    return repeated if len(repeated) > 1 and most else []


def overlapping(below: Below) -> list[str]:
    """Folders that lie in two or more of the others, be they few, where there are several at all; else none."""
    counts = Counter(name for names in below.values() for name in names)
    repeated = sorted(name for name, count in counts.items() if count > 1)
    return repeated if len(counts) > 1 and all(below.values()) else []


def shared_below(tree: Tree, groups: Sequence[str]) -> list[str]:
    """Likewise one step further down, below folders that are groups in each of the others."""
    folders: dict[str, list[str]] = {}
    for name, paths in tree.images.items():
        for group in groups:
            parts = [path.split(os.sep) for path in paths]
            inside = [os.sep.join(each[each.index(group) + 1 :]) for each in parts if group in each[:-1]]
            if inside:
                folders[f"{name}/{group}"] = folders_in(inside)
    return shared(folders)


def listed(names: Sequence[str], most: int = 4) -> str:
    """`A, B and C`, shortened where they are many."""
    names = [shown(name) for name in names]
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def confirm(names: Sequence[str]) -> str:
    """How to say that these are classes all the same."""
    return f"; if {listed(names)} {'are classes' if len(names) > 1 else 'is a class'}, name all classes in `classes`"
