"""Steps over all classes of a generator that is one network for them, in one process.

What is drawn of any class is stale when the network is, so that nothing is made again for being made together, and a
process loads torch and the networks once. Where it takes long, classes stay apart, for other cores to draw them.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from types import SimpleNamespace
from typing import Any

from augury.command.words import NEXT
from augury.planning.inputs.words import words


class Together:
    """The classes of a study, for rules whose jobs are of one class (which the wildcards name) or of all."""

    def __init__(self, classes: Sequence[str]) -> None:
        self.classes = list(classes)

    def files(self, pattern: str) -> list[str]:
        """A pattern for each class, its other wildcards left: names of classes hold no braces."""
        return [pattern.replace("{class_}", class_) for class_ in self.classes]

    def inputs(self, of_class: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
        """What a job of all reads: files that every class has stand once, others class by class."""

        def files(wildcards: Any) -> dict[str, Any]:
            each = [of_class(one) for one in self.each(wildcards)]
            return {
                name: first if all(files[name] == first for files in each) else _flat(files[name] for files in each)
                for name, first in each[0].items()
            }

        return files

    def words(
        self,
        writes: str,
        folder: bool = False,
        more: Callable[[Any], list[str]] = lambda wildcards: [],
        **options: str,
    ) -> Callable[[Any, Any, Any], list[str]]:
        """The words of each class for its script. Not compared, as they take the inputs (parameters.py).

        writes: the output, or with `folder` its folder, that a class writes. options: an option -> the input that it
        names. more: further words of a class.
        """

        def made(wildcards: Any, input: Any, output: Any) -> list[str]:
            each = self.each(wildcards)
            text = []
            for number, one in enumerate(each):
                text += [NEXT] if len(each) > 1 else []
                text += ["--class", one.class_, *more(one)]
                for option, name in options.items():
                    own = _share(getattr(input, name, []), number, len(each))
                    text += [f"--{option.replace('_', '-')}", *own] if own else []
                written = _share(getattr(output, writes), number, len(each))
                text += ["--output", *([os.path.dirname(written[0])] if folder else written)]
            return words(text)

        return made

    def each(self, wildcards: Any) -> list["Wildcards"]:
        """A job's wildcards with each class in turn, or as they are."""
        named = dict(wildcards.items())
        classes = [named["class_"]] if "class_" in named else self.classes
        return [Wildcards(**named | {"class_": class_}) for class_ in classes]


class Wildcards(SimpleNamespace):
    """As Snakemake's."""

    def items(self) -> Iterable[tuple[str, str]]:
        return vars(self).items()


def _flat(files: Iterable[str | list[str]]) -> list[str]:
    return [path for each in files for path in ([each] if isinstance(each, str) else each)]


def _share(files: str | Sequence[str], number: int, of: int) -> list[str]:
    files = [files] if isinstance(files, str) else list(files)
    size = len(files) // of
    return files[number * size : (number + 1) * size]
