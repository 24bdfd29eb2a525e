"""Which generator a training begins with: sideways from another taxon, downward from the taxon above, or a file.

A generator's folder is named after its class, after a taxon above several classes as RANK=TAXON, or `all`.
"""

import dataclasses
from collections.abc import Mapping
from functools import cached_property

from augury.generators.family import AdversarialSettings, FittedSettings, GeneratorSettings, InitFrom, TrainedSettings
from augury.settings.fields import plain
from augury.tables.taxonomy import Taxonomy

ABOVE = "above"


@dataclasses.dataclass(frozen=True)
class Node:
    """One trained generator of each seed and split."""

    generator: str
    folder: str


@dataclasses.dataclass
class Transfer:
    """The trainings that a config's `init_from` asks for."""

    generators: Mapping[str, GeneratorSettings]
    classes: list[str]
    taxonomy: Taxonomy | None

    def init_of(self, generator: str) -> InitFrom | None:
        """What an entry names to begin with."""
        settings = self.generators[generator]
        return settings.init_from if isinstance(settings, TrainedSettings) else None

    def is_conditional(self, generator: str) -> bool:
        """Whether an entry is one generator for all classes."""
        settings = self.generators[generator]
        return isinstance(settings, FittedSettings) and settings.class_conditional

    def members(self, folder: str) -> list[str]:
        """Classes whose images a folder's generator is trained on."""
        if folder in self.classes:
            return [folder]
        if folder == "all":
            return self.classes
        # In the order of the classes: another order of the taxonomy's lines is no reason to train again.
        members = set(self.taxonomy.members(*folder.split("=", 1))) if self.taxonomy else set()
        return [name for name in self.classes if name in members]

    def own_folders(self, generator: str) -> list[str]:
        """Folders that a generator has for its classes, but for those that another generator's serve."""
        settings = self.generators[generator]
        if self.is_conditional(generator):
            return ["all"]
        wanted = [name for name in self.classes if settings.classes is None or name in settings.classes]
        return [name for name in wanted if self.serving(Node(generator, name)) == Node(generator, name)]

    def serving(self, node: Node) -> Node:
        """The node itself; or, where it would start sideways from its own class, the node that it would start from."""
        init = self.init_of(node.generator)
        other = (init and init.generator) or node.generator
        if init and init.taxon and other != node.generator and self._target(init, node.folder) == node.folder:
            return self.serving(Node(other, node.folder))
        return node

    def predecessor(self, node: Node) -> Node | None:
        """The node that a training begins with; None from scratch or a file."""
        init = self.init_of(node.generator)
        if not init or init.file:
            return None
        other = init.generator or node.generator
        target = self._target(init, node.folder)
        if target is None or Node(other, target) == node:
            return None
        return self.serving(Node(other, target))

    def file(self, node: Node) -> str | None:
        """The folder of a trained generator that a config names for a training."""
        init = self.init_of(node.generator)
        return init.file if init else None

    def name(self, node: Node) -> str:
        """What tables call that beginning."""
        before = self.predecessor(node)
        return f"{before.generator}/{before.folder}" if before else self.file(node) or "scratch"

    @cached_property
    def ancestors(self) -> list[Node]:
        """Nodes that no class has for its own: taxa above, each once, in the order in which they are needed."""
        nodes: dict[Node, None] = {}
        for generator in self.generators:
            for folder in self.own_folders(generator):
                node = self.predecessor(Node(generator, folder))
                while node is not None:
                    if node.folder not in (*self.classes, "all"):
                        nodes[node] = None
                    node = self.predecessor(node)
        return list(nodes)

    def above(self, folder: str) -> str | None:
        """The nearest taxon with more classes than the folder's, or None."""
        if self.taxonomy is None or folder == "all":
            return None
        members = set(self.members(folder))
        lineage = self.taxonomy.taxa[self.members(folder)[0]]
        for rank, taxon in reversed(list(zip(self.taxonomy.ranks, lineage, strict=True))):
            if taxon and set(self.taxonomy.members(rank, taxon)) > members:
                return f"{rank}={taxon}"
        return None

    def taxa(self) -> dict[str, list[str]]:
        """Each class's taxa above, as RANK=TAXON, the highest first: those of several classes, but not of all."""
        taxonomy = self.taxonomy
        if taxonomy is None:
            return {}
        conditions: dict[str, list[str]] = {}
        for class_ in self.classes:
            for rank, taxon in zip(taxonomy.ranks, taxonomy.taxa[class_], strict=True):
                if taxon and 1 < len(taxonomy.members(rank, taxon)) < len(self.classes):
                    conditions.setdefault(class_, []).append(f"{rank}={taxon}")
        return conditions

    def resolved(self, taxon: str) -> list[str]:
        """Folders that a name in `init_from.taxon` may mean: a class, or the taxa of that name with several classes."""
        if taxon in self.classes or self.taxonomy is None:
            return [taxon] if taxon in self.classes else []
        named = [(rank, name) for rank in self.taxonomy.ranks for name in self.taxonomy.names(rank)]
        folders: dict[tuple[str, ...], str] = {}
        for rank, name in named:
            if taxon in (name, f"{rank}={name}"):
                members = self.taxonomy.members(rank, name)
                # A taxon of one class is that class; taxa of one name and the same classes are one.
                folders.setdefault(tuple(members), members[0] if len(members) == 1 else f"{rank}={name}")
        return list(folders.values())

    def _target(self, init: InitFrom, folder: str) -> str | None:
        if not init.taxon:
            return folder
        return self.above(folder) if init.taxon == ABOVE else next(iter(self.resolved(init.taxon)), None)


