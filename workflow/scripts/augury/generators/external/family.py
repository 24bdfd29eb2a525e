"""Images that another tool made, as their settings and the planner know them."""

import itertools
import os
from pathlib import Path
from typing import Literal

from pydantic import Field

from augury.generators.family import GeneratorFamily, GeneratorSettings, Wanted
from augury.images.files import list_files
from augury.settings.base import Channels, Int

_STATEMENTS = {
    "train": "{name} was trained on the training part of each split alone, as its user says",
    "nothing": "{name} was trained on no image of this study, as its user says",
    "unknown": "what {name} was trained on is not known: it may have seen test images",
    "all": "{name} was trained on test images too, as its user says",
}


class ExternalSettings(GeneratorSettings):
    """Settings of images that another tool made."""

    family: Literal["external"] = "external"
    channels: Channels = "rgb"
    """Colour of the images."""
    folder: str | None = None
    """Folder of images (needed) - a folder with one folder of images per class; `{split}` and `{seed}` in it stand for
    the split and the generator's seed."""
    trained_on: Literal["train", "nothing", "unknown", "all"] = "unknown"
    """Data leakage - what that tool was trained or tuned on, of this study's images - the training part of each split
    alone (then `folder` names `{split}`), nothing of them, you do not know, or test images too. The verdict repeats
    it."""
    size_px: Int = Field(64, ge=16, le=1024)
    """Image size - side to which the images are fitted, as real ones are."""

    def class_folder(self, split: str, seed: str | int, class_: str) -> Path | None:
        """Below `folder`."""
        return Path((self.folder or "").replace("{split}", split).replace("{seed}", str(seed))) / class_

    def statement(self, name: str) -> str:
        """As its user says."""
        return _STATEMENTS[self.trained_on].format(name=name)


def problems(settings: ExternalSettings, wanted: Wanted) -> list[tuple[str, str]]:
    """Folders that are not named or hold no image, and one for all splits that was trained on one of them."""
    folder, splits, mistakes = settings.folder, wanted.splits, []
    if not folder:
        return [("folder", "it is empty; name the folder that holds one folder of the other tool's images per class")]
    if settings.trained_on == "train" and len(splits) > 1 and "{split}" not in folder:
        sentence = (
            f"it is train, but `folder` is one for all {len(splits)} splits, and what trained on one split knows the "
            f"test images of another; write {{split}} into `folder`, with a folder for each of {', '.join(splits)}, or "
            "say `trained_on: all`"
        )
        mistakes.append(("trained_on", sentence))
    every = itertools.product(splits, wanted.seeds, settings.classes or wanted.classes)
    folders = {str(settings.class_folder(*each)) for each in every}
    empty = sorted(path for path in folders if not os.path.isdir(path) or not list_files([Path(path)]))
    if empty:
        more = f" and {len(empty) - 1} more" if len(empty) > 1 else ""
        mistakes.append(
            ("folder", f"{empty[0]}{more} holds no image; put the images that the other tool made of each class there")
        )
    return mistakes


FAMILY = GeneratorFamily(
    ExternalSettings,
    called="a set of images that another tool had made",
    prose="External images, which another tool made, judged by the same rules as those of any other generator.",
    problems_in_study=problems,
)
