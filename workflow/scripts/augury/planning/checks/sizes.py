"""Whether classes have images enough to be divided, as far as a plan can tell: before anything is read or trained."""

from augury.command.errors import UserError
from augury.planning.folders.contents import Contents
from augury.splits.borders import cut
from augury.splits.plan import split_names
from augury.study.config import Config


def size_problems(config: Config, contents: Contents) -> list[str]:
    """A sentence for each class that has fewer specimens than the sizes and folds take, however unlike its images are.

    Only where a hash divides: parts that the data bring are as large as they are.
    """
    if config.split.parts != "hash":
        return []
    split, problems = split_names(config.split)[0], []
    for class_ in contents.classes:
        count = contents.most_specimens(class_)
        copies = config.presplit_augmentation
        if count is not None and config.split.unit == "image":
            count *= copies.times_per_class.get(class_, copies.times)
        try:
            if count is not None:
                cut(count, config.split, split, frozenset(), class_)
        except UserError as error:
            problems.append(str(error))
    return problems
