"""Which generator a training begins with: sideways from another taxon, downward from the taxon above, or a file.

A generator's folder is named after its class, after a taxon above several classes as RANK=TAXON, or `all`; that of a
generator which is trained on a pool as pool=POOL.
"""

import dataclasses
from collections.abc import Mapping
from functools import cached_property

from augury.generators.family import FittedSettings, GeneratorSettings, InitFrom, TrainedSettings
from augury.settings.generation import trained_pool
from augury.tables.taxonomy import Taxonomy

ABOVE = "above"
_POOL = "pool="  # before a pool's name, in a folder's


def pool_path(folder: str) -> str:
    """Where the images of a pool lie in the results. folder: its name, or that of the generator trained on it."""
    return f"pools/{folder.removeprefix(_POOL)}"


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

    def pool_of(self, generator: str) -> str | None:
        """The pool that an entry is trained on, if it is trained on one."""
        return trained_pool(self.generators[generator])

    def pool_node(self, generator: str) -> Node | None:
        """Its training, in that case: the only one."""
        pool = self.pool_of(generator)
        return Node(generator, f"{_POOL}{pool}") if pool else None

    def pools_behind(self, generator: str) -> list[str]:
        """Pools that generators are trained on with which an entry begins, the nearest first."""
        init, pools = self.init_of(generator), []
        while init and init.generator and init.generator != generator:
            generator = init.generator
            pools += [pool] if (pool := self.pool_of(generator)) else []
            init = self.init_of(generator)
        return list(dict.fromkeys(pools))

    def is_conditional(self, generator: str) -> bool:
        """Whether an entry is one generator for all classes."""
        settings = self.generators[generator]
        return isinstance(settings, FittedSettings) and settings.class_conditional and not self.pool_of(generator)

    def members(self, folder: str) -> list[str]:
        """Classes whose images a folder's generator is trained on; none where that is a pool."""
        if folder in self.classes:
            return [folder]
        if folder in self._pool_folders:
            return []
        if folder == "all":
            return self.classes
        # In the order of the classes: another order of the taxonomy's lines is no reason to train again.
        members = set(self.taxonomy.members(*folder.split("=", 1))) if self.taxonomy else set()
        return [name for name in self.classes if name in members]

    def trained(self, folder: str) -> list[str]:
        """What a folder's generator is trained on: the classes, or the folder's own name where that is a pool."""
        return [folder] if folder in self._pool_folders else self.members(folder)

    def own_folders(self, generator: str) -> list[str]:
        """Folders that a generator has for its classes, but for those that another generator's serve."""
        settings = self.generators[generator]
        if self.pool_of(generator):
            return []
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
        if other != node.generator and (pooled := self.pool_node(other)):
            return pooled
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
        """Nodes that no class has for its own: taxa above, and pools; each once, as they are needed."""
        nodes: dict[Node, None] = {}
        for generator in self.generators:
            begun = [self.predecessor(Node(generator, folder)) for folder in self.own_folders(generator)]
            for node in [*begun, self.pool_node(generator)]:
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

    @cached_property
    def _pool_folders(self) -> set[str]:
        return {node.folder for node in map(self.pool_node, self.generators) if node}

    def _target(self, init: InitFrom, folder: str) -> str | None:
        if not init.taxon:
            return folder
        return self.above(folder) if init.taxon == ABOVE else next(iter(self.resolved(init.taxon)), None)
