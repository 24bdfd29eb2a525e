"""The folder that is passed on: files, cards, descriptions, data dictionary, checksums."""

import json
import shutil
import zipfile
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path

from augury.command.errors import UserError
from augury.command.files import UNFINISHED
from augury.command.progress import Progress
from augury.export import cards, choosing, crate, croissant, dictionary
from augury.export.finished import UNKNOWN, Finished
from augury.images.files import file_sha256
from augury.methods.software import citation
from augury.tables.table import write_cells

MANIFEST = "manifest-sha256.txt"


def export(study: Finished, output: Path, without: Collection[str], along: Collection[str]) -> int:
    """Write the folder `output`, which stands there whole or not at all; returns its bytes.

    Raises UserError where it is there already, and where an original image that was asked for has changed.
    """
    if output.exists():
        raise UserError(f"{output} is there already; name a new folder, or remove that one")
    pairs = choosing.chosen(study, without, along)
    folder = output.with_name(f".{output.name}{UNFINISHED}")
    shutil.rmtree(folder, ignore_errors=True)  # of an export that was killed
    progress = Progress("copying", len(pairs), "files")
    for source, target in pairs:
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, folder / target)
        progress.add()
    _archive(folder / "augury" / f"augury-{citation().get('version', UNKNOWN)}.zip")
    ended = (study.folder / "report.html").stat().st_mtime
    _describe(study, folder, datetime.fromtimestamp(ended, UTC).date().isoformat())
    digests = _digests(folder)
    began = min(path.stat().st_mtime for path in study.folder.glob("images/**/*.tsv"))
    crate.write_crate(study, folder, digests, min(began, ended), ended)
    digests[crate.METADATA] = file_sha256(folder / crate.METADATA)
    lines = [f"{digest}  {name}\n" for name, digest in sorted(digests.items())]
    (folder / MANIFEST).write_text("".join(lines), encoding="utf-8")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    folder.rename(output)
    return size


def _archive(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for source, name in choosing.sources():
            archive.writestr(zipfile.ZipInfo(name), source.read_bytes(), zipfile.ZIP_DEFLATED)


def _describe(study: Finished, folder: Path, date: str) -> None:
    _write(folder / "README.md", _readme(study, folder))
    kinds: list[tuple[list, Callable]] = [
        ([*study.classifiers], cards.classifier_card),
        ([*study.generators], cards.generator_card),
    ]
    for runs, card in kinds:
        for run in runs:
            _write(folder / run.folder.relative_to(study.folder) / "README.md", card(study, run))
    _write(folder / "splits" / croissant.NAME, _json(croissant.of_splits(study, folder, date)))
    for pool in study.pools:
        place = pool.relative_to(study.folder)
        if (folder / place).is_dir():
            split, _, generator, selection, seed = place.parts
            made = croissant.of_pool(study, folder / place, (split, generator, selection, seed), date)
            _write(folder / place / croissant.NAME, _json(made))
    write_cells(folder / "tables/data_dictionary.tsv", dictionary.HEADER, dictionary.dictionary(folder))


def _readme(study: Finished, folder: Path) -> str:
    licence = "unknown: its authors have stated none" if study.licence == UNKNOWN else study.licence
    there = sorted(path.name for path in folder.iterdir() if path.is_dir())
    about = {
        **crate.FOLDERS,
        **dict.fromkeys(_splits(study), "classifiers, generators and synthetic images of a split"),
    }
    rows = "\n".join(f"| `{name}/` | {about.get(name, '')} |" for name in there)
    return f"""# {study.name}: a study with augury

How it was done stands in `tables/methods.md`, its references in `tables/references.bib`, all settings in `config.json`.

| folder | what is in it |
|---|---|
{rows}

Licence of these files: {licence}. Licence of the images that the study used: {study.image_licence}. Source of the
images: {study.source}

**Synthetic images are no observations: do not mix them with any.** Each pool says so in its `{croissant.NAME}`.

`{crate.METADATA}` describes the folder as a Workflow Run RO-Crate; `sha256sum --check {MANIFEST}` says
whether it is whole.
"""


def _splits(study: Finished) -> list[str]:
    return sorted({str(run.record["split"]) for run in (*study.classifiers, *study.generators)})


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    progress = Progress("checksums", len(files), "files")
    made = {}
    for path in files:
        made[path.relative_to(folder).as_posix()] = file_sha256(path)
        progress.add()
    return made


def _json(made: dict) -> str:
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
