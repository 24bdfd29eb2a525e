"""Where the files of a class are found: folders, and which of the files below them count."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from augury.command.errors import UserError
from augury.images.files import list_files


@dataclass(frozen=True, slots=True)
class Source:
    """The files of one class."""

    folders: tuple[Path, ...]
    exclude: tuple[str, ...] = ()  # patterns of files and folders that are left out, see list_files
    only: tuple[str, ...] | None = None  # paths below the one folder that are the class's; without it, all

    def files(self) -> list[Path]:
        """All files of the class, sorted by path. Raises UserError when a folder is missing or cannot be listed."""
        if self.only is None:
            return list_files(self.folders, self.exclude)
        return sorted((self.folders[0] / below for below in self.only), key=os.fsencode)

    def present_files(self) -> list[Path]:
        """Likewise below those folders that are there."""
        there = tuple(folder for folder in self.folders if os.path.isdir(folder))
        return Source(there, self.exclude, self.only).files() if there else []

    def class_folder(self, path: Path) -> Path:
        """The class folder that a file lies in: the longest, where one lies in another.

        Where the folder is one for all classes, a folder of no name below it, so that the file's path below its parent
        is the one below the folder.
        """
        if self.only is not None:
            return unnamed_in(self.folders[0])
        return max((each for each in self.folders if each in path.parents), key=lambda folder: len(folder.parts))


def unnamed_in(folder: Path) -> Path:
    """What stands for a class folder where files of all classes lie side by side in `folder`."""
    return folder / "-"


def source_of(folders: "Source | Iterable[Path]") -> Source:
    """A source as it is, or all files below plain folders."""
    return folders if isinstance(folders, Source) else Source(tuple(folders))


def read_source(folders: Iterable[Path], text: str) -> Source:
    """A source of folders and a JSON text that says which files count. Raises UserError for a text that does not."""
    folders = tuple(folders)
    try:
        chosen = json.loads(text)
        only = chosen.get("only")
        made = Source(folders, tuple(chosen.get("exclude", ())), None if only is None else tuple(only))
    except (ValueError, AttributeError, TypeError) as error:
        raise UserError(f'--files is {text!r} ({error}); write it as \'{{"exclude": ["*_mask.png"]}}\'') from None
    if made.only is not None and len(folders) != 1:
        raise UserError(f"--files names files, which lie below one folder, but --folder has {len(folders)}")
    return made
