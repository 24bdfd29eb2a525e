"""Which networks may judge the images of a study's generators: none that a discriminator looks through."""

from augury.generators.family import GeneratorSettings, PooledSettings
from augury.scores.judges import judges
from augury.settings.families import family
from augury.study.config import Config


def judges_of(config: Config, settings: GeneratorSettings) -> list[str]:
    """The extractors that may judge a generator's images: those that it does not look through."""
    return judges(config.extractors, looked_through(config, settings))


def looked_through(config: Config, settings: GeneratorSettings) -> list[str]:
    """The networks that a generator's discriminator looks through, or by which its images are retrieved."""
    if isinstance(settings, PooledSettings):
        return [getattr(settings, "extractor", None) or config.extractors[0]] if config.extractors else []
    return list(family("generators", settings.family).looks_through)


def judging_problems(config: Config) -> list[str]:
    """Arms whose images a network would choose that the generator was trained to please, a sentence each."""
    problems = []
    for name, arm in config.arms.items():
        generator = config.generators.get(arm.generator or "")
        if generator is None or not config.extractors or judges_of(config, generator):
            continue
        chosen = config.selections.get(arm.selection)
        for key, asked in (("snapshot", arm.snapshot == "best"), ("selection", bool(chosen and chosen.needs.features))):
            if asked:
                problems.append(
                    f"`arms.{name}.{key}` would be chosen by {config.extractors[0]}, which {arm.generator}'s "
                    "discriminator looks through, so that the choice would be circular; name another network in "
                    "`extractor`"
                )
    return problems
