"""Judge arms once more without some of the test images or splits: does a word of the verdict hang on them?

Left out are the test images whose labels are doubted by what all arms together predict; the half of each class's test
specimens that is nearest to the training images of its split in a network's features, and the other half; each split
in turn; and of several repeats all but one. Writes --output, sensitivity.tsv: one row per arm, classifier and thing
left out.

Predictions are found, and the other options are, as in judge_arms.py. Features are given network by network, with the
rows of the packs that they are of, and the tables of the splits; without them nothing is near or far.

    python workflow/scripts/vary_verdict.py --baseline results/demo/*/classifiers/real \\
        --arm results/demo/*/classifiers/dcgan --output sensitivity.tsv
"""

import itertools
from pathlib import Path

from augury.command import script
from augury.metrics.options import statistics
from augury.verdict import options


def main() -> None:
    parser = script.parser(__doc__)
    options.add_sides(parser)
    parser.add_argument(
        "--features", nargs="+", action="append", default=[], metavar=("NETWORK", "FILE"),
        help="a network's name and its features of packs; once for each network",
    )  # fmt: skip
    parser.add_argument("--rows", type=Path, nargs="+", default=[], help="rows of these packs, in their order")
    parser.add_argument("--splits", type=Path, nargs="+", default=[], help="SPLIT.tsv of each split")
    parser.add_argument("--output", type=Path, required=True, help="table to write")
    options.add_options(parser)
    args = script.start(parser, packages=("cleanlab", "numpy", "scipy"))
    options.check(args)

    from augury.command.progress import Progress
    from augury.tables.sensitivity import SensitivityRow
    from augury.tables.table import write_rows
    from augury.verdict.decision import Rule
    from augury.verdict.families import Primary
    from augury.verdict.hanging import sentences
    from augury.verdict.left_out import doubted, near_and_far
    from augury.verdict.sensitivity import cases, vary

    settings = statistics(args)
    comparisons = options.comparisons(args)
    variants = [doubted(comparisons), *near_and_far(args.features, args.rows, args.splits)]
    progress = Progress("judging again", cases(comparisons, variants), "cases")
    rows = vary(
        comparisons, variants, Rule.of(settings, args.test_to_train), settings.bootstrap, settings.seed,
        Primary(settings.primary.measures, settings.primary.classifiers, args.controls),
        options.known(args, itertools.chain(*comparisons)),
        lambda: progress.add(1),
    )  # fmt: skip
    write_rows(args.output, SensitivityRow, rows)
    for sentence in sentences(rows):
        script.tell(sentence)


if __name__ == "__main__":
    script.run(main)
