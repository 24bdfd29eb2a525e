"""From a config to a study, or to all that is wrong with it."""

import os
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from augury.command.errors import UserError
from augury.datasets import demo
from augury.planning import arms, overlay, selections
from augury.planning.checks import consistency
from augury.planning.checks.corrections import correction_notes
from augury.planning.checks.joined import join_problems
from augury.planning.checks.labels import label_notes
from augury.planning.checks.named import pattern_problems
from augury.planning.checks.parts import table_problems
from augury.planning.checks.sizes import size_problems
from augury.planning.checks.written import as_meant
from augury.planning.folders.class_files import ClassFiles
from augury.planning.folders.image_folder import awaits_fetch, dataset_name, path_problems, with_expanded_paths
from augury.planning.folders.labelled_files import LabelledFiles
from augury.planning.folders.listing import read_listing
from augury.planning.study import Study
from augury.planning.weights import without_missing
from augury.settings.sentences import problems
from augury.study.config import Config


def plan_study(
    config: dict[str, Any], texts: dict[str, Any] | None = None, listed: bool = False
) -> tuple[Study | None, list[str]]:
    """The study that a config describes, or the list of all that is wrong with it, one sentence each.

    texts: its files as they are written (checks.written), for names of which YAML makes something else. listed: where
    the images are not on this machine, they were listed and checked where they are.
    """
    written = as_meant(config, texts or {})
    written = arms.expanded(overlay.without_left_out(written))
    written, mistaken = overlay.applied(selections.with_families(overlay.with_classifier_families(written)))
    written = with_expanded_paths(written)
    mistaken += path_problems(written)
    try:
        complete = Config.model_validate(written)
    except ValidationError as error:
        mistaken = problems(Config, error) + mistaken
    if mistaken:
        # Checks that look deeper would trip over what the types already name; those that don't, still speak.
        return None, mistaken + consistency.image_problems(*map(written.get, ("images", "classes", "source")))
    root = Path(complete.images)
    complete = complete.model_copy(update={"dataset": complete.dataset or dataset_name(root)})
    if listed and not os.path.isdir(root):
        contents, (run, not_run) = read_listing(complete), without_missing(complete)
        study = Study(run, contents.classes, not_run, complete, contents.files)
        study.contents = contents
        return study, []
    files = LabelledFiles(complete) if complete.labels else ClassFiles(complete)
    unlooked = consistency.image_problems(complete.images, complete.classes, complete.source)
    try:
        classes = complete.classes or (
            list(demo.CLASS_NAMES) if awaits_fetch(root) else [] if unlooked else files.names
        )
        mistaken = consistency.study_problems(complete, classes, None if unlooked else files)
    except UserError as error:
        mistaken = [str(error), *consistency.study_problems(complete, complete.classes or [], None)]
    if mistaken:
        return None, mistaken
    run, not_run = without_missing(complete)
    study = Study(run, classes, not_run, complete, files)
    study.notes += label_notes(files) if isinstance(files, LabelledFiles) else []
    study.notes += correction_notes(files)
    for look in (join_problems, pattern_problems):
        mistakes, notes = look(study.contents)
        mistaken += mistakes
        study.notes += notes
    mistaken += [] if mistaken else size_problems(run, study.contents) + table_problems(study.contents)
    if not mistaken:
        mistaken += study.contents.shared.problems()
        study.notes += study.contents.shared.notes()
    return (None, mistaken) if mistaken else (study, [])
