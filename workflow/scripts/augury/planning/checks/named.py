"""What `specimens.regex` makes of the images' names: mistakes, and what is worth telling."""

import os
from pathlib import Path

from augury.command.errors import UserError
from augury.images.files import shown
from augury.planning.folders.contents import Contents

_MEAN = "put its parentheses round what names the specimen alone"


def pattern_problems(contents: Contents) -> tuple[list[str], list[str]]:
    """Mistakes, one sentence each, and what the pattern leaves open, likewise."""
    pattern = contents.naming.pattern
    if not pattern or not any(contents.images.values()):
        return [], []
    try:
        names = {class_: _by_pattern(contents, class_) for class_ in contents.classes}
    except UserError as error:
        return [str(error)], []
    every = [pair for pairs in names.values() for pair in pairs]
    if not every:
        return [], []  # the table names every image
    where, root = f"`specimens.regex` {shown(pattern.text)}", Path(contents.config.images)
    paths = [f"`{shown(os.path.relpath(path, root))}`" for path, name in every if not name]
    if len(paths) == len(every):
        return [
            f"{where} names no image: it is searched in paths such as {paths[0]}, and fits none, or with an empty "
            "group; mend it or leave it empty"
        ], []
    given = {class_: {name for _, name in pairs if name} for class_, pairs in names.items()}
    alike = not paths and all(len(given[class_]) == 1 < len(pairs) for class_, pairs in names.items())
    if alike and contents.config.split.parts == "hash":
        class_ = contents.classes[0]
        return [
            f"{where} gives all images of a class one name (`{shown(min(given[class_]))}` in {class_}); {_MEAN}"
        ], []
    notes = []
    if paths:
        notes.append(
            f"{where} names {len(every) - len(paths)} of {len(every)} images; the first that it does not name: "
            f"{paths[0]}"
        )
    elif len(set().union(*given.values())) == len(every):
        notes.append(f"{where} names {len(every)} specimens of {len(every)} images, so none has a second view; {_MEAN}")
    return [], notes


def _by_pattern(contents: Contents, class_: str) -> list[tuple[Path, str | None]]:
    """Path and name of the images of a class that the table of specimens does not name."""
    join, images = contents.naming.join, contents.images[class_]
    return [
        (path, name)
        for (_, path, sha256), name in zip(images, contents.names[class_], strict=True)
        if not join.find(path, sha256)
    ]
