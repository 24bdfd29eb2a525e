"""Cards of classifiers and generators as Hugging Face shows them: Markdown below metadata in YAML.

After Mitchell et al. 2019, "Model cards for model reporting" (arXiv:1810.03993).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from augury.export.finished import UNKNOWN, Finished, Run
from augury.report.units import interval, title
from augury.report.values import count, listed, percent, share
from augury.tables.classification import ClassificationRow
from augury.tables.verdict import ALL, VerdictRow

_SPLIT_NOTE = {"final": "every specimen of the study, so that it has no test score of its own"}
_MEASURES = {"accuracy": "accuracy", "f1": "F1, mean over classes", "min_recall": "recall of the worst class"}


def classifier_card(study: Finished, run: Run) -> str:
    """Of one training of a classifier, or of an ensemble."""
    record = run.record
    own, judged = _row(study, record), _judged(study, record)
    name = f"{study.name}-{record['arm']}-{record['classifier']}-{record['split']}-seed{record['seed']}"
    metadata: dict[str, Any] = _metadata(study, "image-classification", ["image-classification"])
    if own is not None and own.accuracy is not None and own.part == "test":
        metrics = [{"type": "accuracy", "value": round(own.accuracy, 4), "name": "accuracy, mean over trainings"}]
        if own.f1 is not None:
            metrics.append({"type": "f1", "value": round(own.f1, 4), "name": "F1, mean over classes and trainings"})
        task = {"type": "image-classification", "name": "Image classification"}
        dataset = {"type": study.name, "name": f"{study.name}, test part"}
        metadata["model-index"] = [{"name": name, "results": [{"task": task, "dataset": dataset, "metrics": metrics}]}]
        metadata["metrics"] = ["accuracy", "f1"]
    trained = listed([f"{number:,} {kind}" for kind, number in (record.get("n_train") or {}).items() if number])
    sections = {
        f"{record['classifier']} trained on {record['arm']}, {study.name}": "",
        "Intended use": f"Telling apart {listed(record['classes'])}, on images like those of the study and prepared "
        "likewise, where a person looks at what the answer decides. It knows no other class: what it has not seen is "
        "given one of these names.",
        "Training data": f"{trained or 'An unknown number of'} images of the {_part(record)} (split {record['split']}, "
        f"seed {record['seed']}). {_images(study)}",
        "What to expect": _expected(own, record),
        "Verdict": _verdict(judged, record),
        "Limits": "Images of another place, camera or time may be called worse, and no number here covers them. "
        + ("Its training may have seen test images: the numbers prove nothing. " if record.get("leaked") else "")
        + "Probabilities are calibrated by few validation images.",
        "Licence": _licence(study),
        "How to use it": "```bash\npython workflow/scripts/predict_images.py --classifier FOLDER --images IMAGES "
        "--output predictions.tsv\n```\n\nwith augury; FOLDER is the one that holds this card.",
    }
    return _page(metadata, sections)


def generator_card(study: Finished, run: Run) -> str:
    """Of one training of a generator."""
    record = run.record
    metadata = _metadata(study, "unconditional-image-generation", ["image-generation", "synthetic"])
    trained_on = (record.get("settings") or {}).get("trained_on")
    pool = trained_on["pool"] if isinstance(trained_on, Mapping) else None
    classes = f"the pool {pool}" if pool else listed(list(record.get("classes") or [str(record.get("class"))]))
    arms = [name for name, arm in (study.config.get("arms") or {}).items()
            if (arm or {}).get("generator") == record["generator"]]  # fmt: skip
    judged = [row for row in study.judged if row.arm in arms and row.class_ == ALL and row.measure == "accuracy"]
    sections = {
        f"{record['generator']} of {classes}, {study.name}": "",
        "Intended use": "Drawing synthetic images to train classifiers with, as a study of its own has to show that it "
        "helps. **Synthetic: do not mix with observations.** Its images are no records of organisms or findings.",
        "Training data": _seen(record, pool) + ("" if pool else _images(study)),
        "Verdict": "No arm takes its images, which are of no class: generators of classes began with it."
        if pool
        else _verdict(judged, record),
        "Limits": "Of few training images a generator may show some again"
        + ("" if pool else ": tables/synthetic.tsv says how near its images come to them")
        + ", and weights may give them away. It shows what its training images show, nothing rarer."
        + (" It was trained on test images." if record.get("leaked") else ""),
        "Licence": _licence(study, not pool)
        + (" That of the pool's images is not known here." if record.get("pools") else ""),
    }
    return _page(metadata, sections)


def _seen(record: Any, pool: str | None) -> str:
    # What a generator was trained on, and began with.
    seen = f"{record['n_train']:,} images" if record.get("n_train") else "images"
    new = "real ones" if record.get("leaked") else "real ones that show no specimen of the study"
    of = f"the pool {pool}, {new}" if pool else f"the {_part(record)}"
    begun = [name for name in record.get("pools") or () if name != pool]
    more = f"It began with a generator of images from elsewhere, of {listed(begun)}. " if begun else ""
    return f"{seen} of {of} (split {record['split']}, seed {record['seed']}). {more}"


def _row(study: Finished, record: Any) -> ClassificationRow | None:
    own = [row for row in study.rows if (row.arm, row.classifier) == (record["arm"], record["classifier"])]
    return next(iter(sorted(own, key=lambda row: row.part != "test")), None)


def _judged(study: Finished, record: Any) -> list[VerdictRow]:
    return [row for row in study.judged if (row.arm, row.classifier) == (record["arm"], record["classifier"])
            and row.class_ == ALL and row.measure in ("accuracy", "f1")]  # fmt: skip


def _metadata(study: Finished, pipeline: str, tags: list[str]) -> dict[str, Any]:
    licence = study.licence.lower() if study.licence != UNKNOWN else UNKNOWN
    return {
        "license": licence,
        "library_name": "pytorch",
        "pipeline_tag": pipeline,
        "tags": [*tags, "augury", "safetensors"],
    }


def _expected(own: ClassificationRow | None, record: Any) -> str:
    if own is None or own.accuracy is None:
        return "The study has no estimate: nothing was tested."
    lines = []
    for key, words in _MEASURES.items():
        ends = [getattr(own, key + end) for end in ("", "_low", "_high")]
        lines += [] if ends[0] is None else [f"| {words} | {(percent if key == 'accuracy' else share)(*ends)} |"]
    whose = f"Mean over {count(own.n_runs, 'training')} of the study, of which this is one."
    if record["split"] == "final":
        whose = "Of the same recipe on the study's splits; this one has seen every specimen."
    judged = f"On {count(own.n_images, f'{own.part} image')} of {count(own.n_specimens, 'specimen')}"
    return f"{whose} {judged}, with 95% intervals over specimens:\n\n| measure | |\n|---|---|\n" + "\n".join(lines)


def _verdict(judged: Sequence[VerdictRow], record: Any) -> str:
    if not judged:
        return "It was compared with no baseline: it is one, or the study has none."
    lines = [f"- {row.arm} against {row.baseline}{f', {row.classifier}' if row.classifier else ''}, in {title(row)}: "
             f"**{row.word}**, {interval(row, row.difference, row.low, row.high)}" for row in judged]  # fmt: skip
    return "\n".join(lines)


def _images(study: Finished) -> str:
    return f"Source of the study's images: {study.source.rstrip('.')}. Their licence: {study.image_licence}."


def _licence(study: Finished, of_images: bool = True) -> str:
    own = "unknown: ask its authors before you use it" if study.licence == UNKNOWN else study.licence
    images = f" Of the images that it was trained on: {study.image_licence}." if of_images else ""
    return f"Of these files: {own}.{images}"


def _part(record: Any) -> str:
    return _SPLIT_NOTE.get(str(record["split"]), "training part")


def _page(metadata: dict[str, Any], sections: dict[str, str]) -> str:
    (first, _), *rest = sections.items()
    head = yaml.safe_dump(metadata, sort_keys=False, allow_unicode=True)
    return f"---\n{head}---\n\n# {first}\n\n" + "\n\n".join(f"## {name}\n\n{text}" for name, text in rest) + "\n"
