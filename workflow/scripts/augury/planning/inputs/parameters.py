"""Parameters of rules, in the forms that Snakemake takes. It compares a parameter with that of the last run, and runs a
job again that has another, unless the parameter's function takes more than the wildcards."""

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

from augury.planning.inputs.words import words


def uncompared(value: Any) -> Callable[[Any, Any], Any]:
    """A value, or a function of the wildcards, that Snakemake does not compare: no result depends on it.

    That is where something lies or runs, and what the inputs or a digest beside it stand for.
    """
    return lambda wildcards, input: value(wildcards) if callable(value) else value


def listed(*names: str) -> Callable[[Any, Any], list[str]]:
    """Inputs as options of their names, through a file where they are many; of none, no option.

    Not compared: the inputs themselves are.
    """

    def options(wildcards: Any, input: Any) -> list[str]:
        lists = {name: getattr(input, name, []) for name in names}
        lists = {name: [files] if isinstance(files, str) else files for name, files in lists.items() if files}
        return words(word for name, files in lists.items() for word in (f"--{name.replace('_', '-')}", *files))

    return options


def located(files: Iterable[str] = (), **folders: str) -> Callable[[Any, Any], list[str]]:
    """Inputs that a job has, where they lie for it, as options. Not compared, as above.

    files: inputs that are the option of their own name. folders: option -> an input, whose folder is meant.
    """

    def options(wildcards: Any, input: Any) -> list[str]:
        named = {name: getattr(input, name, []) for name in (*files, *folders.values())}
        first = {name: each if isinstance(each, str) else next(iter(each), "") for name, each in named.items()}
        taken = [(name, first[name]) for name in files]
        taken += [(option, os.path.dirname(first[name])) for option, name in folders.items()]
        return [word for option, path in taken if path for word in (f"--{option.replace('_', '-')}", path)]

    return options


def folders_of(name: str) -> Callable[[Any, Any], list[str]]:
    """The folders of an input's files, in their order. Not compared, as above."""
    return lambda wildcards, input: list(map(os.path.dirname, getattr(input, name)))


def options(settings: dict[str, Any]) -> list[str]:
    """Settings as options of their names, for a script."""
    return [word for key, value in sorted(settings.items()) for word in (f"--{key.replace('_', '-')}", str(value))]


def one_of(names: Iterable[str]) -> str:
    """A pattern of these names, for wildcards; without any, one that nothing fits."""
    return "|".join(map(re.escape, names)) or "(?!)"
