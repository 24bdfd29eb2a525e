"""Say which numbers of a printed table are impossible, whether they agree, and whether a reported gain is one.

Reads a table as it is printed, digits and all: a row a class with any of precision, recall and f1, and a row `all` with
the accuracy; or a row an arm and seed with any measures, `mean` for an arm's mean. A column n gives test images where
they are known (of the class, or of the seed). Lines that begin with # are remarks. Writes --output, a row a check:
whether k of n images can be printed so, the smallest test size that fits all, whether mean recall and accuracy can
agree, and the p value of a gain over seeds.

    python workflow/scripts/audit_table.py --table config/studies/published/fusulinids.tsv --test-size 45 \\
        --output audit.tsv
"""

from pathlib import Path

from augury.command import script
from augury.command.errors import UserError


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--table", type=Path, required=True, help="the printed table as a TSV")
    parser.add_argument("--test-size", type=int, help="test images of each class, or seed, where the table has no n")
    parser.add_argument("--baseline", default="", help="arm that others are compared with (default: the first)")
    parser.add_argument("--output", type=Path, required=True, help="table to write: one row a check")
    args = script.start(parser, packages=("numpy", "scipy"))
    if args.test_size is not None and args.test_size < 1:
        raise UserError(f"--test-size is {args.test_size}; it must be at least 1")

    from augury.audit.findings import audit
    from augury.audit.printed import read_printed
    from augury.tables.audit import IMPOSSIBLE, FindingRow
    from augury.tables.table import write_rows

    lines = read_printed(args.table)
    arms = {line.arm for line in lines} - {""}
    if args.baseline and args.baseline not in arms:
        raise UserError(f"--baseline is {args.baseline}, which {args.table} does not have (it has {', '.join(arms)})")
    rows = audit(lines, args.test_size, args.baseline)
    write_rows(args.output, FindingRow, rows)
    for row in rows:
        if row.word == IMPOSSIBLE or row.check in ("size", "gain") or row.where == "all":
            value = f" = {row.n}" if row.check == "size" else f" {row.printed}" if row.printed else ""
            chance = f", p = {row.p:.3g}" if row.p is not None else ""
            script.tell(f"{row.where}, {row.measure}{value}: {row.word}{chance}; {row.about}")


if __name__ == "__main__":
    script.run(main)
