"""The page: everything that the template shows, gathered and rendered."""

import base64
import dataclasses
import json
import re
import struct
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from augury.command.errors import UserError
from augury.figures.catalogue import FIGURES, figure_caption
from augury.report import answer, diagnostics, noticed, published, ranking, summary, tables, values, worth
from augury.report.captions import caption
from augury.report.cells import MOST_ROWS
from augury.study.split import Split
from augury.tables.catalogue import TABLES, table_caption
from augury.tables.classification import ClassificationRow
from augury.tables.description import read_description
from augury.tables.generator_pairs import PairRow
from augury.tables.generators import GeneratorRow, generator_run_of
from augury.tables.rows import DuplicateRow, ImageRow, QuarantineRow, SplitRow
from augury.tables.runtime import RuntimeRow
from augury.tables.synthetic import ScoreRow
from augury.tables.table import Row, read_dicts, read_not_run, read_rows
from augury.tables.taxonomy import read_taxonomy
from augury.tables.verdict import VerdictRow
from augury.tables.worth import WorthRow

PACKAGES = ("numpy", "pandas", "matplotlib", "seaborn", "jinja2", "docutils")
PUBLISHED = "published"
_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """A figure on the page."""

    name: str
    file: str
    title: str
    description: str
    data: str  # data: address
    width: int  # CSS pixels at which its text has its own size
    height: int
    caption: Markup


@dataclasses.dataclass(frozen=True, slots=True)
class Sources:
    """The files that the page is made of."""

    tables: Sequence[Path]
    figures: Sequence[Path]
    captions: Path
    template: Path
    manifest: Path
    quarantine: Path
    duplicates: Path
    splits: Sequence[Path]
    classifiers: Sequence[Path]
    generators: Sequence[Path]
    settings: Mapping
    taxonomy: Path | None = None
    histories: Sequence[Path] = ()  # of generators
    inspection: Sequence[Path] = ()  # what inspect_images wrote
    notes: Sequence[str] = ()  # what tables and patterns of specimens and parts leave open


def render(sources: Sources) -> str:
    """The whole page as HTML; the same files give the same text. Raises UserError for files that cannot be read."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(sources.template.parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {
        "grouped": values.grouped,
        "breakable": breakable,
        "sentence": values.sentence,
        "coded": coded,
    }
    return environment.get_template(sources.template.name).render(**gather(sources))


def gather(sources: Sources) -> dict[str, object]:
    """What the template needs, by name."""
    paths = {path.stem: path for path in sources.tables}

    def read(name: str, kind: type[Row]) -> list[Row]:
        return read_rows(paths[name], kind) if name in paths else []

    rows, runtime = read("classification", ClassificationRow), read("runtime", RuntimeRow)
    scored, pairs, scores = (
        read("generators", GeneratorRow),
        read("generator_pairs", PairRow),
        read("synthetic", ScoreRow),
    )
    judged, priced = read("verdict", VerdictRow), read("worth", WorthRow)
    manifest = read_rows(sources.manifest, ImageRow)
    classes = sorted({row.class_ for row in manifest})
    quarantine, duplicates = read_rows(sources.quarantine, QuarantineRow), read_rows(sources.duplicates, DuplicateRow)
    classifiers, generators = (
        [read_description(path) for path in group] for group in (sources.classifiers, sources.generators)
    )
    histories = {generator_run_of(path): read_dicts(path) for path in sources.histories}
    diagnoses = diagnostics.examine(scores, histories, generators)
    part, findings = summary.findings(rows)
    splits = {path.stem: read_rows(path, SplitRow) for path in sources.splits}
    divided = summary.parts(splits, classes)
    return {
        "title": str(sources.settings.get("dataset") or "augury"),
        "answer": answer.head(rows, judged, diagnoses, len(classes), sources.settings, runtime),
        "judged": bool(judged),
        "priced": worth.answers(priced),
        "leading": [path.stem for path in ordered(sources.figures, FIGURES) if leads(path)] or [""],
        "overview": [
            *summary.overview(rows, manifest, generators),
            *summary.left_out(read_not_run(paths["classification"]) if "classification" in paths else []),
            *ranking.nearest(scored, pairs),
        ],
        "notes": sources.notes,
        "noticed": noticed.read_noticed(sources.inspection),
        "views_header": noticed.VIEWS_HEADER,
        "shortcuts_header": noticed.SHORTCUTS_HEADER,
        "part": part,
        "findings": findings,
        "caution": summary.caution(rows, bool(judged)),
        "lineages": lineages(sources.taxonomy, classes),
        "parts": divided,
        "shared": summary.shared(splits, Split(**sources.settings.get("split") or {})),
        "reserved": any(counts["reserve"][0] for _, _, counts in divided),
        "quarantined": summary.quarantined(quarantine),
        "quarantine": quarantine[:MOST_ROWS],
        "twins": summary.twins(duplicates),
        "conflicts": [row for row in duplicates if row.conflict][:MOST_ROWS],
        "figures": [show_figure(path) for path in ordered(sources.figures, FIGURES)],
        "tables": [tables.view(path) for path in ordered(sources.tables, TABLES) if not apart(path)],
        "published": published.comparison(paths[PUBLISHED]) if PUBLISHED in paths else None,
        "source": str(sources.settings.get("source") or ""),
        "smoke_test": bool(sources.settings.get("smoke_test")),
        "diagnoses": [each for each in diagnoses if each.lines],
        "examined": any(each.mode.examined for each in diagnoses),
        "looked_at": diagnostics.looked_at(diagnoses),
        "caption": lambda name: caption(table_caption(name) if name in TABLES else sources.captions / f"{name}.rst"),
        "weights": pretrained(classifiers),
        "machines": machines([*classifiers, *generators]),
        "versions": {name: metadata.version(name) for name in PACKAGES},
        "settings": json.dumps(sources.settings, indent=2, sort_keys=True, ensure_ascii=False),
    }


def ordered(paths: Sequence[Path], names: Sequence[str] | Mapping[str, object]) -> list[Path]:
    """Files in the order of `names`, the others after them by name."""
    rank_of = {name: rank for rank, name in enumerate(names)}
    return sorted(paths, key=lambda path: (rank_of.get(path.stem, len(rank_of)), path.name))


def apart(path: Path) -> bool:
    """Whether a table has a section of its own."""
    return path.stem in TABLES and TABLES[path.stem].apart


def leads(path: Path) -> bool:
    """Whether a figure is part of the answer; the first of them stands beside it."""
    return path.stem in FIGURES and FIGURES[path.stem].leads


def show_figure(path: Path) -> Shown:
    """A figure with its data in its address; UserError when it is missing or neither SVG nor PNG."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path} is missing; run plot_results") from None
    size = _size(path, content)
    known = FIGURES.get(path.stem)
    title = known.title if known else path.stem.replace("_", " ").capitalize()
    data = f"data:{_TYPES[path.suffix]};base64,{base64.b64encode(content).decode()}"
    description = known.description if known else title
    return Shown(path.stem, path.name, title, description, data, *size, caption(figure_caption(path.stem)))


