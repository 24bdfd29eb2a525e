"""Say which numbers of a printed table are impossible or do not fit an assumption, and whether a gain is one.

Reads a table as it is printed, digits and all: one row per class with any of precision, recall and f1, and rows such as
`accuracy`, `macro avg` and `all`; or one row per arm and seed with any measures, `mean` for an arm's mean; or what
scikit-learn's classification_report prints. A column n (or support) gives test images where they are known, of the
class or of the seed; columns such as arm and classifier keep tables of one file apart. Lines that begin with # are
remarks. Writes --output, one row per check. `impossible` is what no size, no averaging and no rounding can give;
`does not fit if` names what would have to be otherwise. What you know of the table makes the audit sharper.

    python workflow/scripts/audit_table.py --table config/studies/published/fusulinids.tsv --output audit.tsv
    python workflow/scripts/audit_table.py --table printed.tsv --test-size 45 --single-run --output audit.tsv
"""

from pathlib import Path

from augury.command import script
from augury.command.errors import UserError


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--table", type=Path, required=True, help="the printed table as a TSV")
    parser.add_argument("--test-size", type=int, help="test images of each class, or seed, where the table has no n")
    parser.add_argument(
        "--single-run",
        action="store_true",
        help="the text says that numbers are of one run on n test images and that every class is shown: they are no "
        "means over folds or seeds, and n is not the whole class",
    )
    rules = ["nearest", "half-up", "half-even", "truncated"]
    parser.add_argument("--rounding", choices=rules, help="how numbers are rounded (default: not known)")
    parser.add_argument("--baseline", default="", help="arm that others are compared with (default: the first)")
    parser.add_argument("--output", type=Path, required=True, help="table to write: one row per check")
    args = script.start(parser, packages=("numpy", "scipy"))
    if args.test_size is not None and args.test_size < 1:
        raise UserError(f"--test-size is {args.test_size}; it must be at least 1")

    from augury.published.audit.findings import audit, sentence
    from augury.published.audit.hypotheses import Known
    from augury.published.audit.printed import read_printed
    from augury.tables.audit import CONDITIONAL, IMPOSSIBLE, FindingRow
    from augury.tables.table import write_rows

    lines = read_printed(args.table)
    arms = {line.arm for line in lines} - {""}
    if args.baseline and args.baseline not in arms:
        raise UserError(f"--baseline is {args.baseline}, which {args.table} does not have (it has {', '.join(arms)})")
    known = Known(args.single_run, args.rounding or "")
    rows = audit(lines, args.test_size, args.baseline, known)
    write_rows(args.output, FindingRow, rows)
    script.tell(sentence(rows, known))
    for row in rows:
        if row.word in (IMPOSSIBLE, CONDITIONAL) or row.check in ("size", "gain") or row.where == "all":
            where = ", ".join(filter(None, (row.group, row.where, row.measure)))
            value = f" = {row.n}" if row.check == "size" and not row.assumption else f" {row.printed}".rstrip()
            chance = f", p = {row.p:.3g}" if row.p is not None else ""
            script.tell(f"{where}{value}: {row.word} {row.assumption}".rstrip() + f"{chance}; {row.about}")
    if not known.single_run and any(row.word == CONDITIONAL for row in rows):
        script.tell("Where the text says that numbers are of one run on n test images, --single-run sharpens this.")


if __name__ == "__main__":
    script.run(main)
