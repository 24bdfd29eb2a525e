"""Lay the numbers of a publication beside those of a study, one per line.

Reads the publication's numbers (a TSV, see augury.tables.published) and the study's tables classification, per_class,
by_seed, models and generators, as far as they are there. Writes published.tsv: each number as printed, ours with its
interval, the difference, whether our interval holds it, and what differs.

    python workflow/scripts/compare_published.py --published config/studies/published/hushem.tsv \\
        --tables results/hushem/tables --output results/hushem/tables/published.tsv
"""

import json
from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--published", type=Path, required=True, help="the publication's numbers as a TSV")
    parser.add_argument("--tables", type=Path, required=True, help="folder of the study's tables")
    parser.add_argument("--extractor", nargs="*", default=[], help="networks in whose features generators were scored")
    parser.add_argument(
        "--deviations", type=json.loads, default={}, help="JSON: protocol deviations, by printed table, or `all`"
    )
    parser.add_argument("--smoke-test", action="store_true", help="the run is too small for a comparison")
    parser.add_argument("--output", type=Path, required=True, help="table to write: one row per printed number")
    args = script.start(parser, packages=())

    from augury.published.comparison import NO, YES, compare
    from augury.published.study_numbers import StudyNumbers
    from augury.tables.published import PublishedRow, read_published
    from augury.tables.table import write_rows

    rows = compare(
        read_published(args.published), StudyNumbers(args.tables, args.extractor), args.deviations, args.smoke_test
    )
    write_rows(args.output, PublishedRow, rows)
    words = [row.holds for row in rows]
    script.tell(f"{len(rows)} printed numbers: {words.count(YES)} within our intervals, {words.count(NO)} outside")


if __name__ == "__main__":
    script.run(main)
