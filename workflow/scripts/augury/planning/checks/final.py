"""Whether what is handed over is there: the arm, the classifier or the ensemble that `final` names."""

import difflib
import os
from collections.abc import Collection

from augury.planning.changed import stands
from augury.planning.study import Study
from augury.splits.plan import FINAL
from augury.study.config import Config


def final_problems(config: Config, classes: list[str]) -> list[str]:
    """A sentence for each mistake in `final`; none where nothing is handed over."""
    final = config.final
    if final is None:
        return []
    problems = []
    arm = config.arms.get(final.arm)
    if arm is None:
        problems.append(_unknown("final.arm", final.arm, "arms", config.arms))
    if (final.classifier is None) == (final.ensemble is None):
        problems.append("`final` names a classifier or an ensemble, one of them; set `classifier` or `ensemble`")
    elif final.classifier is not None and final.classifier not in config.classifiers:
        problems.append(_unknown("final.classifier", final.classifier, "classifiers", config.classifiers))
    elif final.ensemble is not None and final.ensemble not in config.ensembles:
        problems.append(_unknown("final.ensemble", final.ensemble, "ensembles", config.ensembles))
    if problems or arm is None:
        return problems
    if not stands(config, final.arm, final.name):
        problems.append(
            f"`final`: {final.name} is not trained on arm {final.arm}, whose settings mean nothing to it; name another"
        )
    if arm.specimens != 1:
        problems.append(
            f"`final.arm` is {final.arm}, which trains on {arm.specimens:g} times the training part, and the last "
            "training is on every specimen; name an arm with `specimens: 1`"
        )
    if arm.snapshot == "best":
        problems.append(
            f"`final.arm` is {final.arm}, whose generator is drawn at the snapshot with the best score, and scores are "
            "of the study's splits alone; name an arm with a snapshot by its number, or with none"
        )
    return problems + _folder_problems(config, final.arm, classes)


def final_remarks(study: Study) -> list[str]:
    """What is trained beside the study, or why nothing is."""
    wanted, final = study.written.final, study.config.final
    if wanted is None:
        return []
    if final is None:
        return [f"`final` is left out: {wanted.name} is not run"]
    generator = study.config.arms[final.arm].generator
    with_it = f", as is {generator}" if generator in study.trained_generators else ""
    return [
        f"`final`: {final.name} on {final.arm} is trained once more, on every specimen{with_it}; the estimate of time "
        "is without it"
    ]


def _folder_problems(config: Config, arm: str, classes: list[str]) -> list[str]:
    # Of another tool's images, where a folder is kept for each split.
    name = config.arms[arm].generator
    if name is None:
        return []
    seed, settings = config.generator_seeds[0], config.generators[name]
    folders = [settings.class_folder(FINAL, seed, class_) for class_ in classes]
    missing = [str(folder) for folder in folders if folder is not None and not os.path.isdir(folder)]
    return [
        f"`final.arm` is {arm}, and {folder}, of the images that {name} made of every specimen, is no folder; put them "
        "there, or name another arm"
        for folder in missing[:1]
    ]


def _unknown(key: str, name: str, section: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    remedy = f"did you mean `{near[0]}`?" if near else f"it has {', '.join(known) or 'none'}"
    return f"`{key}` is {name}, which `{section}` does not have; {remedy}"
