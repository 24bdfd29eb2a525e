"""What is wrong with a table of labels, and what is worth a word about it."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from augury.images import clutter
from augury.images.files import shown
from augury.planning.folders.class_names import alike_problems, name_problem, same_but_form
from augury.planning.folders.folder_trees import listed
from augury.planning.folders.image_folder import awaits_fetch
from augury.planning.folders.labelled_files import LabelledFiles
from augury.study.config import Config
from augury.tables.brought import counted

_MANY = 20  # classes of one or two files each, where the column is taken for another
_MOST_MAPPED = 8  # names that a sentence maps


def label_problems(config: Config, classes: Sequence[str], files: LabelledFiles) -> list[str]:
    """Why the study's labels cannot be used, one sentence each."""
    if awaits_fetch(files.root):
        return [f"`labels` is for images of your own, and `images` is {shown(files.root)}, the demo's; name another"]
    problems = []
    if files.in_parts:
        problems.append(
            "`split.parts` is folders, which goes by class folders, and `labels` gives the classes; set `split: "
            "{parts: table, table: FILE}`, whose columns path and part may stand in the labels' table"
        )
    where, table = shown(files.root), files.table
    if not files.all_files:
        return [*problems, files.unlisted.get(files.root.name, f"{where} holds no file; put the images there")]
    if files.join.ambiguous:
        first = files.join.ambiguous[0]
        fits = " and ".join(f"`{_below(Path(path).absolute(), files)}`" for path in first.files[:2])
        return [
            *problems,
            f"{table.where}, line {first.row.line}: `{shown(first.row['path'])}` fits {fits}; write the folder too",
        ]
    if not files.rows:
        row = table.rows[0]
        return [
            *problems,
            f"{table.where} gives no file a class: its first line, line {row.line}, has the path "
            f"`{shown(row['path'])}` and the class `{shown(row['label'])}`, the first file is "
            f"`{_below(files.all_files[0], files)}`; write paths from the folder `images` on",
        ]
    if len(classes) > _MANY and len(classes) * 2 > len(files.rows):
        what = f"column `{files.settings.class_}` gives {len(files.rows)} files {len(classes)} classes"
        return [*problems, f"{table.where}: its {what}; name the column of classes in `labels.class`"]
    problems += _contradictions(files) + _name_problems(classes, files)
    unknown = sorted(set(files.settings.rename) - {row["label"] for row in table.rows})
    problems += [
        f"`labels.rename` has '{name}', which the column `{files.settings.class_}` has nowhere" for name in unknown
    ]
    problems += [_not_there(name, files) for name in classes if not files.files(name)]
    if len(classes) < 2 and not problems:
        have = f"only the class '{shown(classes[0])}'" if classes else "no class"
        problems.append(f"{table.where} gives {have} to files of {where}; two classes are needed")
    return problems


def label_notes(files: LabelledFiles) -> list[str]:
    """What the labels leave open, one sentence each."""
    table, notes = files.table, list(files.table.notes)
    bare = [row for row in table.rows if not row["class"]]
    if bare:
        notes.append(f"{table.where}: {counted(bare, 'gives', 'give')} no class, the first: line {bare[0].line}")
    unlisted = [path for path in files.all_files if path not in files.rows and clutter.may_be_image(path)]
    named = {id(row) for rows in files.join.by_file.values() for row in rows}
    idle = [row for row in table.rows if id(row) not in named]
    if unlisted or idle:
        sentence = f"{table.where} gives {len(files.rows)} of {len(files.rows) + len(unlisted)} files a class"
        if unlisted:
            sentence += f"; the others are left out, the first: `{_below(unlisted[0], files)}`"
        if idle:
            excluded = ", or one that is excluded" if files.exclude else ""
            first = f"the first: line {idle[0].line}, `{shown(idle[0]['path'])}`"
            sentence += f"; {counted(idle, 'names', 'name')} no file{excluded}, {first}"
        notes.append(sentence)
    without = sorted({row["class"] for row in idle if row["class"]} - set(files.names))
    if without:
        notes.append(f"{table.where} names no file of {listed(without)}")
    return notes


def _contradictions(files: LabelledFiles) -> list[str]:
    contradictory = [(path, rows) for path, rows in files.rows.items() if len({row["class"] for row in rows}) > 1]
    if not contradictory:
        return []
    path, rows = contradictory[0]
    one, other = sorted({row["class"]: row for row in reversed(rows)}.values(), key=lambda row: row.line)[:2]
    more = f" ({len(contradictory) - 1} files more are given two)" if len(contradictory) > 1 else ""
    given = f"lines {one.line} and {other.line} give `{_below(path, files)}` the classes"
    return [f"{files.table.where}: {given} {shown(one['class'])} and {shown(other['class'])}; keep one of them{more}"]


def _name_problems(classes: Sequence[str], files: LabelledFiles) -> list[str]:
    """Names that no folder can have, with the map to paste; and names that are equal but for their form."""
    bad = {name: sentence for name in classes if (sentence := name_problem(name, ""))}
    if not bad:
        return alike_problems(classes, "give them one name by `labels.rename`")
    first = next(iter(bad.values())).rstrip("; ")
    labels = {row["class"]: row["label"] for row in files.table.rows}
    plain = _plain_names(list(bad), [name for name in classes if name not in bad])
    mapped = ", ".join(
        f"{_quoted(labels[name])}: {_quoted(short)}" for name, short in list(plain.items())[:_MOST_MAPPED]
    )
    mapped += ", ..." if len(plain) > _MOST_MAPPED else ""
    more = f" ({len(bad) - 1} more like it)" if len(bad) > 1 else ""
    return [f"{files.table.where}: {first}{more}; give names by `labels: {{rename: {{{mapped}}}}}`"]


def _plain_names(bad: Sequence[str], taken: Sequence[str]) -> dict[str, str]:
    """A name for each that a folder can have, all different: what stands before a `<`, or with _ for what cannot be."""
    short = {name: _plain(name.partition("<")[0]) for name in bad}
    counts = Counter([*short.values(), *taken])
    return {name: plain if plain and counts[plain] == 1 else _plain(name) for name, plain in short.items()}


def _plain(name: str) -> str:
    return re.sub(r"[^\w-]+", "_", name).strip("_-")[:60]


def _quoted(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z_]\w*", text) else json.dumps(text, ensure_ascii=False)


def _not_there(name: str, files: LabelledFiles) -> str:
    alike = [other for other in files.names if same_but_form(name, other)]
    remedy = f"it has {shown(alike[0])}" if alike else f"it has {listed(files.names, 8)}"
    return f"`classes` has '{name}', to which {files.table.where} gives no file of {shown(files.root)}; {remedy}"


def _below(path: Path, files: LabelledFiles) -> str:
    root = files.root.absolute()
    return shown(path.absolute().relative_to(root).as_posix() if path.absolute().is_relative_to(root) else path)
