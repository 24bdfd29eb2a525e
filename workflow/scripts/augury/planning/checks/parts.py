"""What the parts that folders or a table bring lack, reported before anything runs: folders, images, or a class."""

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from augury.images import clutter
from augury.images.files import shown
from augury.planning.folders.class_files import ClassFiles
from augury.planning.folders.contents import Contents
from augury.planning.folders.folder_names import part_word
from augury.splits.brought import FOLDER_NAMES

_LACKS = {"train": "it is tested and never trained on", "test": "it is trained on and never tested"}


def part_problems(classes: Sequence[str], files: ClassFiles, judged: bool) -> list[str]:
    """A sentence for each hole in what train/, test/ and the like hold, and for a folder that seems to be one more.

    judged: whether classifiers are tested; generators alone need no test image of a class.
    """
    problems: list[str] = []
    classes_of: dict[str, set[str]] = {}
    for top in files.tops:
        inside = {name for name in classes if any(map(clutter.may_be_image, files.files_in(top / name)))}
        classes_of.setdefault(FOLDER_NAMES[top.name.lower()], set()).update(inside)
        if not inside:
            problems.append(_empty(top, files))
    if "train" not in classes_of:
        problems.append(f"{shown(files.root)} has no folder train; add it, or set `split.parts: hash`")
    needed = [part for part in _LACKS if classes_of.get(part) and (judged or part == "train")]
    for name in classes:
        lacking = [part for part in needed if name not in classes_of[part]]
        if lacking:
            what = f"class '{shown(name)}' has no image in the {_lack(lacking)}"
            problems.append(f"{what}; put images of it there, or leave it out by `classes`")
    return problems + [
        f"{shown(path)} looks like a part, but is none of {', '.join(FOLDER_NAMES)}; rename it, or move it elsewhere"
        for path in files.entries(files.root)
        if os.path.isdir(path) and path not in files.tops and part_word(path.name)
    ]


def part_remarks(classes: Sequence[str], files: ClassFiles) -> list[str]:
    """A line for classes that a validation or reserve part lacks, and for folders that are no part."""
    remarks = []
    for part in ("validation", "reserve"):
        tops = [top for top in files.tops if FOLDER_NAMES[top.name.lower()] == part]
        lacking = [name for name in classes if tops and not any(files.files_in(top / name) for top in tops)]
        remarks += [f"the part {part} has no image of class '{shown(name)}'" for name in lacking]
    inside = {path for path in files.entries(files.root) if os.path.isdir(path)}
    return remarks + [f"{shown(path)} is no part and is left out" for path in sorted(inside - set(files.tops))]


def table_problems(contents: Contents) -> list[str]:
    """A sentence for each class that a table of parts leaves without images to train on, or to test."""
    if not contents.parts_table:
        return []
    problems, judged = [], bool(contents.config.classifiers)
    for name in contents.classes:
        given = Counter(part for _, part in contents.brought(name))
        free = len(contents.images[name]) - given.total()  # divided by `split`, but for the parts that the table brings
        lacking = ["train"] if free <= 0 and not given["train"] else []
        lacking += ["test"] if judged and "test" in contents.brought_parts and not given["test"] else []
        if lacking:
            what = f"{contents.parts_table.where} gives no image of class '{shown(name)}' the {_lack(lacking)}"
            problems.append(f"{what}; add lines, or leave the class out by `classes`")
    return problems


def _lack(parts: Sequence[str]) -> str:
    """The parts that a class lacks, and what that does to it."""
    if len(parts) == 1:
        return f"part {parts[0]}: {_LACKS[parts[0]]}"
    return f"parts {' and '.join(parts)}: it is neither trained on nor tested"


def _empty(top: Path, files: ClassFiles) -> str:
    loose = len(files.loose_images(top))
    what = f"{loose} images but no class folders" if loose else "no images"
    return f"{shown(top)} holds {what}; put its images into a folder per class there, or take {top.name}/ away"
