"""What a plan can know of networks without importing them: whether their name exists and their weights are there."""

from augury.classifiers.family import TrainedSettings
from augury.classifiers.sources import FOLDER
from augury.classifiers.timm_names import name_problems
from augury.planning.weights import weight_problems
from augury.scores.naming import INCEPTION
from augury.settings.families import family
from augury.study.config import Config


def network_problems(config: Config) -> list[str]:
    """What families say against their classifiers, a name of no extractor, weights that are not on this machine."""
    problems = [
        f"`classifiers.{name}.{key}`: {sentence}"
        for name, settings in config.classifiers.items()
        for key, sentence in family("classifiers", settings.family).problems(settings)
    ]
    problems += [
        f"`classifiers.{name}.eca` is in_branch, and blocks of {settings.family} have no residual branch; set "
        "`eca: per_block`"
        for name, settings in config.classifiers.items()
        if isinstance(settings, TrainedSettings)
        and settings.eca == "in_branch"
        and not family("classifiers", settings.family).residual
    ]
    problems += [f"`extractor`: {mistake}" for name in config.extractors for mistake in _extractor_problems(name)]
    return problems + weight_problems(config)


def _extractor_problems(name: str) -> list[str]:
    if name != INCEPTION:
        return name_problems(name)
    path = FOLDER / f"{INCEPTION}.pth"
    if path.is_file():
        return []
    return [f"{path} is missing; put torch-fidelity's weights of Inception-v3 there, or name another extractor"]
