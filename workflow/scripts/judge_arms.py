"""Judge whether each arm helps, hurts or is equivalent to the baseline, or whether the study is underpowered.

Reads predictions.tsv of the baseline and of each arm. Writes --output, verdict.tsv: one row per arm, classifier, class
and measure with the difference, its interval, corrected p values, the word, and what would settle it; and, where asked
for, --differences: one row per pair of runs, with McNemar's test. --looks is the history of looks at these comparisons:
it is read, and added to where there are runs that were not judged before; --planned-looks says how many were planned.

--baseline and each --arm take folders, and files one by one. In the workflow's folders the path says which split, arm,
classifier and seed a file is of, and runs whose classifier.json or leaks.tsv says that they leak are not judged.
Elsewhere the folder is the arm: every .tsv below it with `predictions` in its name is a run; `seed0`, `seed1` ... in
its path is its seed, and the rest of the path its split, as in mine/fold0/seed1/predictions.tsv. Columns needed: sha256
(any name of the image, the same in all files), path, specimen, part (test), class, predicted, and a probability
`p:NAME` for each class. Baseline and arm must have the same runs, and judge the same images.

    python workflow/scripts/judge_arms.py --baseline mine/real --arm mine/gan --arm mine/copies --output verdict.tsv
    python workflow/scripts/judge_arms.py --baseline results/demo/*/classifiers/real \\
        --arm results/demo/*/classifiers/dcgan --output verdict.tsv
"""

import itertools
from pathlib import Path

from augury.command import script
from augury.metrics.options import statistics
from augury.verdict import options


def main() -> None:
    parser = script.parser(__doc__)
    options.add_sides(parser)
    parser.add_argument("--output", type=Path, required=True, help="table to write: one row per comparison and measure")
    parser.add_argument("--differences", type=Path, help="table to write: one row per pair of runs")
    parser.add_argument("--looks", type=Path, help="table of all looks at these comparisons: read, and added to")
    options.add_options(parser)
    args = script.start(parser, packages=("numpy", "scipy"))
    options.check(args)

    from augury.command.progress import Progress
    from augury.tables.differences import DifferenceRow
    from augury.tables.looks import LookRow
    from augury.tables.measures import MEASURES
    from augury.tables.table import write_rows
    from augury.tables.verdict import ALL, HELPS, HURTS, VerdictRow
    from augury.verdict import looks
    from augury.verdict.decision import Rule
    from augury.verdict.families import Primary, unknown
    from augury.verdict.history import Plan
    from augury.verdict.judging import judge
    from augury.verdict.recorded import unsaid

    settings = statistics(args)
    rule = Rule.of(settings, args.test_to_train)
    primary = Primary(settings.primary.measures, settings.primary.classifiers, args.controls)
    comparisons = options.comparisons(args)
    known = options.known(args, itertools.chain(*comparisons))
    progress = Progress("judging", sum(len(arm.runs) for _, arm in comparisons), "runs")
    plan = Plan(settings.looks, args.planned_splits)
    rows, differences, history = judge(
        comparisons, rule, settings.bootstrap, settings.seed, primary, known, plan, args.looks, progress.add
    )
    write_rows(args.output, VerdictRow, rows)
    if args.differences:
        write_rows(args.differences, DifferenceRow, differences)
    if args.looks:  # last of all: what nobody can read was not looked at
        write_rows(args.looks, LookRow, history)
    for sentence in unsaid(known, itertools.chain(*comparisons)):
        script.tell(sentence)
    undefined = set(primary.measures) - {row.measure for row in rows if row.class_ == ALL}
    for measure in sorted(undefined) if rows else ():
        script.tell(f"{measure} is undefined here, so it decides nothing: {MEASURES[measure].needs}")
    for sentence in unknown(primary, rows):
        script.tell(sentence)
    for row in rows:
        if row.class_ == ALL and (row.measure == "accuracy" or row.word in (HELPS, HURTS)):
            name = f"{row.arm} against {row.baseline}" + f", {row.classifier}" * bool(row.classifier)
            ends = "" if row.low is None else f" between {row.low:+.3f} and {row.high:+.3f}"
            script.tell(f"{name}: {row.word}, {row.measure}{ends}")
    for sentence in looks.sentences(rows):
        script.tell(sentence)


if __name__ == "__main__":
    script.run(main)
