"""Generators and classifiers, as a paper tells them."""

from collections.abc import Mapping, Sequence
from typing import Any

from augury.citing.reference import cite
from augury.citing.shared import IMAGENET
from augury.methods.facts import Facts, Paragraph
from augury.methods.settings_told import told
from augury.report.values import count, duration, listed
from augury.settings.generation import trained_pool

_TRAINED_ON = {"train_and_validation": "training and validation parts", "all": "whole of it, test images included"}


def generators(facts: Facts) -> Paragraph | None:
    """What made the synthetic images; None where there are none."""
    names = facts.names("generator")
    if not names:
        return None
    sentences, references = [], []
    for name in names:
        family, settings = facts.entry("generators", name)
        if family is None or settings is None:
            continue
        records = [each for each in facts.records["generator"] if each.get("generator") == name]
        cited = settings.cited()
        references += cited
        pool = trained_pool(settings)
        apart = ("class_conditional", "trained_on") if pool else ()
        chosen = told(settings, _resolved(records[0]), apart) if family.trained else ""
        sentence = f"The generator {name} was {family.called or f'of the family {settings.family}'}{cite(*cited)}"
        sentences.append(f"{sentence}{f': {chosen}' if chosen else ''}.")
        if pool:
            own = "" if any(each.get("leaked") for each in records) else " that showed no specimen of the study"
            images = f"real images from elsewhere, those of the pool {pool}{own}"
            sentences.append(f"It was trained on {images}, without labels, {_often(records)}{_taken(records)}.")
        elif family.trained:
            part = _TRAINED_ON.get(settings.trained_on, "training part alone")
            sentences.append(f"It was trained on the {part}, {_often(records)}{_taken(records)}.")
        elif settings.statement(name):
            sentences.append(f"{settings.statement(name).capitalize()}.")
        if init := getattr(settings, "init_from", None):
            entry = facts.entry("generators", init.generator)[1] if init.generator else None
            before = f"the generator {init.generator}" if trained_pool(entry) else "another generator"
            sentences.append(f"It began with the weights of {before}, fine-tuned on these images.")
    others = "Settings that were not named had the defaults of augury's version."
    return Paragraph("Generators", " ".join([*sentences, others]), references)


def classifiers(facts: Facts) -> Paragraph | None:
    """What was trained to tell the classes apart; None where nothing was."""
    names = facts.names("classifier")
    if not facts.rows:
        return None
    sentences, references = [], []
    for name in names:
        family, settings = facts.entry("classifiers", name)
        if family is None or settings is None:
            continue
        records = [each for each in facts.records.get("classifier", ()) if each.get("classifier") == name]
        cited = [*settings.cited()]
        weights = _weights(records)
        cited += [IMAGENET] if weights.startswith("ImageNet") else []
        references += cited
        sentence = f"The classifier {name} was {noun(family, settings)}{cite(*cited)}"
        sentence += f", from {weights}" if weights else ", trained from scratch" * hasattr(settings, "epochs")
        chosen = told(settings)
        sentences.append(f"{sentence}{f': {chosen}' if chosen else ''}.")
    for name, entry in (facts.settings.get("ensembles") or {}).items():
        if any(row.classifier == name for row in facts.rows):
            members = list((entry or {}).get("classifiers") or names)
            sentences.append(f"The ensemble {name} was the average of the probabilities of {listed(members)}.")
    sentences.append(_trainings(facts))
    return Paragraph("Classifiers", " ".join(sentences), references)


def noun(family: Any, settings: Any) -> str:
    """What a paper calls a classifier of a family with these settings."""
    called = family.called.format_map({key: _joined(value) for key, value in settings.model_dump().items()})
    return called or f"of the family {settings.family}"


def _trainings(facts: Facts) -> str:
    single, trained = facts.single, [row for row in facts.runtime if row.kind == "classifier"]
    splits, seeds = ({getattr(row, name) for row in single} for name in ("split", "seed"))
    arms, ensembles = {row.arm for row in facts.rows}, facts.settings.get("ensembles") or {}
    on = f"on each of {count(len(arms), 'training set')}" if len(arms) > 1 else "on one training set"
    often = f"in {count(len(splits), 'split')} with {_seeds(seeds)}"
    total = f", {count(len(trained), 'training')} in all" if trained else ""
    machines = sorted({(row.device, row.precision) for row in trained})
    where = f", on {listed([f'{device} in {precision}' for device, precision in machines])}" if machines else ""
    names = listed(list(dict.fromkeys(row.classifier for row in facts.rows if row.classifier not in ensembles)))
    others = "settings that were not named had the defaults"
    return f"Each classifier ({names}) was trained {on}, {often}{total}{where}; {others}."


def _weights(records: Sequence[Mapping[str, Any]]) -> str:
    found = [each["pretrained"] for each in records if each.get("pretrained")]
    if not found:
        return ""
    source, digest = str(found[0].get("source", "")), str(found[0].get("sha256", ""))
    return f"ImageNet weights ({source}{f', sha256 {digest[:12]}' if digest else ''})"


def _often(records: Sequence[Mapping[str, Any]]) -> str:
    splits, seeds = ({str(each.get(name)) for each in records} for name in ("split", "seed"))
    classes = len({each.get("class") for each in records})
    each = f", for each of {classes} classes" if classes > 1 else ""
    return f"in {count(len(splits), 'split')} with {_seeds(seeds)}{each}: {count(len(records), 'training')}"


def _resolved(record: Mapping[str, Any]) -> dict[str, Any]:
    """What a config left to be derived, or to the images."""
    return {**(record.get("settings") or {}), "channels": {1: "grey", 3: "rgb"}.get(record.get("channels", 0))}


def _seeds(seeds: set) -> str:
    return f"{'seed' if len(seeds) == 1 else 'seeds'} {listed(sorted(map(str, seeds)))}"


def _taken(records: Sequence[Mapping[str, Any]]) -> str:
    seconds = [float(each["seconds"]) for each in records if each.get("seconds")]
    devices = sorted({str(each.get("device", "")) for each in records} - {""})
    on = f" on {listed(devices)}" if devices else ""
    return f", of {duration(sum(seconds) / len(seconds))} on average{on}" if seconds else on


def _joined(value: Any) -> str:
    return listed(list(map(str, value))) if isinstance(value, list) else str(value)
