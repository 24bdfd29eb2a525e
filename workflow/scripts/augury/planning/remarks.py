"""What a plan notices about a study and tells before anything runs. No mistakes: nothing is refused."""

import os
from collections.abc import Sequence

from augury.images.files import shown
from augury.inspection import names
from augury.planning.class_remarks import class_remarks
from augury.planning.folders import awaits_fetch
from augury.planning.study import Study


def remarks(study: Study) -> list[str]:
    """Sentences for the person who plans."""
    return class_remarks(study.classes, study.files) + name_remarks(study)


def name_remarks(study: Study) -> list[str]:
    """What file names tell of specimens, where the config does not say what a specimen is."""
    specimens = study.config["specimens"]
    if specimens["regex"] or specimens["table"] or awaits_fetch(study.config["images"]):
        return []
    files = {class_: _below(study, class_) for class_ in study.classes}
    found = [names.suggest(files), names.repeated(files)]
    return [shown(each.sentence) for each in found if each]


def _below(study: Study, class_: str) -> Sequence[str]:
    """Paths of a class's files below its folders, as patterns of specimens see them."""
    found = []
    for folder in study.files.folders(class_):
        begin = len(os.path.join(folder, ""))
        found += [str(path)[begin:].replace(os.sep, "/") for path in study.files.files_in(folder)]
    return found
