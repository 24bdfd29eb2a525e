"""The files of a study's classes as they lie now: every folder is listed once a plan."""

import json
import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from augury.command.errors import UserError
from augury.images.clutter import is_clutter, is_image_name, may_be_image
from augury.images.files import irregular, is_excluded, list_files, shown
from augury.images.sources import unnamed_in
from augury.planning.folders.corrections import Corrections
from augury.planning.folders.image_folder import awaits_fetch, part_folders
from augury.study.config import Config


def hashes_of(dataset: str) -> Path:
    """Where content hashes are kept between plans."""
    return Path("results") / dataset / "images" / ".hashes.tsv"


class ClassFiles:
    """Classes as folders below the folder `images`, or below its part folders, of a completed config."""

    def __init__(self, config: Config) -> None:
        self.root = Path(config.images)
        self.exclude: list[str] = config.exclude
        self.in_parts = config.split.parts == "folders"
        self.corrections = Corrections(config.corrections, self.root, self.exclude, hashes_of(str(config.dataset)))
        self.passed_over: list[Path] = []  # clutter and what is excluded, of the folders that were listed
        self.unlisted: dict[str, str] = {}  # name of a class folder that cannot be listed -> why
        self._files: dict[Path, list[Path]] = {}

    @cached_property
    def tops(self) -> list[Path]:
        """The folders that hold class folders: `images`, or one for each part."""
        if not self.in_parts:
            return [self.root]
        return [top for top in part_folders(self.root) if not is_excluded(top.name, self.exclude)]

    @cached_property
    def names(self) -> list[str]:
        """Classes that have a file which may be an image, sorted by name."""
        return sorted(name for name in self.class_folders if any(map(may_be_image, self.files(name))))

    @cached_property
    def class_folders(self) -> list[str]:
        """Names of all class folders, sorted: also of those that hold nothing, or cannot be listed."""
        return sorted({path.name for top in self.tops for path in self.entries(top) if os.path.isdir(path)})

    @cached_property
    def broken(self) -> dict[Path, str]:
        """Links where a class folder would lie, or a part's, that lead nowhere; with the reason."""
        tops = dict.fromkeys([self.root, *self.tops])
        links = [path for top in tops for path in self.entries(top) if os.path.islink(path)]
        return {path: irregular(path) for path in links if not os.path.exists(path)}

    @cached_property
    def corrected(self) -> dict[str, list[Path]]:
        """The files of those classes that corrections change: a class of files in several folders."""
        return self.corrections.of({name: self.found(name) for name in self.class_folders}) if self.corrections else {}

    def folders(self, class_: str) -> list[Path]:
        """Where the images of a class lie: one folder, or one in each part's folder."""
        return [self.root] if class_ in self.corrected else self._own_folders(class_)

    def _own_folders(self, class_: str) -> list[Path]:
        return [top / class_ for top in self.tops if not self.in_parts or os.path.isdir(top / class_)]

    def homes(self, class_: str) -> list[Path]:
        """The class folders from whose parent on a file's path counts where patterns look at it."""
        return [unnamed_in(self.root)] if class_ in self.corrected else self._own_folders(class_)

    def files_of(self, class_: str, home: Path) -> list[Path]:
        """The files of a class in one of these."""
        return self.corrected[class_] if class_ in self.corrected else self.files_in(home)

    def below(self, class_: str) -> list[str]:
        """Paths of a class's files below its folders, with `/`."""
        paths = []
        for folder in self.folders(class_):
            begin = len(os.path.join(folder, ""))
            paths += [str(path)[begin:].replace(os.sep, "/") for path in self.files_of(class_, folder)]
        return paths

    def choice(self, class_: str) -> str:
        """Which of the files in its folders are the class's, as the JSON that scripts take."""
        chosen = {"only": self.below(class_)} if class_ in self.corrected else {}
        return json.dumps(chosen | ({"exclude": self.exclude} if self.exclude else {}))

    def files(self, class_: str) -> list[Path]:
        """All files of a class; none where its folder is missing or cannot be listed (see `unlisted`)."""
        return self.corrected[class_] if class_ in self.corrected else self.found(class_)

    def found(self, class_: str) -> list[Path]:
        """The same without corrections."""
        listings = [self.files_in(folder) for folder in self._own_folders(class_)]
        return (
            listings[0]
            if len(listings) == 1
            else sorted((path for paths in listings for path in paths), key=os.fsencode)
        )

    def counts(self, classes: Iterable[str]) -> dict[str, int]:
        """Number of files of each class; nothing before the demo is fetched."""
        return {} if awaits_fetch(self.root) else {class_: len(self.files(class_)) for class_ in classes}

    def files_in(self, folder: Path) -> list[Path]:
        """Likewise of one class folder."""
        if folder not in self._files:
            self._files[folder] = []
            try:
                if os.path.isdir(folder):
                    self._files[folder] = list_files([folder], self.exclude, self.passed_over)
            except UserError as error:
                self.unlisted[folder.name] = str(error)
        return self._files[folder]

    def loose_images(self, folder: Path) -> list[str]:
        """Names of images that lie directly in a folder."""
        return [path.name for path in self.entries(folder) if is_image_name(path) and os.path.isfile(path)]

    def entries(self, folder: Path) -> list[Path]:
        """What lies directly in a folder, but clutter and what is excluded by its name."""
        try:
            paths = sorted(folder.iterdir() if os.path.isdir(folder) else (), key=os.fsencode)
        except OSError as error:
            raise UserError(
                f"the folder {shown(folder)} cannot be listed ({error.strerror}); mend its permissions"
            ) from None
        excluded = [path for path in paths if is_excluded(path.name, self.exclude)]
        self.passed_over += excluded
        return [path for path in paths if path not in excluded and not is_clutter(path.name, os.path.isdir(path))]
