"""What is wrong with the starts of generators from others (`init_from`), reported before anything runs."""

from typing import Any

from augury.generators.family import AdversarialSettings, InitFrom
from augury.planning.transfer import ABOVE, Transfer
from augury.settings.families import family
from augury.settings.fields import plain


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
    other = init.generator
    if init.file:
        return ["`file` stands alone; take out `taxon` and `generator`"] if init.taxon or other else []
    if other and other not in transfer.generators:
        return [f"`generators` has no {other} (it has {', '.join(transfer.generators)})"]
    if not init.taxon and other in (None, name):
        return ["it names nothing to start from; give `taxon`, `generator` or `file`"]
    if mistakes := _pool_problems(transfer, name, init):
        return mistakes
    mistakes = [
        f"{other} has `{key}: {plain(old)}` and this one `{key}: {plain(new)}`; weights pass between equals only"
        for key, old, new in _compared(transfer, other or name, name)
        if old != new
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


def _compared(transfer: Transfer, before: str, name: str) -> list[tuple[str, Any, Any]]:
    # What must be equal of two entries, the one that begins with the other last.
    both = transfer.generators[before], transfer.generators[name]
    told = transfer.is_conditional(before), transfer.is_conditional(name)
    if transfer.pool_of(before) and family("generators", both[1].family).begins_untold:
        told = False, False
    keys = ("family", "size_px", "channels")
    of_family, *rest = [(key, getattr(both[0], key, None), getattr(both[1], key)) for key in keys]
    return [of_family, ("class_conditional", *told), *rest]


def _pool_problems(transfer: Transfer, name: str, init: InitFrom) -> list[str]:
    # Of a start that is, or begins with, a generator that is trained on a pool.
    other = init.generator or name
    whose = name if transfer.pool_of(name) else other
    pool = transfer.pool_of(whose)
    if pool and init.taxon:
        return [f"{whose} is trained on the pool {pool}, which has no taxa; take out `taxon`"]
    if pool and not transfer.pool_of(other):
        return [
            f"{other} is trained on classes, and {name} on the pool {pool}; begin from scratch, with a `file`, or with "
            "a generator of another pool"
        ]
    return []


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
