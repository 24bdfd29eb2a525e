"""A study: its completed config, its classes and splits, and what follows from them."""

import dataclasses
import os
from functools import cached_property

from augury.generators import snapshots
from augury.generators.family import FittedSettings, PooledSettings, TrainedSettings
from augury.planning import arms, changed, selections
from augury.planning.folders.class_files import ClassFiles
from augury.planning.folders.contents import Contents
from augury.planning.folders.image_folder import is_demo
from augury.planning.trainings import Trainings
from augury.planning.transfer import Transfer
from augury.settings.families import family
from augury.settings.reading import as_json
from augury.splits.plan import FINAL, split_names
from augury.study.config import Config
from augury.study.images import Decoding, Indexing
from augury.tables.taxonomy import read_taxonomy

# Keys of a section that steer the workflow and are no business of the script that gets the rest.
_FOR_THE_WORKFLOW = ("class_conditional", "classes", "device", "gpus", "init_from", "classifier", "arm", "baseline",
                     "ratios", "with_")  # fmt: skip


@dataclasses.dataclass
class Study:
    """What the rules ask about a config. `config` is complete and free of problems, and holds what is run."""

    config: Config
    classes: list[str]
    not_run: dict[str, str]  # classifiers and ensembles that are left out, and why, as the tables say it
    written: Config  # the complete config with these
    files: ClassFiles
    notes: list[str] = dataclasses.field(default_factory=list)  # what is worth telling before anything runs

    @property
    def dataset(self) -> str:
        return str(self.config.dataset)

    @property
    def is_demo(self) -> bool:
        return is_demo(self.config.images)

    @cached_property
    def splits(self) -> list[str]:
        return [str(name) for name in split_names(self.config.split)]

    @property
    def trained_splits(self) -> list[str]:
        """All that networks are trained on: the study's splits and, where a classifier is handed over, its own."""
        return [*self.splits, FINAL] if self.config.final else self.splits

    @cached_property
    def contents(self) -> Contents:
        """What the images contain."""
        return Contents(self.config, self.classes, self.files)

    @property
    def indexing(self) -> Indexing:
        """What the index of a class depends on."""
        own = self.config.preparation.model_dump(include=set(Decoding.model_fields))
        return Indexing(**own, specimens=self.config.specimens)

    @property
    def pack_settings(self) -> str:
        """How images become the pixels of a pack, as the JSON that its script takes."""
        # The index has left out what is too small: another bound makes no pack anew.
        return as_json(self.config.preparation.model_dump(exclude={"min_size_px"}))

    def settings(self, kind: str, name: str, arm: str = "") -> str:
        """Settings of one generator, classifier (on an arm) or arm as the JSON that its script takes."""
        section = changed.settings_on(self.config, arm, name) if arm else getattr(self.config, kind)[name]
        apart = family("generators", section.family).drawing if kind == "generators" else ()
        return as_json({key: value for key, value in section if key not in (*_FOR_THE_WORKFLOW, *apart)})

    @cached_property
    def transfer(self) -> Transfer:
        """Which training begins with which."""
        path = self.config.taxonomy
        taxonomy = read_taxonomy(path, self.classes) if path else None
        return Transfer(self.config.generators, self.classes, taxonomy)

    @property
    def trained_generators(self) -> list[str]:
        """Generators whose images are not there already."""
        return [name for name, settings in self.config.generators.items() if isinstance(settings, FittedSettings)]

    @property
    def adversarial_generators(self) -> list[str]:
        """Those of them that are trained against a discriminator."""
        known = self.config.generators
        return [name for name in self.trained_generators if family("generators", known[name].family).adversarial]

    @property
    def pooled_generators(self) -> list[str]:
        """Those whose images are real ones of a pool."""
        return [name for name, settings in self.config.generators.items() if isinstance(settings, PooledSettings)]

    @property
    def imported_generators(self) -> list[str]:
        """Those whose images are there already, and of no pool."""
        apart = {*self.trained_generators, *self.pooled_generators}
        return [name for name in self.config.generators if name not in apart]

    @cached_property
    def generator_folders(self) -> list[str]:
        """Folders of generators and of all that is made by class: the classes, `all`, and taxa above."""
        return [*self.classes, "all", *dict.fromkeys(node.folder for node in self.transfer.ancestors)]

    def variants(self, generator: str) -> list[str]:
        """What is scored of a generator: `end`, its snapshots, and truncations that arms draw at, as in `100~0.7`."""
        variants = {"end": None}
        settings = self.config.generators[generator]
        if self.config.scores.snapshots and isinstance(settings, TrainedSettings):
            variants |= dict.fromkeys(map(str, snapshots.schedule(settings)))
        for arm in self.config.arms.values():
            if arm.generator == generator and arm.selection == "random" and arm.snapshot != "best":
                truncated = f"~{arm.truncation:g}" if arm.truncation < 1 else ""
                variants[str(arm.snapshot or "end") + truncated] = None
        return list(variants)

    def scored_size(self) -> tuple[float, int]:
        """Ratio and number of the synthetic images to score, the same for all generators so that they compare."""
        count = self.config.scores.images
        if count is not None:
            return 0.0, count
        drawn = [arm for arm in self.config.arms.values() if arm.generator]
        ratio = max([1.0, *(arm.ratio for arm in drawn if arm.count is None)])
        return ratio, max((arm.count for arm in drawn if arm.count is not None), default=0)

    def generator_seed(self, seed: int) -> int:
        """The generator seed whose pools a classifier seed uses: both lists side by side, going round."""
        config = self.config
        return config.generator_seeds[config.seeds.index(seed) % len(config.generator_seeds)]

    def pool_seed(self, selection: str, seed: int) -> int:
        """The seed of the pool that a classifier seed uses: that of its generator, or its own where images are chosen.

        So a search is repeated for every classifier, also where they share a generator.
        """
        return self.generator_seed(seed) if selection == selections.RANDOM else seed

    @cached_property
    def trainings(self) -> Trainings:
        """Under which seeds classifiers and ensembles stand."""
        return Trainings(self.config, self.pool_seed)

    @property
    def baseline(self) -> str:
        """The arm that the others are compared with; none in a study of generators alone."""
        return arms.first_real(self.config.baseline, self.config.arms)

    @cached_property
    def curve(self) -> list[str]:
        """Arms of the baseline's learning curve, beside the baseline."""
        return arms.curve_of(self.config.arms, self.baseline)

    def baseline_of(self, arm: str) -> str:
        """The arm that one is compared with: its own choice, or the study's."""
        return self.config.arms[arm].baseline or self.baseline

    @cached_property
    def compared(self) -> list[str]:
        """Arms that the verdict compares with a baseline."""
        return [arm for arm in self.config.arms if arm not in (self.baseline, *self.curve)]

    @property
    def primary_arms(self) -> list[str]:
        """Those of them that the study is made for."""
        return self.config.statistics.primary.arms or arms.synthetic(self.config, self.compared)

    def caution(self, arm: str) -> str:
        """What the verdict repeats of the images that an arm takes; empty where they are the study's own."""
        generator = self.config.arms[arm].generator
        if not generator:
            return ""
        pools = ", ".join(self.transfer.pools_behind(generator))
        begun = f"{generator} began with images from elsewhere, of {pools}, on which the baseline is not trained"
        return self.config.generators[generator].statement(generator) or (begun if pools else "")

    def pool_name(self, arm: str) -> str | None:
        """The pool that an arm draws from, or None: NAME, with @SNAPSHOT or @best and ~TRUNCATION where they count."""
        settings = self.config.arms[arm]
        if settings.generator is None:
            return None
        at = f"@{settings.snapshot}" if settings.snapshot else ""
        return settings.generator + at + (f"~{settings.truncation:g}" if settings.truncation < 1 else "")

    def pool_size(self, pool: str, selection: str) -> tuple[float, int]:
        """The largest ratio and the largest count that any arm wants of a pool."""
        drawing = [
            arm for name, arm in self.config.arms.items() if self.pool_name(name) == pool and arm.selection == selection
        ]
        ratio = max((arm.ratio for arm in drawing if arm.count is None), default=0.0)
        return ratio, max((arm.count for arm in drawing if arm.count is not None), default=0)

    @cached_property
    def pools(self) -> list[tuple[str, str]]:
        """Every (pool, selection) that some arm draws from."""
        drawn = ((self.pool_name(name), arm.selection) for name, arm in self.config.arms.items())
        return sorted({(pool, selection) for pool, selection in drawn if pool})

    @property
    def begun_pools(self) -> list[tuple[str, str]]:
        """Those of them whose images begin with training images."""
        chosen = self.config.selections
        return [(pool, name) for pool, name in self.pools if name in chosen and chosen[name].needs.noised]

    def device(self, kind: str, name: str) -> str:
        """Where a network runs: what its own section says, else what the study says."""
        own = getattr(self.config, kind)[name].device
        return self.config.device if own == "auto" else own

    def needs_gpu(self, kind: str = "", name: str = "") -> int:
        """GPUs that a step should have to itself: where they are asked for, or `auto` finds one that is not hidden."""
        wanted = self.device(kind, name) if kind else self.config.device
        on_gpu = wanted.startswith("cuda") or (wanted == "auto" and has_gpu())
        return on_gpu * (self.gpus(name) if kind == "generators" else 1)

    def gpus(self, generator: str) -> int:
        """How many GPUs share a training of a generator."""
        return getattr(self.config.generators[generator], "gpus", 1)


def has_gpu() -> bool:
    """Whether this machine has a GPU that is not hidden."""
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES", "0").strip() in ("", "-1")
    return os.path.exists("/dev/nvidia0") and not hidden
