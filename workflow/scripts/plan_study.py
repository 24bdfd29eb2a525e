"""Print what a study will be able to see, what it costs, and which designs see more, before anything is trained.

Finds the study as Snakemake does: --configfile and --config are its own. Prints what the first lines of `snakemake -n`
say, and a table of designs on the same specimens, each of which sees a twentieth more than all that are cheaper: folds,
repeats, seeds, generator seeds, distinct test specimens, trainings, their time, the gain in points that each measure
shows with the power asked for (-: more than the baseline leaves room for), and the margin within which equal arms are
shown to be equal. `*` marks the study as it is configured, `>` the cheapest design that sees the gain that
`statistics.target_difference` asks for.

How noisy comparisons will be is taken from results of this study, else from a pilot, else assumed; the first lines say
which. --pilot measures it for a probe, in a minute: linear layers on EfficientNet-Lite0 are fitted to the training part
of the first split, and judged by the rest of it in folds. No test image of that split is read, and no arm of the study
tried. It needs the splits (`snakemake --until split_class`), and is kept for later plans of the same images.

--page shows all designs on one page that opens anywhere.

    python workflow/scripts/plan_study.py --configfile my-study.yaml --page plan.html
    python workflow/scripts/plan_study.py --config images=my-images --pilot
"""

import contextlib
import os
import sys
from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--configfile", type=Path, nargs="+", default=[], help="as Snakemake's (default: the demo's)")
    parser.add_argument("--config", nargs="+", default=[], metavar="KEY=VALUE", help="as Snakemake's")
    parser.add_argument("--cores", type=int, default=os.cpu_count(), help="trainings at a time (default: all cores)")
    parser.add_argument("--classifier", default="", help="that is judged (default: the first that decides)")
    parser.add_argument("--baseline", type=float, help="accuracy to assume of it, whatever results or a pilot say")
    parser.add_argument("--pilot", action="store_true", help="measure how noisy comparisons are, on training images")
    parser.add_argument("--page", type=Path, help="page to write: designs by gain and time, yours marked")
    with contextlib.redirect_stdout(sys.stderr):  # the answer alone goes to standard output
        args = script.start(parser, packages=("snakemake",))

    from augury.command.errors import UserError
    from augury.planning.by_hand import study_of
    from augury.planning.forecast import foretold
    from augury.planning.forecast.pilots import is_linear, keep_pilot, pilots_of
    from augury.planning.forecast.preview import Preview
    from augury.planning.inputs.plan import Plan

    if args.baseline is not None and not 0 < args.baseline < 1:
        raise UserError(f"--baseline is {args.baseline}; it must lie between 0 and 1")
    if args.cores < 1:
        raise UserError(f"--cores is {args.cores}; it must be at least 1")
    study = study_of(args.configfile, args.config)
    known = study.config.classifiers
    if args.classifier and args.classifier not in known:
        raise UserError(f"--classifier is {args.classifier}; the study has {', '.join(known)}, so name one of these")
    preview = Preview(Plan(study), args.classifier)
    if args.pilot:
        if not is_linear(study, preview.classifier):
            raise UserError(f"--pilot tells of probes, and {preview.classifier} is none; name a probe by --classifier")
        from augury.planning.forecast.piloting import pilot

        with contextlib.redirect_stdout(sys.stderr):
            keep_pilot(study, pilots := pilot(study, args.threads))
        preview = Preview(Plan(study), preview.classifier, pilots)
    if args.baseline is not None:
        preview = Preview(Plan(study), args.classifier, pilots_of(study, preview.classifier, args.baseline))
    if preview.planned is None:
        raise UserError(
            "the study compares no arms on a test part; give it `classifiers`, two `arms` and a `split.test`"
        )
    for sentence in foretold.sentences(preview, args.cores):
        print(sentence)
    print(*foretold.table(preview, args.cores), sep="\n")
    if args.page:
        from augury.report.planner.page import write_plan

        write_plan(preview, args.page, args.cores)


if __name__ == "__main__":
    script.run(main)
