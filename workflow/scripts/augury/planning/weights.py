"""Pretrained weights as a plan sees them: which a study needs, which are here, and what becomes of the others."""

from augury.classifiers.family import ClassifierSettings
from augury.classifiers.sources import FOLDER, PACKAGED, SUFFIXES, fetched, find
from augury.command.errors import UserError
from augury.images.files import file_sha256
from augury.planning.changed import stands
from augury.scores.naming import INCEPTION
from augury.study.config import Config

NOT_RUN = "not run: weights missing"  # in the cells of what was left out


def wanted_weights(settings: ClassifierSettings) -> list[str]:
    """Architectures whose weights a classifier's settings ask for by name; a path and `false` ask for none."""
    architectures, wanted = settings.starts_from()
    return list(architectures) if wanted in ("auto", True) else []


def is_missing(architecture: str) -> bool:
    """Whether weights are neither in the folder nor in a package.

    A package counts as there: the requirements bring it to where the trainer runs, if not to where the plan is made.
    """
    return architecture not in PACKAGED and not _in_folder(architecture)


def comes_by_rule(architecture: str) -> bool:
    """Whether the file of an architecture is made by fetch_weights: it is missing, or was fetched before."""
    return is_missing(architecture) or fetched(architecture, FOLDER) is not None


def fetched_architectures(config: Config) -> list[str]:
    """The architectures of a study that fetch_weights serves, each once."""
    wanted = [name for settings in config.classifiers.values() for name in wanted_weights(settings)]
    wanted += [name for name in config.extractors if name != INCEPTION]
    return [name for name in dict.fromkeys(wanted) if comes_by_rule(name)]


def weights_digest(settings: ClassifierSettings) -> str:
    """Changes with the files of weights that a network would start from; empty where it starts from none.

    A fetched file counts by its record, which is an input; its content is not known before it is there. A package's
    weights count by the sha256 that the trainer checks: the package may be installed elsewhere.
    """
    architectures, wanted = settings.starts_from()
    if isinstance(wanted, str) and wanted != "auto":
        return find(architectures[0], wanted, FOLDER).sha256[:16]
    return ",".join(map(_digest, wanted_weights(settings)))


def extractor_digest(name: str) -> str:
    """Changes with the weights of an extractor."""
    if name == INCEPTION:
        path = FOLDER / f"{INCEPTION}.pth"
        return file_sha256(path)[:16] if path.is_file() else "missing"
    return _digest(name)


def is_known(name: str, digest: str) -> bool:
    """Whether a digest is that of a package, or of what fetch_weights brings, whose record is an input."""
    return digest == "fetched" or (name in PACKAGED and digest == PACKAGED[name].sha256[:16])


def weight_problems(config: Config) -> list[str]:
    """Weights that are not on this machine and will not be fetched, a sentence each, by `missing_weights`."""
    word, problems = config.missing_weights, []
    for name, settings in config.classifiers.items():
        key, (architectures, wanted) = f"classifiers.{name}.pretrained", settings.starts_from()
        if isinstance(wanted, str) and wanted != "auto":
            problems += _missing_problems(key, architectures[0], wanted)
        elif word == "stop":
            missing = [each for each in wanted_weights(settings) if is_missing(each)]
            problems += [sentence for each in missing for sentence in _missing_problems(key, each, True)]
    left_out = _without_weights(config) if word == "skip" else {}
    if config.classifiers and left_out.keys() == config.classifiers.keys():
        lacking = ", ".join(dict.fromkeys(each for names in left_out.values() for each in names))
        problems.append(
            f"`missing_weights` is skip, and no classifier is left: the weights of {lacking} are not on this machine; "
            f"put them into {FOLDER}, set `missing_weights: fetch`, or name a classifier that starts from scratch"
        )
    unscored = _lacking_extractors(config) if word != "fetch" else []
    if word == "skip" and len(unscored) < len(config.extractors):
        unscored = []
    return problems + [
        f"`extractor`: no weights of {name} are on this machine; put timm's file at "
        f"{FOLDER / name}{SUFFIXES[0]}, set `missing_weights: fetch`, or name another extractor"
        for name in unscored
    ]


def without_missing(config: Config) -> tuple[Config, dict[str, str]]:
    """A config without the classifiers and ensembles that `missing_weights: skip` leaves out, and why, by their names.

    An ensemble is left out when one of its members is: of fewer members it would be another. So are arms that are for
    none but these, and extractors, of whom nothing is said: tables name those that scored.
    """
    if config.missing_weights != "skip":
        return config, {}
    lacking = _lacking_extractors(config)
    if lacking:
        config = config.model_copy(update={"extractor": [each for each in config.extractors if each not in lacking]})
    left_out = _without_weights(config)
    if not left_out:
        return config, {}
    ensembles = {
        name: entry
        for name, entry in config.ensembles.items()
        if left_out.keys() & set(entry.classifiers or config.classifiers)
    }
    sections = {
        "classifiers": {name: entry for name, entry in config.classifiers.items() if name not in left_out},
        "ensembles": {name: entry for name, entry in config.ensembles.items() if name not in ensembles},
    }
    if config.final and config.final.name in left_out | ensembles:
        sections["final"] = None
    run = config.model_copy(update=sections)
    arms = {name: arm for name, arm in run.arms.items() if any(stands(run, name, each) for each in run.classifiers)}
    return run.model_copy(update={"arms": arms}), dict.fromkeys([*left_out, *ensembles], NOT_RUN)


def _lacking_extractors(config: Config) -> list[str]:
    return [name for name in config.extractors if name != INCEPTION and is_missing(name)]


def _without_weights(config: Config) -> dict[str, list[str]]:
    """Classifiers whose weights are missing, with the architectures that they lack."""
    wanted = {name: wanted_weights(entry) for name, entry in config.classifiers.items()}
    lacking = {name: [each for each in architectures if is_missing(each)] for name, architectures in wanted.items()}
    return {name: architectures for name, architectures in lacking.items() if architectures}


def _in_folder(architecture: str) -> bool:
    return any((FOLDER / f"{architecture}{suffix}").is_file() for suffix in SUFFIXES)


def _digest(architecture: str) -> str:
    if comes_by_rule(architecture):
        return "fetched"
    try:
        return find(architecture, "auto", FOLDER).sha256[:16]
    except UserError:
        return PACKAGED[architecture].sha256[:16]


def _missing_problems(key: str, architecture: str, wanted: str | bool) -> list[str]:
    try:
        find(architecture, wanted, FOLDER)
    except UserError as error:
        return [f"`{key}`: {error}"]
    return []
