"""How many finished trainings a plan is about to replace, and whether the store has them. Standard library only."""

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from augury.store.shelf import NAME, Shelf

# The rules whose results are kept, each with what it makes and the file by which that is known.
KEPT = {
    "train_generator": ("generator", "generator.safetensors"),
    "train_generator_alone": ("generator", "generator.safetensors"),
    "import_images": ("generator", "generator.safetensors"),
    "select_latents": ("search", "latents.safetensors"),
    "synthesize_images": ("pool", "index.tsv"),
    "synthesize_images_of_all": ("pool", "index.tsv"),
    "train_classifier": ("classifier", "classifier.safetensors"),
}
_MANY = {"search": "searches"}


def sentence(jobs: Iterable[tuple[str, Iterable[str]]], results: Path) -> str:
    """The sentence for jobs that are to run, each a rule's name and its outputs; empty where nothing is replaced.

    results: the study's folder, with or without a store.
    """
    counts: Counter[str] = Counter()
    kept = 0
    for rule, outputs in jobs:
        # A workflow that uses these rules may put a word before their names.
        kind, name = next((each for ours, each in KEPT.items() if rule.endswith(ours)), ("", ""))
        for path in map(str, outputs):
            if kind and os.path.basename(path) == name and os.path.exists(path):
                counts[kind] += 1
                kept += _is_kept(Path(path), results)
    total = sum(counts.values())
    if not total:
        return ""
    made = ", ".join(f"{count} {kind if count == 1 else _MANY.get(kind, kind + 's')}" for kind, count in counts.items())
    how = "kept in the store" if kept == total else f"{kept or 'none'} of them kept in the store"
    return f"{total} finished training{'' if total == 1 else 's'} will be replaced ({made}; {how})"


def _is_kept(path: Path, results: Path) -> bool:
    below = os.path.relpath(path.parent, results)
    return any(entry.holds(path, path.name) for entry in Shelf(results / NAME, 0).at(below))
