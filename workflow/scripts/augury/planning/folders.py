"""Where a study's images lie: class folders, below train/ and test/ folders or not."""

import os
import re
from pathlib import Path
from typing import Any

from augury.images import demo
from augury.images.files import list_files
from augury.splits.brought import FOLDER_NAMES


def is_demo(images: str | Path) -> bool:
    """Whether the images are the demo's, which a rule fetches."""
    return os.path.normpath(images) == os.path.normpath(demo.FOLDER)


def awaits_fetch(images: str | Path) -> bool:
    """Whether the images are the demo's and not all there yet: the marker is written last."""
    return is_demo(images) and not (Path(f"{demo.FOLDER}.tsv").is_file() and Path(demo.FOLDER).is_dir())


def dataset_name(root: Path) -> str:
    """A name for a study without one: its folder's, or the folder's above where that is just `images`."""
    parts = [part for part in Path(os.path.abspath(root)).parts if part.lower() not in ("images", "data", "/")]
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", parts[-1]).strip("-.") or "study" if parts else "study"


def part_folders(root: Path) -> list[Path]:
    """Folders named train, validation or test (or their usual variants) directly below the images' folder."""
    if not root.is_dir():
        return []
    return sorted(path for path in root.iterdir() if path.is_dir() and path.name.lower() in FOLDER_NAMES)


def class_folders(config: dict[str, Any], class_: str) -> list[Path]:
    """Where the images of a class lie: one folder, or one in each part's folder."""
    root = Path(config["images"])
    if config["split"]["parts"] == "folders":
        return [folder / class_ for folder in part_folders(root) if (folder / class_).is_dir()]
    return [root / class_]


def found_classes(config: dict[str, Any]) -> list[str]:
    """Class folders that hold at least one file, sorted by name."""
    root = Path(config["images"])
    roots = part_folders(root) if config["split"]["parts"] == "folders" else [root]
    names = {path.name for folder in roots if folder.is_dir() for path in folder.iterdir() if path.is_dir()}
    names = {name for name in names if not name.startswith(".") and name != "__MACOSX"}
    return sorted(name for name in names if list_files(class_folders(config, name)))
