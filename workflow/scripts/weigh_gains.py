"""Weigh each arm's gain in real specimens: read it off the learning curve of the baseline.

Reads predictions.tsv of the baseline, of the baseline trained on other numbers of real specimens (the points of the
curve, at least two), and of the arms. A number of specimens per class stands before the files it belongs to, as in
20=DIR; without one, `specimens` in the classifier.json beside the predictions says it. Writes worth.tsv. Folders are
read as judge_arms.py reads them.

    python workflow/scripts/weigh_gains.py --baseline 40=mine/real --point 10=mine/real10 --point 20=mine/real20 \\
        --point 80=mine/real80 --arm mine/gan --output worth.tsv
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from augury.command import script
from augury.command.errors import UserError
from augury.metrics.options import statistics
from augury.verdict import options

if TYPE_CHECKING:
    from augury.verdict.runs import Side

_NUMBERED = re.compile(r"^(\d*\.?\d+)=(.+)$", re.DOTALL)


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--baseline", nargs="+", required=True, help="[N=]folders or predictions of the baseline")
    parser.add_argument("--point", nargs="+", action="append", default=[], help="the same of a point of its curve")
    parser.add_argument("--arm", type=Path, nargs="+", action="append", default=[], help="of an arm to weigh")
    parser.add_argument("--output", type=Path, required=True, help="table to write")
    options.add_known(parser)
    options.add_variance(parser)
    args = script.start(parser, packages=("numpy", "scipy"))
    options.check(args)

    from augury.report.worth import answer
    from augury.tables.table import write_rows
    from augury.tables.worth import FEWEST_POINTS, WorthRow
    from augury.verdict.runs import check_names, find_side
    from augury.verdict.variance import Rule
    from augury.verdict.worth import weigh

    if len(args.point) + 1 < FEWEST_POINTS:
        raise UserError(f"--point is given {len(args.point)} times; a curve needs two points beside the baseline")
    specimens, baseline = _side(args.baseline)
    points = [_side(words) for words in args.point]
    settings = statistics(args)
    arms = [find_side(sources) for sources in args.arm]
    check_names([(baseline, side) for side in [*(side for _, side in points), *arms]])
    curve = {side.name: (number, side) for number, side in points}
    known = options.known(args, [baseline, *(side for _, side in points), *arms])
    rows = weigh(baseline, curve, arms, specimens, Rule.of(settings), settings.bootstrap, settings.seed, known)
    write_rows(args.output, WorthRow, rows)
    for row in rows:
        if row.point is None and row.measure == "accuracy":
            script.tell(answer(row))


def _side(words: list[str]) -> tuple[float, "Side"]:
    """The number of specimens and the runs of one side."""
    from augury.tables.description import read_description
    from augury.verdict.runs import find_side

    numbered = _NUMBERED.match(words[0])
    side = find_side([Path(word) for word in ([numbered[2]] if numbered else words[:1]) + words[1:]])
    if numbered:
        if not float(numbered[1]):
            raise UserError(f"{words[0]} has no specimens; a point of the curve needs some, as in 20=FOLDER")
        return float(numbered[1]), side
    levels = []
    for path in side.runs.values():
        record = path.with_name("classifier.json")
        known = read_description(record).get("specimens") if record.is_file() else None
        if not isinstance(known, int | float) or known <= 0:
            raise UserError(f"{path} has no classifier.json that says `specimens`; write N=FOLDER, as in 20={words[0]}")
        levels.append(known)
    return sum(levels) / len(levels), side


if __name__ == "__main__":
    script.run(main)
