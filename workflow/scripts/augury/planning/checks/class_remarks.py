"""What is left out of a study's folders or looks odd in them, and stops nothing: one line each, at planning."""

import os
from collections.abc import Sequence
from pathlib import Path

from augury.images import clutter
from augury.images.files import irregular, is_excluded, shown
from augury.planning.checks.classes import what_instead
from augury.planning.checks.parts import part_remarks
from augury.planning.folders.class_files import ClassFiles
from augury.planning.folders.folder_trees import listed
from augury.planning.folders.image_folder import awaits_fetch
from augury.planning.folders.labelled_files import LabelledFiles
from augury.planning.folders.layouts import nested

_MOST_PATTERNS = 6


def class_remarks(classes: Sequence[str], files: ClassFiles) -> list[str]:
    """One sentence for each thing that is worth a word."""
    if awaits_fetch(files.root):
        return []
    listing = {name: files.files(name) for name in classes}
    remarks: list[str] = []
    if not isinstance(files, LabelledFiles):
        remarks += _folders(listing, files) + (part_remarks(classes, files) if files.in_parts else [])
    remarks += _masks([path for paths in listing.values() for path in paths])
    remarks += _not_fetched(files)
    remarks += [f"{shown(path)} is {irregular(path)}, and is left out" for path in _unlisted(files)]
    unused = [pattern for pattern in files.exclude if not _leaves_out(pattern, files)]
    where = shown(files.root)
    return remarks + [f"`exclude` has '{pattern}', which leaves out nothing below {where}" for pattern in unused]


def _folders(listing: dict[str, list[Path]], files: ClassFiles) -> list[str]:
    where, remarks = shown(files.root), []
    for name in files.class_folders:
        if name not in files.names:
            inside = [path for path in files.passed_over if name in path.parts]
            what = what_instead(files.files(name), inside)
            remarks.append(f"{where}/{shown(name)} is taken for no class: it holds {what}")
    if not files.in_parts and (groups := nested(files.root, listing)):
        remarks.append(f"the folders {listed(groups)} in the classes of {where} are taken as parts of each class")
    return remarks + _loose(files)


def _loose(files: ClassFiles) -> list[str]:
    remarks = []
    for top in files.tops:
        loose = files.loose_images(top)
        if loose:
            remarks.append(f"left out, as they lie in {shown(top)} beside the class folders: {listed(loose)}")
    return remarks


def _masks(paths: Sequence[Path]) -> list[str]:
    pairs = clutter.partners(paths)
    if not pairs:
        return []
    patterns = list(dict.fromkeys(pattern for _, _, pattern in pairs))
    if len(patterns) > _MOST_PATTERNS:
        patterns = list(dict.fromkeys(os.path.splitext(pattern)[0] + ".*" for pattern in patterns))[:_MOST_PATTERNS]
    one, other, _ = pairs[0]
    written = ", ".join(f'"{shown(pattern)}"' for pattern in patterns)
    where = f"{shown(one.name)} beside {shown(other.name)} in {shown(one.parent)}"
    return [
        f"{_files(len(pairs), 'look')} like masks or copies of others ({where}) and {_are(pairs)} taken as images of "
        f"their class; if they are none, set `exclude: [{written}]`"
    ]


def _not_fetched(files: ClassFiles) -> list[str]:
    waiting = [path for path in files.passed_over if clutter.stands_for_an_image(path.name)]
    if not waiting:
        return []
    what = f"{_files(len(waiting), 'stand')} for images that are not fetched wholly"
    return [f"{what} and {_are(waiting)} left out, the first: {shown(waiting[0])}"]


def _are(several: Sequence) -> str:
    return "are" if len(several) > 1 else "is"


def _files(count: int, verb: str) -> str:
    return f"{count} files {verb}" if count > 1 else f"1 file {verb}s"


def _unlisted(files: ClassFiles) -> list[Path]:
    return [
        path
        for path in files.passed_over
        if not any(clutter.is_clutter(path.name, folder) for folder in (True, False)) and not _excluded(path, files)
    ]


def _excluded(path: Path, files: ClassFiles) -> bool:
    return any(_matches(pattern, path, files) for pattern in files.exclude)


def _leaves_out(pattern: str, files: ClassFiles) -> bool:
    return any(_matches(pattern, path, files) for path in files.passed_over)


def _matches(pattern: str, path: Path, files: ClassFiles) -> bool:
    """Whether the pattern leaves out a path, which is compared from below its class folder on."""
    top = next((top for top in files.tops if top in path.parents), files.root)
    below = path.relative_to(top).parts
    head = 0 if isinstance(files, LabelledFiles) else 1
    return is_excluded("/".join(below[head:] or below), [pattern], below[0] if head else top.name)
