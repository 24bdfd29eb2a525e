"""What is wrong with a study's corrections, and what is worth a word about them."""

import os
from collections.abc import Sequence
from pathlib import Path

from augury.images.files import shown
from augury.planning.folders.class_files import ClassFiles
from augury.planning.folders.folder_trees import listed
from augury.planning.folders.image_folder import awaits_fetch
from augury.tables.brought import BroughtRow, BroughtTable, counted
from augury.tables.corrections import VALUES


def correction_problems(classes: Sequence[str], files: ClassFiles) -> list[str]:
    """Why the corrections cannot be used: one sentence each, of a kind the first."""
    made = files.corrections
    if not made or awaits_fetch(files.root):
        return []
    if files.in_parts:
        return [
            "`corrections` is given, and `split.parts` is folders, where the folder of a file says its part; move or "
            "remove the files themselves, or set `split: {parts: table, table: FILE}`"
        ]
    joined, known = made.joined, {*classes, *files.class_folders}
    sentences = []
    if made.ambiguous:
        table, row, paths = made.ambiguous[0]
        fits = " and ".join(f"`{_below(path, files)}`" for path in paths[:2])
        sentences.append(_at(table, row, f"`{shown(row['path'])}` fits {fits}; write the folder too"))
    elif not any(each.files for each in joined) and not any(each.stale for each in joined):
        first = joined[0]
        said = f"{shown(first.row['path'])}, which is no file below {shown(files.root)}; write paths from there on"
        sentences.append(_at(first.table, first.row, said))
    strange = [each for each in joined if each.row["class"] and each.row["class"] not in known]
    if strange:
        name, known_names = shown(strange[0].row["class"]), listed(sorted(known), 8)
        sentences.append(
            _at(strange[0].table, strange[0].row, f"the class '{name}' is none of the study's: {known_names}; mend it")
        )
    stale = [each for each in joined if each.stale and not each.files]
    if stale:
        path = _below(stale[0].stale[0], files)
        sentences.append(
            _at(stale[0].table, stale[0].row, f"`{path}` is another image than the one that was looked at (its sha256 "
                "differs); look at it again, and remove the line")
        )  # fmt: skip
    return sentences + _contradictions(files)


def _contradictions(files: ClassFiles) -> list[str]:
    said: dict[tuple[Path, Path, str], BroughtRow] = {}
    for each in files.corrections.joined:
        for path in each.files:
            for name in (name for name in VALUES if each.row[name]):
                first = said.setdefault((each.table.path, path, name), each.row)
                if first[name] != each.row[name]:
                    lines = f"lines {first.line} and {each.row.line} give `{_below(path, files)}` for `{name}`"
                    values = f"{shown(first[name])} and {shown(each.row[name])}"
                    return [f"{each.table.where}: {lines} {values}; keep one of them"]
    return []


def correction_notes(files: ClassFiles) -> list[str]:
    """What the corrections do, and what they leave open."""
    made = files.corrections
    if not made or awaits_fetch(files.root):
        return []
    every = made.by_file.values()
    moved, out = sum(bool(each.class_) and not each.excluded for each in every), sum(each.excluded for each in every)
    named = len(made.specimens)
    told = f"class of {moved}, specimen of {named}, {out} excluded"
    notes = [f"`corrections` name {len(every)} image{'s' if len(every) != 1 else ''}: {told}"]
    for table in made.tables:
        notes += table.notes
        idle = [each.row for each in made.joined if each.table is table and not each.files]
        if idle:
            first = f"the first: line {idle[0].line}, `{shown(idle[0]['path'])}`"
            notes.append(f"{table.where}: {counted(idle, 'names', 'name')} no file of the study, {first}")
    return notes


def _at(table: BroughtTable, row: BroughtRow, sentence: str) -> str:
    return f"{table.where}, line {row.line}: {sentence}"


def _below(path: str | Path, files: ClassFiles) -> str:
    return shown(os.path.relpath(path, files.root))