def problems(transfer: Transfer) -> list[str]:
    """What is wrong with the `init_from` of a config, one sentence each."""
    mistakes = []
    for name, settings in transfer.generators.items():
        init, key = transfer.init_of(name), f"generators.{name}.init_from"
        unknown = sorted(set(settings.classes or []) - set(transfer.classes))
        if unknown:
            mistakes.append(
                f"`generators.{name}.classes` has '{unknown[0]}', which is no class of this study; mend the name"
            )
        if settings.classes and transfer.is_conditional(name):
            mistakes.append(
                f"`generators.{name}.classes` has no use with `class_conditional: true`, which serves every class; "
                "take it out"
            )
        if isinstance(settings, AdversarialSettings) and settings.freeze_layers and not init:
            mistakes.append(
                f"`generators.{name}.freeze_layers` keeps the weights that a training starts from; name them in `{key}`"
            )
        if init:
            mistakes += [f"`{key}`: {sentence}" for sentence in _init_problems(transfer, name, init)]
    return mistakes or [f"`generators.{name}.init_from`: {sentence}" for name, sentence in _circles(transfer)]


def _init_problems(transfer: Transfer, name: str, init: InitFrom) -> list[str]:
    settings, other = transfer.generators[name], init.generator
    if init.file:
        return ["`file` stands alone; take out `taxon` and `generator`"] if init.taxon or other else []
    if other and other not in transfer.generators:
        return [f"`generators` has no {other} (it has {', '.join(transfer.generators)})"]
    if not init.taxon and other in (None, name):
        return ["it names nothing to start from; give `taxon`, `generator` or `file`"]
    before = transfer.generators[other or name]
    mistakes = [
        f"{other} has `{key}: {plain(old)}` and this one `{key}: {plain(new)}`; weights pass between equals only"
        for key in ("family", "class_conditional", "size_px", "channels")
        if (old := getattr(before, key, None)) != (new := getattr(settings, key))
    ]
    if init.taxon and transfer.is_conditional(name):
        mistakes.append(
            "a generator with `class_conditional: true` has every taxon already; set it to false, or take out `taxon`"
        )
    if init.taxon == ABOVE and transfer.taxonomy is None:
        mistakes.append("`taxon: above` needs a table of ranks; name it in `taxonomy`")
    elif init.taxon and init.taxon != ABOVE:
        matches = transfer.resolved(init.taxon)
        if not matches:
            mistakes.append(f"no class and no taxon is called '{init.taxon}'; mend the name or add it to the taxonomy")
        elif len(matches) > 1:
            mistakes.append(f"'{init.taxon}' may mean {' or '.join(matches)}; write one of these")
    return mistakes


def _circles(transfer: Transfer) -> list[tuple[str, str]]:
    for generator in transfer.generators:
        first = transfer.init_of(generator)
        seen, name = [generator], first.generator if first else None
        while name and name != seen[-1]:
            if name in seen:
                return [
                    (generator, f"{' -> '.join([*seen, name])} goes in a circle; let one of them start from scratch")
                ]
            seen.append(name)
            init = transfer.init_of(name)
            name = init.generator if init else None
    return []