def pretrained(records: Sequence[Mapping]) -> list[tuple[str, str, str]]:
    """(architecture, source, sha256) of the weights that classifiers began with, each once."""
    sources_used: dict[tuple[str, str, str], None] = {}
    for record in records:
        weights = record.get("pretrained") or {}
        key = (
            str(record.get("architecture") or record.get("classifier")),
            str(weights.get("source", "none")),
            str(weights.get("sha256", "")),
        )
        sources_used[key] = None
    return sorted(sources_used)


def lineages(taxonomy: Path | None, classes: Sequence[str]) -> dict[str, str]:
    """Taxa above each class, where the study has a taxonomy."""
    if taxonomy is None:
        return {}
    tree = read_taxonomy(taxonomy, classes)
    return {class_: tree.lineage(class_) for class_ in classes}


def machines(records: Sequence[Mapping]) -> list[tuple[str, str, str, int]]:
    """(device, threads, precision, trainings) over all trainings."""
    counts: dict[tuple[str, str, str], int] = {}
    for record in records:
        device, threads, precision = (str(record.get(name, "unknown")) for name in ("device", "threads", "precision"))
        counts[device, threads, precision] = counts.get((device, threads, precision), 0) + 1
    return [(*key, number) for key, number in sorted(counts.items())]


def breakable(name: str) -> Markup:
    """A name that may be broken after its hyphens and underscores."""
    return Markup(re.sub(r"([-_])", r"\1<wbr>", str(escape(name))))


def coded(words: str) -> Markup:
    """What stands between backticks as code."""
    return Markup(re.sub("`([^`]*)`", r"<code>\1</code>", str(escape(words))))


def _size(path: Path, content: bytes) -> tuple[int, int]:
    if path.suffix == ".png" and content[:8] == b"\x89PNG\r\n\x1a\n":
        width, height = struct.unpack(">II", content[16:24])
        return round(width * 96 / 150), round(height * 96 / 150)  # figures are drawn at 150 dots an inch
    if path.suffix == ".svg":
        match = re.search(
            rb'<svg[^>]*?width="([\d.]+)pt"[^>]*?height="([\d.]+)pt"|<svg[^>]*?height="([\d.]+)pt"[^>]*?width="([\d.]+)pt"',
            content,
        )
        if match:
            width, height = (match[1], match[2]) if match[1] else (match[4], match[3])
            return round(float(width) * 96 / 72), round(float(height) * 96 / 72)
    raise UserError(f"{path} is no figure that the report can hold; give an .svg or a .png of plot_results")
