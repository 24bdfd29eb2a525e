"""What a plan notices about a study and tells before anything runs. No mistakes: nothing is refused."""

from augury.images.files import shown
from augury.inspection import names
from augury.planning.checks.class_remarks import class_remarks
from augury.planning.checks.looked import look_remarks
from augury.planning.folders.image_folder import awaits_fetch
from augury.planning.study import Study


def remarks(study: Study) -> list[str]:
    """Sentences for the person who plans."""
    return class_remarks(study.classes, study.files) + name_remarks(study) + look_remarks(study)


def name_remarks(study: Study) -> list[str]:
    """What file names tell of specimens, where the config does not say what a specimen is."""
    specimens = study.config.specimens
    if specimens.regex or specimens.table or awaits_fetch(study.config.images):
        return []
    files = {class_: study.files.below(class_) for class_ in study.classes}
    suggestions = [names.suggest(files), names.repeated(files)]
    sentences = [shown(each.sentence) for each in suggestions if each]
    # Where a table gives the classes, no path begins with the class's folder.
    return [sentence.replace("'^[^/]+/", "'^") for sentence in sentences] if study.config.labels else sentences
