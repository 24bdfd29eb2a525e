"""Arms that a config asks for without writing each: several ratios, controls, and the learning curve."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from augury.generators.family import FittedSettings, TrainedSettings
from augury.settings.families import families, family, is_family
from augury.study.arms import Arm
from augury.study.config import Config

# Copies that suit any orientation-bound image: no flips, for which orientation must mean nothing.
_COPIES = {"rotation_degrees": 15, "scale": 0.1, "shift": 0.05, "brightness": 0.1, "contrast": 0.1}
_ARMS = Config.model_fields["arms"].default
TWICE, COPIER, CLASSICAL = "twice", "copier", "classical"
ADDED = ("only", "equal-steps", "classical")  # of controls that have a generator's images, the ends of their names


def expanded(config: dict[str, Any]) -> dict[str, Any]:
    """A copy of a config as it was written with those arms, each under a name that no arm has yet.

    What is not of the right kind is left as it is, for the schema to name.
    """
    config = copy.deepcopy(config)
    arms = config.get("arms", _ARMS)
    if not isinstance(arms, dict) or not arms:
        return config  # without arms, generators are trained alone
    baseline = first_real(config.get("baseline"), arms)
    arms = _with_ratios(arms)
    if config.get("controls") is True and isinstance(config.get("generators") or {}, dict):
        generators = config.get("generators") or {}
        added, entries = _controls(generators)
        arms = arms | {name: arm for name, arm in added.items() if name not in arms}
        config["generators"] = generators | {name: entry for name, entry in entries.items() if name not in generators}
    multiples = config.get("learning_curve")
    if isinstance(multiples, list) and isinstance(arms.get(baseline) or {}, dict):
        numbers = [each for each in multiples if isinstance(each, int | float) and each != 1]
        curve = {f"{baseline}-x{each:g}": (arms.get(baseline) or {}) | {"specimens": each} for each in numbers}
        arms = arms | {name: arm for name, arm in curve.items() if name not in arms}
    return config | {"arms": arms} if "arms" in config or arms != _ARMS else config


def first_real(named: Any, arms: dict[str, Any]) -> str:
    """The baseline's name: the one given, or the first arm that takes no synthetic images, or the first; or none.

    Arms that change how classifiers are trained come after those that do not.
    """
    written = {name: dict(arm) for name, arm in arms.items() if isinstance(arm, dict | Arm)}
    real = [name for name in arms if not _draws(written.get(name, {}))]
    plain = [name for name in real if not any(written.get(name, {}).get(key) for key in ("with", "with_"))]
    return named if named and isinstance(named, str) else next(iter([*plain, *real, *arms]), "")


def curve_of(arms: Mapping[str, Arm], baseline: str) -> list[str]:
    """Arms of a completed config that are the baseline with another number of real specimens."""

    def plain(name: str) -> dict[str, Any]:
        return arms[name].model_dump(exclude={"specimens", "baseline"})

    return [name for name in arms if arms[name].specimens != 1 and plain(name) == plain(baseline)]


def synthetic(config: Config, compared: Sequence[str]) -> list[str]:
    """Of the compared arms of a completed config those whose gain would be a generator's; all where there are none.

    The controls that `controls: true` adds, and arms of a copier, ask what a gain must be distinguished from.
    """
    generators, added = config.generators, set()
    if config.controls:
        added = {f"{name}-{suffix}" for name in generators for suffix in ADDED}
    real = {name for name, entry in generators.items() if family("generators", entry.family).is_control}
    with_images = [
        arm for arm in compared if (name := config.arms[arm].generator) and name not in real and arm not in added
    ]
    return with_images or list(compared)


def problems(config: Config) -> list[str]:
    """What is wrong with baselines, numbers of specimens and images that are there already, one sentence each."""
    mistakes = _baseline_problems(config) + _primary_problems(config)
    for name, arm in config.arms.items():
        mistakes += _use_problems(name, arm)
        generator = config.generators.get(arm.generator or "")
        if isinstance(generator, FittedSettings) and not isinstance(generator, TrainedSettings) and arm.snapshot:
            mistakes.append(
                f"`arms.{name}.snapshot` has no meaning for {arm.generator}, which is computed at once; leave it out"
            )
        if generator and not isinstance(generator, FittedSettings):
            mistakes += [
                f"`arms.{name}.{key}` has no meaning for {arm.generator}, whose images are there already; {remedy}"
                for key, wrong, remedy in (
                    ("selection", arm.selection != "random", "leave it at random"),
                    ("truncation", arm.truncation != 1, "leave it at 1"),
                    ("snapshot", arm.snapshot is not None, "leave it out"),
                )
                if wrong
            ]
        if arm.specimens != 1 and arm.generator:
            mistakes.append(
                f"`arms.{name}.specimens` is {arm.specimens:g}, but its generator is trained on the whole training "
                "part; leave it at 1 where there is a `generator`"
            )
        if arm.specimens > 1 and not config.split.reserve:
            mistakes.append(
                f"`arms.{name}.specimens` is {arm.specimens:g}, and beyond the training part there is nothing to "
                "take; set `split.reserve` to a size, or stay below 1"
            )
    return mistakes


def _use_problems(name: str, arm: Arm) -> list[str]:
    # Of how synthetic images are used beside the others.
    named = [key for key, used in (("synthetic_weight", arm.synthetic_weight), ("order", arm.order != "mixed")) if used]
    both = _draws(dict(arm)) and (arm.real or arm.classical or arm.classical_to)
    mistakes = (
        []
        if both
        else [
            f"`arms.{name}.{key}` sets synthetic images against others, and the arm does not have both; name a "
            "`generator` and keep real images, or leave it out"
            for key in named
        ]
    )
    for key, wrong in (("synthetic_weight", arm.synthetic_weight), ("steps", arm.steps == "equal")):
        if arm.order != "mixed" and wrong:
            mistakes.append(
                f"`arms.{name}.{key}` has no meaning where synthetic images are trained on by themselves (`order: "
                f"{arm.order}`); leave one of the two out"
            )
    return mistakes


def _baseline_problems(config: Config) -> list[str]:
    known = config.arms
    named = {"baseline": config.baseline} | {f"arms.{name}.baseline": arm.baseline for name, arm in known.items()}
    mistakes = [
        f"`{key}` is {name}, which `arms` does not have (it has {', '.join(known)}); name one of them"
        for key, name in named.items()
        if name is not None and name not in known
    ]
    return mistakes + [
        f"`arms.{name}.baseline` is the arm itself; name another" for name, arm in known.items() if arm.baseline == name
    ]


def _primary_problems(config: Config) -> list[str]:
    primary, looks = config.statistics.primary, config.statistics.looks
    repeats = config.split.repeats
    mistakes = []
    if 1 < looks < repeats:
        mistakes.append(
            f"`statistics.looks` plans {looks} looks, one for each repeat, but `split.repeats` is {repeats}; raise the "
            "first before anything is judged, or lower the second"
        )
    return mistakes + [
        f"`statistics.primary.{key}` names {name}, which `{key}` does not have (it has {', '.join(known)}); name one "
        "of them"
        for key, known in (("arms", config.arms), ("classifiers", config.classifiers | config.ensembles))
        for name in getattr(primary, key)
        if name not in known
    ]


def _draws(arm: dict[str, Any]) -> bool:
    ratio = arm.get("ratio", Arm.model_fields["ratio"].default)
    return bool(arm.get("generator") and (arm.get("count") or ratio or arm.get("ratios")))


def _with_ratios(arms: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, arm in arms.items():
        ratios = arm.get("ratios") if isinstance(arm, dict) else None
        if not isinstance(ratios, list) or not all(isinstance(each, int | float) for each in ratios):
            made[name] = arm
            continue
        rest = {key: value for key, value in arm.items() if key != "ratios"}
        made |= {f"{name}-x{ratio:g}": rest | {"ratio": ratio} for ratio in ratios}
    return made


def _controls(generators: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    # Arms, and the entries of `generators` that they need.
    copies = {"classical": 1, "classical_augmentation": _COPIES}
    arms: dict[str, Any] = {TWICE: {"real": 2}, CLASSICAL: copies}
    entries: dict[str, Any] = {}
    judged = {
        name: entry or {}
        for name, entry in generators.items()
        if isinstance(entry, dict | None) and not _is_control((entry or {}).get("family"))
    }
    for name, entry in judged.items():
        if entry.get("classes") or isinstance(entry.get("trained_on"), dict):  # a pool, of no class
            continue
        drawn = {"generator": name, "ratio": 1}
        kinds: tuple[dict[str, Any], ...] = {"real": 0}, {"steps": "equal"}, copies
        arms |= {f"{name}-{suffix}": drawn | kind for suffix, kind in zip(ADDED, kinds, strict=True)}
    form = next(({key: entry[key] for key in ("size_px", "channels") if key in entry} for entry in judged.values()), {})
    form = {key: value for key, value in form.items() if value != "auto"}  # its own images need no such choice
    entries[COPIER] = {"family": next(filter(_is_control, families("generators")))} | form
    arms[COPIER] = {"generator": COPIER, "ratio": 1, "baseline": TWICE}
    return arms, entries


def _is_control(name: Any) -> bool:
    return isinstance(name, str) and is_family("generators", name) and family("generators", name).is_control
