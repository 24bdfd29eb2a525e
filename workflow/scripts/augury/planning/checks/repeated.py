"""Keys that stand twice in a mapping of a config file: YAML keeps the last one without a word."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

_MERGE = "tag:yaml.org,2002:merge"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def repeated_keys(paths: Iterable[str | Path]) -> list[str]:
    """A sentence for each such key of each file; what `<<` brings may be replaced. Files that are no YAML have none."""
    problems = []
    for path in paths:
        try:
            with open(path, encoding="utf-8") as file:
                root = yaml.compose(file, Loader=_Loader)
        except (OSError, ValueError, yaml.YAMLError):
            continue  # Snakemake says what is wrong with it
        problems += [f"{path}, {sentence}" for sentence in _repeated(root, "", set())]
    return problems


def _repeated(node: yaml.Node | None, above: str, seen: set[int]) -> Iterator[str]:
    if node is None or id(node) in seen:  # an alias leads to what was looked at
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _repeated(each, above, seen)
    elif isinstance(node, yaml.MappingNode):
        first: dict[tuple[str, str], int] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == _MERGE:
                continue
            name, line = f"{above}{key.value}", key.start_mark.line + 1
            if (key.tag, key.value) in first:
                before = first[key.tag, key.value]
                yield f"line {line}: `{name}` stands in line {before} already; rename one of them or take it out"
            first.setdefault((key.tag, key.value), line)
            yield from _repeated(value, f"{name}.", seen)
