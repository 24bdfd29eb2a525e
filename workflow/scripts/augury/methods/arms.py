"""Training sets (arms), as a paper tells them."""

from augury.citing.reference import Reference, cite
from augury.methods.facts import Facts, Paragraph
from augury.methods.settings_told import augmentation, told
from augury.report.values import count, listed
from augury.study.arms import Arm


def training_sets(facts: Facts) -> Paragraph | None:
    """What classifiers were trained on; arms that are alike are told together. None where nothing was trained."""
    names = list(dict.fromkeys(row.arm for row in facts.rows))
    if not names:
        return None
    told_by: dict[str, list[str]] = {}
    references: list[Reference] = []
    for name in names:
        words, cited = training_set(facts, facts.arm(name))
        told_by.setdefault(words, []).append(name)
        references += cited
    if len(names) == 1:
        return Paragraph("Training sets", f"Classifiers were trained on {next(iter(told_by))}.", references)
    each = [f"{listed(group)}: {words}" for words, group in told_by.items()]
    begins = f"Classifiers were trained on {count(len(names), 'training set')} (arms), all tested on the same images"
    return Paragraph("Training sets", f"{begins}: {'; '.join(each)}.", references)


def training_set(facts: Facts, arm: Arm) -> tuple[str, list[Reference]]:
    """What an arm holds, and what is cited for it."""
    pieces, cited = [], []
    if arm.real:
        pieces.append("the training images" + (f", each {arm.real} times an epoch" if arm.real > 1 else ""))
    if arm.specimens != 1:
        pieces[-1:] = [f"those of {arm.specimens:g} times as many specimens as the training part had"]
    copies = f" ({changed})" if (changed := augmentation(arm.classical_augmentation)) else ""
    if arm.classical_to:
        pieces.append(f"augmented copies{copies} up to {arm.classical_to:,} images of each class")
    elif arm.classical:
        noun = "copy" if arm.classical == 1 else "copies"
        pieces.append(f"{arm.classical:g} augmented {noun} of each{copies}")
    if arm.generator:
        words, references = _synthetic(facts, arm)
        pieces.append(words)
        cited += references
    sentence = listed(pieces)
    if arm.order == "synthetic_then_real":
        sentence += ", first on the synthetic and then on the other images"
    if arm.synthetic_weight:
        sentence += f", the synthetic ones with {arm.synthetic_weight:.0%} of the loss"
    if arm.steps == "equal":
        sentence += ", for as many steps as the real images alone would take"
    if arm.with_:
        changes = [f"{key.replace('_', ' ')} {value}" for key, value in arm.with_.items()]
        sentence += f", trained with {listed(changes)}"
    return sentence, cited


def _synthetic(facts: Facts, arm: Arm) -> tuple[str, list[Reference]]:
    often = f"{arm.count:,} of each class" if arm.count else f"{arm.ratio:g} per training image of each class"
    words, cited = f"synthetic images of {arm.generator}, {often}", []
    if arm.snapshot:
        words += f", of snapshot {arm.snapshot}"
    if arm.truncation < 1:
        words += f", truncated to {arm.truncation:g}"
    if arm.selection != "random":
        family, settings = facts.entry("selections", arm.selection)
        if family is not None and settings is not None:
            cited = list(settings.cited())
            chosen = told(settings)
            words += (
                f", {family.called or f'chosen by {settings.family}'}{cite(*cited)}{f' ({chosen})' if chosen else ''}"
            )
    return words, cited
