"""Plans of studies whose folders are odd, and folders that cannot be listed."""

import os

from augury.planning.checks.class_remarks import class_remarks
from augury.planning.reading import plan_study
from tests.project import small_config


def plan_with_mistakes(**changes):
    """The plan of a small study of real images alone: the study, or what is wrong with it."""
    return plan_study(small_config(generators={}, arms={"real": {}}, **changes))


def remarks(**changes):
    """What is said of the folders of such a study, which is right."""
    study, mistakes = plan_with_mistakes(**changes)
    assert mistakes == []
    return class_remarks(study.classes, study.files)


def close(monkeypatch, name):
    """From now on, nobody may list folders whose path ends in `name`."""
    scandir = os.scandir

    def closed(path):
        if os.fspath(path).endswith(name):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closed)
