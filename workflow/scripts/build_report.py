"""Build the report of a study: one HTML page that holds its tables, figures and settings, and needs no network.

Reads the tables, figures, captions, the manifest with its quarantine and duplicates, the splits, the JSON files of all
trainings and the histories of generators. Writes report.html, which ends with text for a paper, and that text and its
references as files of their own. The same files give the same bytes.

    python workflow/scripts/build_report.py --tables results/demo/tables/*.tsv --figures results/demo/figures/* \\
        --captions workflow/report --settings '{"dataset":"demo"}' --manifest results/demo/images/manifest.tsv \\
        --quarantine results/demo/images/quarantine.tsv --duplicates results/demo/images/duplicates.tsv \\
        --splits results/demo/splits/fold0.tsv --classifiers results/demo/*/classifiers/*/*/seed*/classifier.json \\
        --methods results/demo/tables/methods.md --references results/demo/tables/references.bib \\
        --output results/demo/report.html
"""

import json
from pathlib import Path

from augury.command import script
from augury.command.errors import UserError


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--tables", type=Path, nargs="+", required=True, help="tables to show, or a folder of them")
    parser.add_argument("--figures", type=Path, nargs="*", default=[], help="figures to show, or a folder of them")
    parser.add_argument("--captions", type=Path, required=True, help="folder of NAME.rst and of report.html.j2")
    parser.add_argument("--settings", required=True, help="the whole config as JSON")
    parser.add_argument("--manifest", type=Path, required=True, help="images/manifest.tsv")
    parser.add_argument("--quarantine", type=Path, required=True, help="images/quarantine.tsv")
    parser.add_argument("--duplicates", type=Path, required=True, help="images/duplicates.tsv")
    parser.add_argument("--inspection", type=Path, nargs="*", default=[], help="tables of inspect_images")
    parser.add_argument("--splits", type=Path, nargs="*", default=[], help="splits/SPLIT.tsv of each split")
    parser.add_argument("--classifiers", type=Path, nargs="*", default=[], help="classifier.json of each classifier")
    parser.add_argument("--generators", type=Path, nargs="*", default=[], help="generator.json of each generator")
    parser.add_argument("--histories", type=Path, nargs="*", default=[], help="history.tsv of each generator")
    parser.add_argument(
        "--elsewhere", type=Path, nargs="*", default=[], help="tables below tests/NAME of each test set"
    )
    parser.add_argument("--taxonomy", type=Path, help="TSV of the classes' ranks")
    parser.add_argument(
        "--notes", nargs="*", default=[], help="what tables and patterns of specimens and parts leave open"
    )
    parser.add_argument("--methods", type=Path, help="text for a paper to write, in Markdown with citations for Pandoc")
    parser.add_argument("--references", type=Path, help="its references to write, in BibTeX")
    parser.add_argument("--config-copy", type=Path, help="file to write with --settings, for who passes the study on")
    parser.add_argument("--output", type=Path, required=True, help="page to write")
    args = script.start(parser, packages=("jinja2", "docutils", "scipy"))

    from augury.command.files import atomic
    from augury.command.seals import COMMENT, sealed
    from augury.methods.writing import Methods
    from augury.report.page import Sources, gather, render
    from augury.tables.description import save_description

    try:
        settings = json.loads(args.settings)
    except ValueError as error:
        raise UserError(f"--settings is no JSON ({error})") from None
    if not isinstance(settings, dict):
        raise UserError("--settings holds no JSON object; give the whole config")
    args.tables, args.figures = _files(args.tables, ".tsv"), _files(args.figures, ".svg", ".png")
    args.settings, args.template = settings, args.captions / "report.html.j2"
    sources = Sources(**script.named(args, Sources))
    content = gather(sources)
    page, text = render(sources, content), content["methods"]
    assert isinstance(text, Methods)
    with atomic(args.output) as temporary:
        temporary.write_bytes(sealed(f"{page.rstrip()}\n{COMMENT}".encode()))
    for path, words in ((args.methods, text.markdown()), (args.references, text.bibtex())):
        if path:
            with atomic(path) as temporary:
                temporary.write_text(words, encoding="utf-8")
    if args.config_copy:
        save_description(args.config_copy, settings)
    script.tell(f"{args.output}: {len(page) / 1e6:.1f} MB, opens in any browser")


def _files(paths: list[Path], *suffixes: str) -> list[Path]:
    groups = [
        sorted(child for child in path.iterdir() if child.suffix in suffixes) if path.is_dir() else [path]
        for path in paths
    ]
    return [path for group in groups for path in group]


if __name__ == "__main__":
    script.run(main)
