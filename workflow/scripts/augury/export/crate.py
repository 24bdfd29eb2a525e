"""The whole folder as a Workflow Run RO-Crate: what was run, with what, and what came of it.

Workflow Run Crate 0.5 (https://w3id.org/ro/wfrun/workflow/0.5), written by the library rocrate.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from augury.export.croissant import SYNTHETIC
from augury.export.finished import CONFIG, UNKNOWN, Finished
from augury.methods.software import citation, version

MAIN = "augury/Snakefile"
METADATA = "ro-crate-metadata.json"
FOLDERS = {
    "tables": "tables of results; data_dictionary.tsv says what each column means",
    "figures": "figures of the report",
    "images": "lists of the images that were used, of files that were not, and of duplicates; no image",
    "splits": "which image was in which part; described in Croissant",
    "augury": "the workflow that was run: where it begins, and all of it as an archive",
    "originals": "the images that were used",
    "recipes": "how the classifier that is handed over was made",
    "synthetic": f"synthetic images. {SYNTHETIC}",
    "classifiers": "trained classifiers, each with a card",
    "generators": "trained generators, each with a card",
}
_KINDS = {
    ".tsv": "text/tab-separated-values", ".json": "application/json", ".svg": "image/svg+xml", ".md": "text/markdown",
    ".html": "text/html", ".png": "image/png", ".bib": "application/x-bibtex", ".tar": "application/x-tar",
    ".txt": "text/plain", ".zip": "application/zip",
}  # fmt: skip
_PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}


def write_crate(study: Finished, folder: Path, digests: Mapping[str, str], began: float, ended: float) -> None:
    """Write ro-crate-metadata.json. digests: SHA-256 of each file by its path in the folder; times: seconds."""
    from rocrate.model.contextentity import ContextEntity
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version="1.1")
    crate.name = f"{study.name}: a study with augury"
    crate.description = (
        f"Tables, splits, classifiers and generators of the study {study.name}, and the workflow that made them. "
        f"Source of its images: {study.source}; their licence: {study.image_licence}."
    )
    crate.datePublished = _time(ended)
    root = crate.root_dataset
    profiles = {address: {"@type": "CreativeWork", "name": name, "version": number}
                for address, (name, number) in _PROFILES.items()}  # fmt: skip
    root["conformsTo"] = [crate.add(ContextEntity(crate, *each)) for each in profiles.items()]
    root["license"] = crate.add(ContextEntity(crate, *_licence(study.licence)))
    workflow = crate.add_workflow(folder / MAIN, MAIN, main=True, lang="snakemake", lang_version=version("snakemake"))
    workflow["name"], workflow["version"] = "augury", citation().get("version", UNKNOWN)
    workflow["license"] = "https://spdx.org/licenses/MIT"
    files = {name: crate.add_file(folder / name, name, properties=_about(folder, name, digest))
             for name, digest in sorted(digests.items()) if name != MAIN}  # fmt: skip
    for place in sorted({str(Path(name).parent) for name in files} - {"."}):
        properties = {"name": place, "description": _described(place)}
        crate.add_dataset(folder / place, f"{place}/", properties=properties)
    inputs = [file for name, file in files.items() if name == CONFIG or name.startswith("images/")]
    results = [file for name, file in files.items() if file not in inputs and not name.startswith("augury/")]
    action = crate.add_action(workflow, object=inputs, result=results)
    action["name"] = f"run of the study {study.name}"
    action["description"] = "Splits, trainings, tables and report; tables/methods.md says how."
    named = study.authors or [f"the authors of {study.name}"]
    kind = "Person" if study.authors else "Organization"
    people = [crate.add(ContextEntity(crate, f"#author-{number}", {"@type": kind, "name": name}))
              for number, name in enumerate(named, 1)]  # fmt: skip
    action["agent"], root["author"] = people[0], people if len(people) > 1 else people[0]
    files["README.md"]["about"] = root
    action["startTime"], action["endTime"] = _time(began).isoformat(), _time(ended).isoformat()
    action["actionStatus"] = "http://schema.org/CompletedActionStatus"
    root["mentions"] = action
    crate.metadata.write(folder)


def _about(folder: Path, name: str, digest: str) -> dict[str, Any]:
    about = {"name": name, "sha256": digest, "contentSize": str((folder / name).stat().st_size)}
    kind = _KINDS.get(Path(name).suffix)
    return about | {"encodingFormat": kind or "application/octet-stream"}


def _described(place: str) -> str:
    return next(
        (about for part in Path(place).parts for name, about in FOLDERS.items() if part == name), f"files of {place}"
    )


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _licence(name: str) -> tuple[str, dict[str, Any]]:
    if name == UNKNOWN:
        about = "The authors have stated no licence: ask them before you use this."
        return "#licence", {"@type": "CreativeWork", "name": "unknown licence", "description": about}
    if re.fullmatch(r"[A-Za-z0-9.+-]+", name):
        return f"https://spdx.org/licenses/{name}", {"@type": "CreativeWork", "name": name}
    return "#licence", {"@type": "CreativeWork", "name": name, "description": name}
