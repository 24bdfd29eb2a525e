"""What is lost of a cluster's profile where the command line stands in for it, and of trainings in storage."""

import contextlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from augury.planning.engine import Engine
from augury.planning.forecast.costs import Costs
from augury.planning.forecast.foretold import duration

# Options of Snakemake that replace a profile's entry of their name whole, their other names, and what that means.
REPLACING = {
    "default-resources": (("--default-res",), "no job asks for them"),
    "set-resources": ((), "jobs of these rules ask for no GPUs and no partition of their own"),
    "resources": (("--res",), "jobs may ask for more than a partition or a node has"),
    "group-components": ((), "each piece of these groups is a submission of its own"),
}
LIMITS = {"runtime": "no longest time", "mem_mb": "no most memory"}
SHOWN = 4  # of what is lost


def cluster_remarks(engine: Engine, words: Sequence[str]) -> list[str]:
    """Sentences about the words of a command line; none where jobs are not submitted."""
    if not engine.on_cluster:
        return []
    profile, remarks, limits = _profile(words), [], dict(LIMITS)
    for option, (others, meaning) in REPLACING.items():
        given = _values(words, f"--{option}", *others)
        if given is None or profile is None:
            continue
        lost = _lost(profile.get(option), given)
        if option == "resources":
            limits = {name: lack for name, lack in limits.items() if name not in lost}
        # A profile that is none of this folder is not read.
        if lost or not profile:
            which = f"{_some(lost)} {'is' if len(lost) == 1 else 'are'} lost" if lost else "that is lost"
            remarks.append(
                f"--{option} on the command line replaces all that the profile says there, and {which}: {meaning}; "
                "edit the profile instead"
            )
    lacking = [name for name in limits if engine.limit(name) is None]
    if lacking:
        entries = ", ".join(f"{name}=..." for name in lacking)
        remarks.append(
            f"jobs have {' and '.join(limits[name] for name in lacking)}, and may ask for more than a partition or a "
            f"node has: say `resources: [{entries}]` in the profile"
        )
    return remarks


def storage_remarks(engine: Engine, costs: Costs) -> list[str]:
    """A sentence where jobs that keep no state would end before a training: in storage none goes on from another's."""
    longest = engine.limit("runtime")
    if not (engine.on_cluster and engine.stores) or longest is None:
        return []
    too_long = {kind: seconds for kind, (_, seconds) in costs.kinds.items() if seconds > 60 * longest}
    if not too_long:
        return []
    kind, seconds = max(too_long.items(), key=lambda entry: entry[1])
    return [
        f"{kind[0]} {' '.join(kind[1:])} takes about {duration(seconds)} ({costs.source}) where a job lasts "
        f"{duration(60 * longest)} at most, and in storage the next one begins anew: raise `runtime` in the profile's "
        "`resources`, or keep results on a shared disk"
    ]


def _profile(words: Sequence[str]) -> dict[str, Any] | None:
    """What the profiles of a command line say, by option; None where it names none."""
    # Each takes one word; a target may follow it.
    named = [given[0] for option in ("--profile", "--workflow-profile") if (given := _values(words, option))]
    if os.environ.get("SNAKEMAKE_PROFILE"):
        named.insert(0, os.environ["SNAKEMAKE_PROFILE"])
    said: dict[str, Any] = {}
    for folder in map(Path, named):  # the later one outranks the one before
        files = [folder] if folder.is_file() else sorted([*folder.glob("config*.yaml"), *folder.glob("profile*.yaml")])
        for path in files:
            # What is wrong with it Snakemake says itself.
            with contextlib.suppress(OSError, ValueError, yaml.YAMLError):
                read = yaml.safe_load(path.read_text(encoding="utf-8"))
                said |= read if isinstance(read, Mapping) else {}
    return said if named else None


def _values(words: Sequence[str], *names: str) -> list[str] | None:
    """The words that belong to an option by any of its names; None where it is not there."""
    found: list[str] | None = None
    taking = False
    for word in words:
        name, is_one, value = word.partition("=")
        if name in names:
            found, taking = [value] if is_one else [], not is_one
        elif word.startswith("-"):
            taking = False
        elif taking and found is not None:
            found.append(word)
    return found


def _lost(entry: Any, given: Sequence[str]) -> list[str]:
    """Names in a profile's entry that are not given anew: NAME=VALUE, or rules of RULE:NAME=VALUE."""
    if isinstance(entry, Mapping):
        entry = [f"{name}:{each}" for name, value in entry.items()
                 for each in (value if isinstance(value, Mapping) else [""])]  # fmt: skip
    names = [each.partition("=")[0].rstrip(":") for each in ([entry] if isinstance(entry, str) else entry or [])]
    kept = {each.partition("=")[0] for each in given}
    return list(dict.fromkeys(name.partition(":")[0] for name in names if name not in kept))


def _some(names: Sequence[str]) -> str:
    more = len(names) - SHOWN
    if more > 0:
        return f"{', '.join(names[:SHOWN])} and {more} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
