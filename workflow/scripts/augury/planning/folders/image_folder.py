"""The folder of a study's images: its name, the parts that it may hold, and whether it is the demo's."""

import copy
import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from augury.command.errors import UserError
from augury.datasets import demo
from augury.images.files import irregular, shown
from augury.splits.brought import FOLDER_NAMES

_TABLES = "taxonomy labels.table specimens.table split.table published.table"
_PATH_KEYS = (
    f"images corrections.* {_TABLES} generators.*.folder generators.*.init_from.file classifiers.*.pretrained "
    "pools.*.images tests.*"
)
_LONGEST = 1000  # characters


def tables_of(config: dict[str, Any]) -> list[str]:
    """The tables that a completed config names and that are there."""
    named = (section[key] for section, key, path in _path_keys(config) if path in _TABLES.split())
    return [path for path in named if os.path.isfile(path)]


def with_expanded_paths(config: dict[str, Any]) -> dict[str, Any]:
    """A copy of a completed config in which `~` and `$NAME` at the head of paths are what a shell makes of them."""
    config = copy.deepcopy(config)
    for section, key, _ in _path_keys(config):
        path = section[key]
        if path.startswith(("~", "$")) and not os.path.lexists(path):
            section[key] = os.path.expandvars(os.path.expanduser(path))
    return config


def path_problems(config: dict[str, Any]) -> list[str]:
    """A sentence for each path, beside `images`, that no file system can hold."""
    return [
        f"`{key_path}` is {brief(path)}, which no file can be called; mend the path or leave the key empty"
        for section, key, key_path in _path_keys(config)
        if key_path != "images" and not _possible(path := section[key])
    ]


def _path_keys(config: dict[str, Any]) -> Iterator[tuple[Any, Any, str]]:
    """Each section (or list) that holds a path, with the path's key (or index) in it and its place in the config."""
    for key_path in _PATH_KEYS.split():
        *above, key = key_path.split(".")
        sections: list[tuple[str, Any]] = [("", config)]
        for name in above:
            candidates = [
                (f"{at}{each}.", section.get(each))
                for at, section in sections
                if isinstance(section, dict)
                for each in (section if name == "*" else [name])
            ]
            sections = [(at, section) for at, section in candidates if isinstance(section, dict | list)]
        for at, section in sections:
            items = dict(enumerate(section)) if isinstance(section, list) else section
            keys = list(items) if key == "*" else [key]
            yield from ((section, each, f"{at}{each}") for each in keys if isinstance(items.get(each), str))


def _possible(path: str) -> bool:
    try:
        os.stat(path)
    except ValueError:
        return False
    except OSError as error:
        return error.errno != errno.ENAMETOOLONG
    return True


def brief(path: str) -> str:
    """A path for a sentence: on one line, and its beginning alone where it is too long to be a path."""
    return shown(path) if len(path) <= _LONGEST else f"{shown(path[:_LONGEST])} ..."


def no_folder(path: str) -> str:
    """Why the text names no folder, in a few words."""
    if os.path.isfile(path):
        return "which is a file and no folder"
    if os.path.islink(path.rstrip("/")):
        return f"which is {irregular(Path(path.rstrip('/')))}"
    unset = re.match(r"\$\{?(\w+)", path)
    if unset:
        return f"and there is no variable {unset[1]} in the environment"
    return "which is no folder"


def is_demo(images: str | Path) -> bool:
    """Whether the images are the demo's, which a rule fetches."""
    return os.path.normpath(images) == os.path.normpath(demo.FOLDER)


def awaits_fetch(images: str | Path) -> bool:
    """Whether the images are the demo's and not all there yet: the marker is written last."""
    return is_demo(images) and not (os.path.isfile(f"{demo.FOLDER}.tsv") and os.path.isdir(demo.FOLDER))


def dataset_name(root: Path) -> str:
    """A name for a study without one: its folder's, or the folder's above where that is just `images`."""
    parts = [part for part in Path(os.path.abspath(root)).parts if part.lower() not in ("images", "data", "/")]
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", parts[-1]).strip("-.") or "study" if parts else "study"


def part_folders(root: Path) -> list[Path]:
    """Folders named train, validation or test (or their usual variants) directly below the images' folder."""
    if not os.path.isdir(root):
        return []
    try:
        names = os.listdir(root)
    except OSError as error:
        raise UserError(f"the folder {shown(root)} cannot be listed ({error.strerror}); mend its permissions") from None
    return sorted(root / name for name in names if name.lower() in FOLDER_NAMES and os.path.isdir(root / name))
