"""A study: its completed config, its classes and splits, and what its images contain."""

import copy
import dataclasses
import os
import sys
import time
from functools import cached_property
from pathlib import Path
from typing import Any

from augury.images import demo
from augury.images.digests import HashCache, class_digest
from augury.planning import checks
from augury.planning.folders import class_folders, dataset_name, found_classes, is_demo, part_folders
from augury.planning.schema import as_json, complete, problems
from augury.splits.brought import FOLDER_NAMES
from augury.splits.plan import split_names

# Keys of a section that steer the workflow and are no business of the script that gets the rest.
_FOR_THE_WORKFLOW = ("scope",)


@dataclasses.dataclass
class Study:
    """What the rules ask about a config. `config` is complete and free of problems."""

    config: dict[str, Any]
    classes: list[str]

    @property
    def dataset(self) -> str:
        return self.config["dataset"]

    @property
    def is_demo(self) -> bool:
        return is_demo(self.config["images"])

    @cached_property
    def splits(self) -> list[str]:
        return [str(name) for name in split_names(self.config["split"])]

    @cached_property
    def brought_parts(self) -> list[str]:
        """Parts that the data bring, which are not cut by hash."""
        parts, root = self.config["split"]["parts"], Path(self.config["images"])
        if parts == "folders":
            return sorted({FOLDER_NAMES[path.name.lower()] for path in part_folders(root)})
        return ["train", "test"] if parts == "table" else []

    def folders(self, class_: str) -> list[str]:
        """Folders that hold the images of a class."""
        return [str(path) for path in class_folders(self.config, class_)]

    def digest(self, class_: str) -> str:
        """Changes if and only if the content of a class's files does, or the part that a folder brings.

        Before the demo's images are fetched, the digest of what will be fetched.
        """
        return self._digests[class_]

    @cached_property
    def _digests(self) -> dict[str, str]:
        if self.is_demo and not Path(demo.FOLDER).is_dir():
            return dict(demo.CLASS_DIGESTS)
        began = time.monotonic()
        cache = HashCache(Path("results") / self.dataset / "images" / ".hashes.tsv")
        digests = {}
        for class_ in self.classes:
            found = [
                (folder.parent.name, class_digest([folder], cache)) for folder in class_folders(self.config, class_)
            ]
            digests[class_] = found[0][1] if len(found) == 1 else as_json(found)
        cache.save()
        if time.monotonic() - began > 5:
            print(
                f"augury: hashed the images in {time.monotonic() - began:.0f} s; unchanged files are quick",
                file=sys.stderr,
            )
        return digests

    @property
    def index_settings(self) -> str:
        """What the index of a class depends on, as the JSON that its script takes."""
        specimens, preparation = self.config["specimens"], self.config["preparation"]
        chosen = {key: preparation[key] for key in ("background", "depth16", "min_size_px", "max_pixels")}
        chosen |= {"specimen_regex": specimens["regex"], "specimen_table": specimens["table"]}
        return as_json(chosen | {"near_duplicates": specimens["near_duplicates"]})

    @property
    def pack_settings(self) -> str:
        """How images become the pixels of a pack, likewise."""
        chosen = self.config["preparation"]
        return as_json({key: chosen[key] for key in ("fit", "pad", "background", "depth16", "max_pixels")})

    def settings(self, kind: str, name: str) -> str:
        """Settings of one generator, classifier or arm as the JSON that its script takes."""
        section = self.config[kind][name]
        return as_json({key: value for key, value in section.items() if key not in _FOR_THE_WORKFLOW})

    def generator_classes(self, generator: str) -> list[str]:
        """Folders of a generator: every class, or `all`."""
        return ["all"] if self.config["generators"][generator]["scope"] == "all" else self.classes

    def generator_seed(self, seed: int) -> int:
        """The generator seed whose pools a classifier seed uses: both lists side by side, going round."""
        config = self.config
        return config["generator_seeds"][config["seeds"].index(seed) % len(config["generator_seeds"])]

    def pool_name(self, arm: str) -> str | None:
        """NAME or NAME@SNAPSHOT of the pool that an arm draws from, or None."""
        settings = self.config["arms"][arm]
        if settings["generator"] is None:
            return None
        return settings["generator"] + (f"@{settings['at']}" if settings["at"] else "")

    def pool_size(self, pool: str, selection: str) -> tuple[float, int]:
        """The largest ratio and the largest count that any arm wants of a pool."""
        arms = [
            arm
            for name, arm in self.config["arms"].items()
            if self.pool_name(name) == pool and arm["selection"] == selection
        ]
        ratio = max((arm["ratio"] for arm in arms if arm["count"] is None), default=0.0)
        return ratio, max((arm["count"] for arm in arms if arm["count"] is not None), default=0)

    @cached_property
    def pools(self) -> list[tuple[str, str]]:
        """Every (pool, selection) that some arm draws from."""
        wanted = {
            (self.pool_name(name), arm["selection"]) for name, arm in self.config["arms"].items() if arm["generator"]
        }
        return sorted(wanted)

    @cached_property
    def used_generators(self) -> list[str]:
        """Generators in the config; each is trained, whether an arm uses it or not."""
        return sorted(self.config["generators"])

    def needs_gpu(self, section: dict[str, Any]) -> int:
        """1 where a step should have a GPU to itself: one is asked for, or `auto` finds one on this machine."""
        wanted = section.get("device", "auto")
        wanted = self.config["device"] if wanted == "auto" else wanted
        return int(wanted.startswith("cuda") or (wanted == "auto" and os.path.exists("/dev/nvidia0")))


def plan_study(config: dict[str, Any]) -> tuple[Study | None, list[str]]:
    """The study that a config describes, or the list of all that is wrong with it, one sentence each."""
    config = complete(copy.deepcopy(config))
    found = problems(config)
    if found:
        # Checks that look deeper would trip over what the schema already names; those that don't, still speak.
        return None, found + checks.image_problems(config)
    for section in [*config["generators"].values(), *config["classifiers"].values()]:
        if section["device"] == "auto":
            section["device"] = config["device"]
    root = Path(config["images"])
    config["dataset"] = config["dataset"] or dataset_name(root)
    classes = config["classes"] or (list(demo.CLASS_NAMES) if is_demo(root) else found_classes(config))
    found = checks.study_problems(config, classes)
    return (None, found) if found else (Study(config, classes), [])
