"""What a plan notices about a study and tells before anything runs. No mistakes: nothing is refused."""

from pathlib import Path

from augury.command.errors import UserError
from augury.images.files import shown
from augury.inspection import names
from augury.planning.changed import with_remarks
from augury.planning.checks.class_remarks import class_remarks
from augury.planning.checks.final import final_remarks
from augury.planning.checks.generators import generator_remarks, too_few_remarks
from augury.planning.checks.training_parts import training_images, validation_remarks
from augury.planning.folders.image_folder import awaits_fetch
from augury.planning.study import Study
from augury.tables.looks import LookRow
from augury.tables.table import read_rows


def remarks(study: Study) -> list[str]:
    """Sentences for the person who plans."""
    of_generators = generator_remarks(study.config, study.classes, study.files)
    trained = training_images(study.config, study.contents, study.files)
    of_generators += too_few_remarks(study.config, study.files.counts(study.classes), trained)
    of_images = class_remarks(study.classes, study.files) + name_remarks(study)
    absent = [name for name in study.written.arms if name not in study.config.arms]
    of_arms = with_remarks(study.config) + [
        f"arm {name} is left out: the classifiers that it is for are not run" for name in absent
    ]
    of_parts = validation_remarks(study, trained)
    return of_images + of_parts + of_generators + of_arms + final_remarks(study) + look_remarks(study)


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


def look_remarks(study: Study) -> list[str]:
    """A sentence where splits are to be added to comparisons all of whose planned looks are over."""
    path = Path("results", study.dataset, "tables", "looks.tsv")
    try:
        rows = read_rows(path, LookRow) if path.exists() else []
    except UserError:
        return []  # the judge says so
    last: dict[tuple[str, str, str], LookRow] = {}
    for row in rows:
        if row.planned and row.arm in study.compared:
            last[row.arm, row.baseline, row.classifier] = row
    over = [row for row in last.values() if row.fraction >= 1 and row.n_splits < len(study.splits)]
    if not over:
        return []
    splits = max(row.n_splits for row in over)
    return [
        f"the last look that was planned has been at {splits} split{'s' * (splits > 1)} ({path}): that verdict stands, "
        f"and what all {len(study.splits)} show is reported beside it without changing a word; looks are planned "
        "before the first of them, by `statistics.looks`"
    ]
