"""The files of a study's classes where a table says which class each is of."""

import json
import os
from collections import defaultdict
from functools import cached_property
from pathlib import Path

from augury.images.clutter import may_be_image
from augury.images.sources import unnamed_in
from augury.planning.folders.class_files import ClassFiles
from augury.specimens.joins import PathJoin
from augury.study.config import Config
from augury.tables.brought import BroughtRow, BroughtTable
from augury.tables.labels import read_labels


class LabelledFiles(ClassFiles):
    """Classes as the key `labels` gives them to files at any depth below the folder `images`.

    Raises UserError, when asked for anything, where the table cannot be read or the folder cannot be listed.
    """

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        if config.labels is None:
            raise ValueError("classes come from folders in this study")
        self.settings = config.labels

    @cached_property
    def table(self) -> BroughtTable:
        """The labels."""
        chosen = self.settings
        return read_labels(chosen.table, chosen.path, chosen.class_, chosen.rename)

    @cached_property
    def all_files(self) -> list[Path]:
        """Every file below the folder, labelled or not."""
        return self.files_in(self.root)

    @cached_property
    def join(self) -> PathJoin:
        """The labels' rows and the files that they name."""
        return PathJoin(self.table.rows, [self.root], files=self.all_files)

    @cached_property
    def rows(self) -> dict[Path, list[BroughtRow]]:
        """The rows with a label that name each file; files that none names are left out."""
        labelled = {path: [row for row in self.join.rows_of(path) if row["class"]] for path in self.all_files}
        return {path: rows for path, rows in labelled.items() if rows}

    @cached_property
    def names(self) -> list[str]:
        """Classes that have a file which may be an image, sorted by name."""
        return sorted(name for name, paths in self._by_class.items() if any(map(may_be_image, paths)))

    @property
    def class_folders(self) -> list[str]:
        """The same: what names no file makes no class."""
        return self.names

    @property
    def broken(self) -> dict[Path, str]:
        """No folder is a class's."""
        return {}

    def folders(self, class_: str) -> list[Path]:
        """The one folder below which the files of all classes lie."""
        return [self.root]

    def homes(self, class_: str) -> list[Path]:
        """What stands for the class's folder, so that paths count from `images` on."""
        return [unnamed_in(self.root)]

    def files_of(self, class_: str, home: Path) -> list[Path]:
        """The files of a class."""
        return self.files(class_)

    def files(self, class_: str) -> list[Path]:
        """The files of a class."""
        return self.corrected[class_] if class_ in self.corrected else self.found(class_)

    def found(self, class_: str) -> list[Path]:
        """The same without corrections."""
        return self._by_class.get(class_, [])

    def choice(self, class_: str) -> str:
        """The class's files by their paths below the folder, as the JSON that scripts take."""
        chosen = {"only": self.below(class_)}
        return json.dumps(chosen | ({"exclude": self.exclude} if self.exclude else {}))

    @cached_property
    def _by_class(self) -> dict[str, list[Path]]:
        by_class: dict[str, set[Path]] = defaultdict(set)
        for path, rows in self.rows.items():
            by_class[rows[0]["class"]].add(path)
        return {name: sorted(paths, key=os.fsencode) for name, paths in by_class.items()}
