"""Put the parts of all classes of one split into one table.

Reads splits/{split}/{class_}.tsv of every class; writes splits/{split}.tsv with the same columns, for people and for
other tools: no step of a single class reads it.

    python workflow/scripts/merge_split.py --tables results/demo/splits/holdout/*.tsv \\
        --output results/demo/splits/holdout.tsv
"""

from pathlib import Path

from augury.command import script
from augury.tables.rows import SplitRow
from augury.tables.table import read_rows, write_rows


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--tables", nargs="+", type=Path, required=True, help="tables of the classes, in their order")
    parser.add_argument("--output", type=Path, required=True, help="where the table goes")
    args = script.start(parser)
    write_rows(args.output, SplitRow, (row for table in args.tables for row in read_rows(table, SplitRow)))


if __name__ == "__main__":
    script.run(main)
