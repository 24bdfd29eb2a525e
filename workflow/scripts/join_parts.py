"""Put every image of one class into the training part: the split of the classifier that is handed over.

Reads the class's table of one of the study's splits; writes --output with the same images, specimens and order. Nothing
is left to validate or to test by, and no table or figure of the study reads what is trained on it.

    python workflow/scripts/join_parts.py --split-table results/demo/splits/holdout/Tripos.tsv \\
        --output results/demo/splits/final/Tripos.tsv
"""

import dataclasses
from pathlib import Path

from augury.command import script
from augury.tables.rows import SplitRow
from augury.tables.table import read_rows, write_rows


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--split-table", type=Path, required=True, help="splits/SPLIT/CLASS.tsv of a study's split")
    parser.add_argument("--output", type=Path, required=True, help="where the table goes")
    args = script.start(parser)
    rows = [dataclasses.replace(row, part="train") for row in read_rows(args.split_table, SplitRow)]
    write_rows(args.output, SplitRow, rows)
    script.tell(f"{len(rows)} images, all of them to train on")


if __name__ == "__main__":
    script.run(main)
