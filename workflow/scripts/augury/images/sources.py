"""Where the files of a class are found: folders, and which of the files below them count."""

import json
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

    def files(self) -> list[Path]:
        """All files of the class, sorted by path. Raises UserError when a folder is missing or cannot be listed."""
        return list_files(self.folders, self.exclude)

    def found(self) -> list[Path]:
        """Likewise below those folders that are there."""
        return list_files([folder for folder in self.folders if folder.is_dir()], self.exclude)

    def class_folder(self, path: Path) -> Path:
        """The class folder that a file lies in: the longest, where one lies in another."""
        return max((each for each in self.folders if each in path.parents), key=lambda folder: len(folder.parts))


def source_of(folders: "Source | Iterable[Path]") -> Source:
    """A source as it is, or all files below plain folders."""
    return folders if isinstance(folders, Source) else Source(tuple(folders))


def read_source(folders: Iterable[Path], text: str) -> Source:
    """A source of folders and a JSON text that says which files count. Raises UserError for a text that does not."""
    try:
        chosen = json.loads(text)
        return Source(tuple(folders), tuple(chosen.get("exclude", ())))
    except (ValueError, AttributeError, TypeError) as error:
        raise UserError(f'--files is {text!r} ({error}); write it as \'{{"exclude": ["*_mask.png"]}}\'') from None
