"""The page: everything that the template shows, gathered and rendered."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import cast

import jinja2

from augury.figures.catalogue import FIGURES
from augury.methods import facts, writing
from augury.report import (
    answer,
    broken,
    diagnostics,
    elsewhere,
    headline,
    matrix,
    noticed,
    provenance,
    published,
    question,
    ranking,
    sensitivity,
    standing,
    summary,
    tables,
    values,
    words,
    worth,
)
from augury.report.captions import caption
from augury.report.cells import MOST_ROWS
from augury.report.markup import breakable, coded, stacked
from augury.report.pictures import FURTHER, LEADING, OPENING, show_figure
from augury.settings.reading import checked
from augury.study.split import Split
from augury.study.statistics import Statistics
from augury.tables.catalogue import TABLES, table_caption
from augury.tables.classification import ClassificationRow
from augury.tables.confusions import ConfusionRow
from augury.tables.description import read_description
from augury.tables.generator_pairs import PairRow
from augury.tables.generators import GeneratorRow, generator_run_of
from augury.tables.rows import DuplicateRow, ImageRow, QuarantineRow, SplitRow
from augury.tables.runtime import RuntimeRow
from augury.tables.sensitivity import SensitivityRow
from augury.tables.synthetic import ScoreRow
from augury.tables.table import Row, read_dicts, read_not_run, read_rows
from augury.tables.taxonomy import read_taxonomy
from augury.tables.verdict import VerdictRow
from augury.tables.worth import WorthRow
from augury.verdict import hanging

PACKAGES = ("numpy", "pandas", "matplotlib", "seaborn", "jinja2", "docutils")
PUBLISHED = "published"


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
    elsewhere: Sequence[
        Path
    ] = ()  # tables of other test sets, tests/NAME/images.tsv, tests/NAME/tables/verdict.tsv ...
    inspection: Sequence[Path] = ()  # what inspect_images wrote
    notes: Sequence[str] = ()  # what tables and patterns of specimens and parts leave open


def render(sources: Sources, content: Mapping[str, object] | None = None) -> str:
    """The whole page as HTML; the same files give the same text. Raises UserError for files that cannot be read.

    content: what `gather` has made of them, where it was asked for before.
    """
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
        "stacked": stacked,
    }
    content = content or gather(sources)
    explained = words.Explained(cast(Sequence[words.Word], content["words"]))
    return environment.get_template(sources.template.name).render(**content, explained=explained)


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
    confused = read("confusions", ConfusionRow)
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
    nearest = ranking.nearest(scored, pairs)
    levels = broken.means(rows)
    guessing = broken.at_chance(levels, len(classes))
    level = f"{1 - checked(sources.settings.get('statistics'), Statistics).alpha:.0%}"
    able = [row for row in levels if row.classifier not in guessing]
    told = headline.sentences(able, judged, level) if judged else standing.answer(able, confused)
    of_page = [path for path in ordered(sources.tables, TABLES) if not apart(path)]
    figures = [show_figure(path) for path in ordered(sources.figures, FIGURES)]
    varied = sensitivity.of_primary(read("sensitivity", SensitivityRow), judged)
    doubts = [*broken.claims(diagnoses, guessing, judged), *sensitivity.claims(varied)]
    seen = noticed.read_noticed(sources.inspection)
    known = facts.Facts(
        settings=sources.settings,
        manifest=manifest,
        rows=rows,
        judged=judged,
        runtime=runtime,
        splits=splits,
        quarantine=quarantine,
        duplicates=duplicates,
        scored=facts.scored(scores),
        explained="grad_cam" in {path.stem for path in sources.figures},
        records={"generator": generators, "classifier": classifiers},
    )
    return {
        "words": [*words.names(known), *words.terms()],
        "title": str(sources.settings.get("dataset") or "augury"),
        "question": question.question(sources.settings, rows, judged, len(classes)),
        "facts": question.facts(rows, manifest),
        "headline": told or [*nearest, headline.GUESSING if rows else headline.UNTRIED],
        "standings": standing.standings(levels) if rows and not judged else [],
        "measures": list(standing.MEASURES.values()),
        "most_standings": standing.MOST,
        "pairs": standing.listed_pairs(standing.pairs_of_best(able, confused)) if not judged else [],
        "doubts": doubts,
        "doubted": broken.in_a_line(doubts, seen.summary if seen and seen.warnings else ""),
        "matrices": matrix.matrices(judged, levels),
        "level": level,
        "settle": answer.settling(judged, runtime),
        "answer": answer.head(rows, judged, diagnoses, len(classes), sources.settings, runtime),
        "priced": worth.answers(priced),
        "names": [shown.name for shown in figures],
        **{place: [shown for shown in figures if shown.place == place] for place in (OPENING, LEADING, FURTHER)},
        "overview": [
            *summary.overview(rows, manifest, generators),
            *summary.left_out(read_not_run(paths["classification"]) if "classification" in paths else []),
            *nearest,
        ],
        "notes": sources.notes,
        "noticed": seen,
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
        "told": {"sensitivity": hanging.sentences(varied)},
        "tables": [view for view in map(tables.view, of_page) if view.rows],
        "test_sets": elsewhere.read_sets(sources.elsewhere, classes, sources.settings),
        "published": published.comparison(paths[PUBLISHED]) if PUBLISHED in paths else None,
        "source": str(sources.settings.get("source") or ""),
        "smoke_test": bool(sources.settings.get("smoke_test")),
        "diagnoses": [each for each in diagnoses if each.lines],
        "examined": any(each.mode.examined for each in diagnoses),
        "looked_at": diagnostics.looked_at(diagnoses),
        "caption": lambda name: caption(table_caption(name) if name in TABLES else sources.captions / f"{name}.rst"),
        "weights": provenance.pretrained(classifiers),
        "machines": provenance.machines([*classifiers, *generators]),
        "versions": {name: metadata.version(name) for name in PACKAGES},
        "methods": writing.write(known),
        "settings": json.dumps(sources.settings, indent=2, sort_keys=True, ensure_ascii=False),
    }


def ordered(paths: Sequence[Path], names: Sequence[str] | Mapping[str, object]) -> list[Path]:
    """Files in the order of `names`, the others after them by name."""
    rank_of = {name: rank for rank, name in enumerate(names)}
    return sorted(paths, key=lambda path: (rank_of.get(path.stem, len(rank_of)), path.name))


def apart(path: Path) -> bool:
    """Whether a table has a section of its own."""
    return path.stem in TABLES and TABLES[path.stem].apart


def lineages(taxonomy: Path | None, classes: Sequence[str]) -> dict[str, str]:
    """Taxa above each class, where the study has a taxonomy."""
    if taxonomy is None:
        return {}
    tree = read_taxonomy(taxonomy, classes)
    return {class_: tree.lineage(class_) for class_ in classes}
