"""What a classifier is: the part of its classifier.json that is known before the training."""

import dataclasses
from pathlib import Path
from typing import Any

from augury.classifiers.family import ClassifierSettings
from augury.classifiers.sizes import channels_of, image_px
from augury.command.errors import UserError
from augury.settings.families import family, is_family
from augury.settings.reading import checked
from augury.study.arms import Arm
from augury.tables.description import read_description


@dataclasses.dataclass(frozen=True)
class Description:
    """Names as in the config; classes in the order of the labels."""

    classifier: str
    arm: str
    arm_settings: Arm
    split: str
    seed: int
    classes: list[str]
    settings: ClassifierSettings
    record: dict[str, Any] = dataclasses.field(default_factory=dict)  # of a trained one, all of classifier.json

    @property
    def size_px(self) -> int:
        """Side of the images as they are kept."""
        return image_px(self.settings)

    @property
    def channels(self) -> int:
        """Channels of the images."""
        return channels_of(self.settings)

    @property
    def architecture(self) -> str:
        """The network's name in tables: in its library, or that of its family."""
        return getattr(self.settings, "architecture", self.settings.family)

    @property
    def label(self) -> str:
        """What messages call its training."""
        return f"{self.classifier} on {self.arm} seed {self.seed}"

    def as_record(self) -> dict[str, Any]:
        """The beginning of its classifier.json."""
        names = ("classifier", "arm", "split", "seed", "classes", "architecture", "size_px", "channels")
        return {name: getattr(self, name) for name in (*names, "arm_settings", "settings")}


def read(path: Path) -> Description:
    """The description in a classifier.json. Raises UserError where it is no trained classifier's, or damaged."""
    record = read_description(path)
    try:
        name = record["settings"]["family"]
        if not is_family("classifiers", name):
            raise UserError(f"`family: {name}` is no family of classifiers")
        own = {key: record[key] for key in ("classifier", "arm", "split", "seed", "classes")}
        settings = checked(record["settings"], family("classifiers", name).settings)
        return Description(**own, settings=settings, arm_settings=checked(record["arm_settings"], Arm), record=record)
    except (KeyError, TypeError) as error:
        raise UserError(f"{path} does not say what its classifier is ({error}); train it again") from None
    except UserError as error:
        raise UserError(f"{path}: {error}; train the classifier again") from None
