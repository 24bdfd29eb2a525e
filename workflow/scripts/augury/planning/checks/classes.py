"""What is wrong with the folders of a study's classes, reported before anything runs."""

import os
from collections.abc import Sequence
from pathlib import Path

from augury.datasets import demo
from augury.images import clutter
from augury.images.files import irregular, leads_nowhere, shown
from augury.planning.checks.parts import part_problems
from augury.planning.folders.class_files import ClassFiles
from augury.planning.folders.class_names import alike_problems, name_problem, same_but_form
from augury.planning.folders.folder_names import part_word
from augury.planning.folders.folder_trees import deepest, listed
from augury.planning.folders.image_folder import awaits_fetch
from augury.planning.folders.layouts import TABLE_OF_LABELS, layout_problems
from augury.study.config import Config

_POINTER = b"version https://git-lfs.github.com/spec/"
_POINTER_BYTES = 1024


def class_problems(config: Config, classes: Sequence[str], files: ClassFiles) -> list[str]:
    """Everything that is wrong with the folders and names of classes, one sentence each."""
    if awaits_fetch(files.root):
        return [_not_there(name, files) for name in classes if name not in demo.CLASS_NAMES]
    where = shown(files.root)
    if files.in_parts and not files.tops:
        alike = [path.name for path in files.entries(files.root) if part_word(path.name) and os.path.isdir(path)]
        remedy = f"rename {listed(alike)} to these" if alike else "add them or set `split.parts: hash`"
        return [f"`split.parts` is folders, but {where} has no folders train and test; {remedy}"]
    wanted = config.classes or []
    problems = [
        f"{shown(path)} is {reason}"
        for path, reason in files.broken.items()
        if not wanted or path.name in wanted or files.in_parts
    ]
    if not wanted:
        problems += _layout_problems(files)
    problems += [] if problems or files.unlisted or len(classes) > 1 else [_too_few(classes, files)]
    problems += [sentence for name in classes if (sentence := name_problem(name) or _folder_problem(name, files))]
    problems += [sentence for name, sentence in files.unlisted.items() if name not in classes and not wanted]
    problems += [] if wanted else alike_problems(classes)
    return problems or (part_problems(classes, files, bool(config.classifiers)) if files.in_parts else [])


def _layout_problems(files: ClassFiles) -> list[str]:
    """What the folders look like, if not like classes: of several parts' folders, the first that does."""
    for top in files.tops:
        inside = {name: paths for name in files.class_folders if (paths := files.files_in(top / name))}
        problems = layout_problems(top, inside, files.in_parts)
        if problems:
            return problems
    return []


def what_instead(files: Sequence[Path], passed_over: Sequence[Path]) -> str:
    """What a class folder holds that has no image."""
    if files:
        return f"no image, only {listed([path.name for path in files])}"
    waiting = [path.name for path in passed_over if clutter.stands_for_an_image(path.name)]
    if waiting:
        return f"no image, only what stands for images that are not fetched yet ({listed(waiting)}); fetch them wholly"
    return "no file" + (f" but {listed([path.name for path in passed_over])}" if passed_over else "")


def _too_few(classes: Sequence[str], files: ClassFiles) -> str:
    where = shown(files.root)
    have = f"only '{shown(classes[0])}'" if classes else "none"
    if classes and not files.in_parts:
        lowest, folders = deepest(files.root, classes[0], files.files(classes[0]))
        if len(folders) > 1:
            return (
                f"{where} holds only '{shown(classes[0])}', with the folders {listed(folders)}; name "
                f"{shown(lowest)} in `images`"
            )
    loose = files.loose_images(files.root)
    beside = f" ({len(loose)} images lie there without one, the first: {shown(min(loose))})" if loose else ""
    packed = [path.name for path in files.entries(files.root) if clutter.is_archive(path)]
    beside += f"; unpack {listed(packed)}" if packed else ""
    remedy = f"put at least two folders of images there, or {TABLE_OF_LABELS}"
    return f"{where} holds {have} of the class folders that are needed{beside}; {remedy}"


def _not_there(name: str, files: ClassFiles) -> str:
    if awaits_fetch(files.root):
        return f"`classes` has '{name}', which the demo does not have"
    remedy = "mend the name or add the folder"
    alike = [other for other in files.class_folders if same_but_form(name, other)]
    holders = [top for top in files.class_folders if not files.in_parts and os.path.isdir(files.root / top / name)]
    if alike:
        remedy = f"it has {shown(alike[0])}, whose capitals or Unicode form differ"
    elif holders:
        parts = len({part_word(holder) for holder in holders} - {""}) > 1
        remedy = f"it lies in {listed(holders)}; " + (
            "set `split: {parts: folders}`" if parts else f"name {shown(files.root / holders[0])} in `images`"
        )
    return f"`classes` has '{name}', but {shown(files.root)} has no such folder; {remedy}"


def _folder_problem(name: str, files: ClassFiles) -> str:
    """Why the folder of a class cannot be used."""
    folders = [folder for folder in files.folders(name) if os.path.isdir(folder)]
    if not folders:
        return _not_there(name, files) if not any(path.name == name for path in files.broken) else ""
    paths = files.files(name)
    if name in files.unlisted:
        return files.unlisted[name]
    images = [path for path in paths if clutter.may_be_image(path)]
    if not images:
        inside = [path for path in files.passed_over if set(folders) & set(path.parents)]
        what = what_instead(paths, inside).removeprefix("no file")
        what = f" ({what.strip()})" if what else ""
        return f"the folder of class '{shown(name)}' is empty{what}; add images or take it out of `classes`"
    gone = next((path for path in images if not os.path.splitext(path)[1] and leads_nowhere(path)), None)
    if gone:
        return f"{shown(gone)} is {irregular(gone)}"
    if not any(os.path.exists(path) for path in images):
        return f"no file of class '{shown(name)}' is there: {shown(images[0])} is {irregular(images[0])}"
    if all(os.path.isfile(path) and path.stat().st_size <= _POINTER_BYTES for path in images) and _is_pointer(
        images[0]
    ):
        return f"the files of class '{shown(name)}' are Git LFS pointers; fetch the images by `git lfs pull`"
    return ""


def _is_pointer(path: Path) -> bool:
    try:
        return path.read_bytes().startswith(_POINTER)
    except OSError:
        return False
