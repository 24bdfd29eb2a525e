"""How many images of a class will be trained on, as far as a plan can tell, and what validating costs where few are."""

import contextlib
from collections.abc import Mapping

from augury.command.errors import UserError
from augury.planning.folders.class_files import ClassFiles
from augury.planning.folders.contents import Contents
from augury.planning.study import Study
from augury.splits.borders import cut
from augury.splits.plan import split_names
from augury.study.config import Config

FEW = 30  # training images per class, below which every one counts
_SMALL = "5 to 20 images per class"  # benchmarks/README.md has what was measured


def training_images(config: Config, contents: Contents, files: ClassFiles) -> dict[str, int]:
    """By class, in the split that has the fewest; none of classes that data divide or that cannot be divided.

    Of how many specimens a class's images are is known at most.
    """
    counts, left, copies = files.counts(contents.classes), {}, config.presplit_augmentation
    for class_ in counts if config.split.parts == "hash" else ():
        specimens = contents.most_specimens(class_)
        if not specimens:
            continue
        with contextlib.suppress(UserError):  # reported already
            parts = [cut(specimens, config.split, split, frozenset(), class_) for split in split_names(config.split)]
            images = counts[class_] * copies.times_per_class.get(class_, copies.times)
            left[class_] = round(images * min(each.count("train") for each in parts) / specimens)
    return left


def validation_remarks(study: Study, trained: Mapping[str, int]) -> list[str]:
    """What a validation part costs a probe that learns from few images, and what going without means.

    Of other classifiers it was not measured, so that nothing is said. trained: training images by class.
    """
    config, mean = study.config, sum(trained.values()) / max(len(trained), 1)
    probes = [name for name, settings in config.classifiers.items() if hasattr(settings, "inner_folds")]
    if not probes or not config.split.validation or config.split.rotate == "validation" or not 0 < mean < FEW:
        return []
    others = [name for name in config.classifiers if name not in probes]
    kept = f"; {' and '.join(others)} would keep the last epoch, which was not measured" if others else ""
    return [
        f"about {mean:.0f} images per class are trained on: of {_SMALL}, keeping 15% to validate cost a probe 3.1 to "
        f"1.6 points of accuracy. `split: {{validation: 0}}` trains {' and '.join(probes)} on them, whose strength is "
        f"chosen by inner folds; then there is no temperature, and predictions have no sets and no abstention{kept}"
    ]
