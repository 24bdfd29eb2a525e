"""What a plan found of the images, for jobs on machines that do not have them: every job plans anew.

Snakemake sends such a job the workflow's sources, and the listing with them. Nothing is checked again there.
"""

import gzip
import json
import os
from pathlib import Path
from typing import Any

from augury.command.files import atomic
from augury.planning.folders.class_files import ClassFiles
from augury.planning.folders.contents import Contents
from augury.study.config import Config

FOLDER = Path(".snakemake", "augury", "listings")  # in the folder where Snakemake runs
_FOUND = ("names", "_brought", "brought_parts")  # of Contents: what tables and folders say of the images


def save_listing(contents: Contents, folder: Path = FOLDER) -> Path:
    """Write what was found; the file's path."""
    images = {class_: [[*map(str, each)] for each in found] for class_, found in contents.images.items()}
    listed: dict[str, Any] = {"images": images} | {name: getattr(contents, name) for name in _FOUND}
    for name in ("folders", "homes"):
        listed[name] = {class_: [*map(str, getattr(contents.files, name)(class_))] for class_ in contents.classes}
    listed["elsewhere"] = {
        name: {class_: [str(path), contents.digest_of(path)] for class_, path in folders.items()}
        for name, folders in contents.elsewhere.items()
    }
    path = folder / f"{contents.config.dataset}.json.gz"
    with atomic(path) as temporary:
        temporary.write_bytes(gzip.compress(json.dumps(listed).encode("ascii"), mtime=0))
    return path


def read_listing(config: Config, folder: Path = FOLDER) -> "ListedContents":
    """What was found of a study's images. Raises OSError where it was not brought."""
    return ListedContents(config, json.loads(gzip.decompress((folder / f"{config.dataset}.json.gz").read_bytes())))


class ListedFiles(ClassFiles):
    """The files of a study's classes by a listing."""

    def __init__(self, config: Config, listed: dict[str, Any]) -> None:
        super().__init__(config.model_copy(update={"corrections": []}))  # what they say is in the listing
        self.names = list(listed["images"])
        self._listed = {
            name: {class_: [*map(Path, paths)] for class_, paths in listed[name].items()}
            for name in ("folders", "homes")
        }
        self._images = {
            class_: [(Path(home), Path(path)) for home, path, _ in images]
            for class_, images in listed["images"].items()
        }

    def folders(self, class_: str) -> list[Path]:
        """Where the images of a class lie."""
        return self._listed["folders"][class_]

    def homes(self, class_: str) -> list[Path]:
        """The class folders from whose parent on a file's path counts."""
        return self._listed["homes"][class_]

    def files_of(self, class_: str, home: Path) -> list[Path]:
        """The files of a class in one of these."""
        return [path for above, path in self._images[class_] if above == home]

    def files(self, class_: str) -> list[Path]:
        """The files of a class."""
        return sorted((path for _, path in self._images[class_]), key=os.fsencode)


class ListedContents(Contents):
    """The images of a study's classes by a listing."""

    def __init__(self, config: Config, listed: dict[str, Any]) -> None:
        files = ListedFiles(config, listed)
        super().__init__(config, files.names, files)
        self.images = {
            class_: [(Path(home), Path(path), sha256) for home, path, sha256 in images]
            for class_, images in listed["images"].items()
        }
        self.elsewhere = {
            name: {class_: Path(path) for class_, (path, _) in folders.items()}
            for name, folders in listed["elsewhere"].items()
        }
        self._others.update(
            {Path(path): digest for each in listed["elsewhere"].values() for path, digest in each.values()}
        )
        self.names, self.brought_parts = listed["names"], listed["brought_parts"]
        self._brought = {
            class_: [(sha256, part) for sha256, part in found] for class_, found in listed["_brought"].items()
        }
