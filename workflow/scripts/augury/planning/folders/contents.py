"""What the images of a study contain, as digests that rules compare: a changed pixel changes one, a rename none."""

import hashlib
import sys
import time
from functools import cached_property
from pathlib import Path
from typing import Any

from augury.datasets import demo
from augury.images.clutter import may_be_image
from augury.images.digests import HashCache, class_digest, digest_of
from augury.planning.folders.class_files import ClassFiles, hashes_of
from augury.planning.folders.elsewhere import sets_of
from augury.planning.folders.image_folder import awaits_fetch
from augury.planning.folders.shared import SharedSpecimens
from augury.planning.inputs.words import kept_table, words
from augury.settings.reading import as_json
from augury.specimens.joins import PathJoin
from augury.specimens.naming import Naming
from augury.splits.brought import FOLDER_NAMES, part_named, read_parts
from augury.study.config import Config
from augury.study.images import Specimens
from augury.tables.brought import BroughtTable

_EMPTY = hashlib.sha256(b"").hexdigest()  # of a file without content


class Contents:
    """The images of a completed config's classes."""

    def __init__(self, config: Config, classes: list[str], files: ClassFiles) -> None:
        self.config, self.classes, self.files = config, classes, files
        self._cache = HashCache(hashes_of(str(config.dataset)))

    @cached_property
    def images(self) -> dict[str, list[tuple[Path, Path, str]]]:
        """By class, the folder, path and content's sha256 of every file; nothing before the demo is fetched."""
        if awaits_fetch(self.config.images):
            return {class_: [] for class_ in self.classes}
        began = time.monotonic()
        images = {
            class_: [
                (folder, path, sha256)
                for folder in self.files.homes(class_)
                for path, sha256 in self._cache.named(self.files.files_of(class_, folder))
            ]
            for class_ in self.classes
        }
        self._cache.save()
        if time.monotonic() - began > 5:
            print(
                f"augury: hashed the images in {time.monotonic() - began:.0f} s; unchanged files are quick",
                file=sys.stderr,
            )
        return images

    @property
    def roots(self) -> list[Path]:
        """The folders below which all images lie, of classes that the study leaves out too."""
        return [Path(self.config.images)]

    @cached_property
    def naming(self) -> Naming:
        """The names that the config gives to specimens."""
        specimens = self.config.specimens
        return Naming(specimens.regex, specimens.table, self.roots, self.config.exclude)

    @cached_property
    def names(self) -> dict[str, list[str | None]]:
        """By class, the name of the specimen that each of its `images` shows, where it has one."""
        name = self.naming.name if self.naming.says_something else lambda *image: None
        corrected = self.corrected_names
        return {
            class_: [corrected.get(sha256) or name(path, folder, sha256) for folder, path, sha256 in images]
            for class_, images in self.images.items()
        }

    @cached_property
    def corrected_names(self) -> dict[str, str]:
        """By sha256, the specimens that corrections name."""
        said = self.files.corrections.specimens if self.files.corrections else {}
        every = (image for images in self.images.values() for image in images) if said else ()
        return {sha256: said[path] for _, path, sha256 in every if path in said}

    def specimens_of(self, class_: str) -> Specimens:
        """The key `specimens` for the steps of a class: a table of all its names, where corrections name some.

        So one class's corrections touch no other's steps; the table is named by its content.
        """
        if not any(sha256 in self.corrected_names for *_, sha256 in self.images[class_]):
            return self.config.specimens
        table = kept_table(("sha256", "specimen"), self.named[class_])
        return self.config.specimens.model_copy(update={"regex": None, "table": str(table)})

    @cached_property
    def named(self) -> dict[str, list[tuple[str, str]]]:
        """By class, the sha256 of each image whose specimen has a name, with that, sorted.

        Of equal files with several names the first name counts, as in the index.
        """
        named = {}
        for class_, images in self.images.items():
            pairs = sorted(
                (sha256, name) for (_, _, sha256), name in zip(images, self.names[class_], strict=True) if name
            )
            named[class_] = sorted(dict(reversed(pairs)).items())
        return named

    @cached_property
    def shared(self) -> SharedSpecimens:
        """The specimens that show several classes, by these names."""
        return SharedSpecimens(self)

    @cached_property
    def parts_table(self) -> BroughtTable | None:
        """The table that gives images their parts, where there is one."""
        split = self.config.split
        return read_parts(split.table) if split.parts == "table" and split.table else None

    @cached_property
    def parts_join(self) -> PathJoin:
        """Its rows, and the images that they name."""
        return PathJoin(self.parts_table.rows if self.parts_table else (), self.roots, self.config.exclude)

    @cached_property
    def brought_parts(self) -> list[str]:
        """Parts that the data bring, which are not cut by hash."""
        if self.config.split.parts == "folders":
            return sorted({FOLDER_NAMES[path.name.lower()] for path in self.files.tops})
        rows = self.parts_table.rows if self.parts_table else ()
        return sorted({part for row in rows if (part := part_named(row["part"]))})

    def brought_words(self, class_: str) -> list[str]:
        """The parts that a table gives to the images of a class, as options of the script."""
        if class_ not in self._brought_words:
            pairs = [f"{sha256}={part}" for sha256, part in self.brought(class_)]
            self._brought_words[class_] = words(["--parts", *pairs]) if self._brought else []
        return self._brought_words[class_]

    @cached_property
    def _brought_words(self) -> dict[str, list[str]]:
        return {}  # the same for every split of a class

    def brought(self, class_: str) -> list[tuple[str, str]]:
        """The sha256 of each image to which a table gives a part, with that."""
        return [(sha256, part) for sha256, part in self._brought.get(class_, ()) if part]

    def brought_digest(self, class_: str) -> str:
        """Changes with these parts."""
        return _digest(self._brought[class_]) if self._brought else ""

    @cached_property
    def _brought(self) -> dict[str, list[tuple[str, str]]]:
        if not self.parts_table:
            return {}
        brought = {}
        for class_, images in self.images.items():
            rows = ((sha256, self.parts_join.find(path, sha256)) for _, path, sha256 in images)
            brought[class_] = sorted((sha256, (part_named(row["part"]) or "") if row else "") for sha256, row in rows)
        return brought

    def folders(self, class_: str) -> list[str]:
        """Folders that hold the images of a class."""
        return [str(path) for path in self.files.folders(class_)]

    def digest(self, class_: str) -> str:
        """Changes if and only if the content of a class's files does, or the part that a folder brings.

        Before the demo's images are fetched, the digest of what will be fetched.
        """
        return self._digests[class_]

    def digest_of(self, folder: Path) -> str:
        """Likewise for the images in a folder that is no class's."""
        if folder not in self._others:
            self._others[folder] = class_digest([folder], self._cache)
            self._cache.save()
        return self._others[folder]

    @cached_property
    def _others(self) -> dict[Path, str]:
        return {}

    @cached_property
    def elsewhere(self) -> dict[str, dict[str, Path]]:
        """Folders of pools and of other test sets, by set and class."""
        return sets_of(self.config, self.classes)

    def most_specimens(self, class_: str) -> int | None:
        """Specimens of a class as far as file names, a table and contents tell: likeness can make them fewer.

        With `split.unit: image` its images. None before the demo's images are fetched.
        """
        return None if awaits_fetch(self.config.images) else self._most_specimens[class_]

    @cached_property
    def _most_specimens(self) -> dict[str, int]:
        by_name = self.config.split.unit == "specimen"
        counts = {}
        for class_, images in self.images.items():
            names = dict(self.named[class_]) if by_name else {}
            counts[class_] = len(
                {
                    names.get(sha256, sha256)
                    for _, path, sha256 in images
                    if sha256 != _EMPTY and may_be_image(path)  # the index leaves the others out
                }
            )
        return counts

    @cached_property
    def _digests(self) -> dict[str, str]:
        if awaits_fetch(self.config.images):
            return dict(demo.CLASS_DIGESTS)
        digests = {}
        for class_ in self.classes:
            folders = self.files.homes(class_)
            files = self.images[class_]
            by_folder: list[Any] = [
                digest_of(each for above, _, each in files if above == folder) for folder in folders
            ]
            if self.config.split.parts == "folders":
                by_folder += [folder.parent.name for folder in folders]
            # Where names or a table say what a specimen is, they are part of the content.
            digests[class_] = _digest(by_folder + self.named[class_])
        return digests


def _digest(values: list[Any]) -> str:
    """One word for a list; a digest of a single class's content stays as it is."""
    return values[0] if len(values) == 1 else hashlib.sha256(as_json(values).encode()).hexdigest()
