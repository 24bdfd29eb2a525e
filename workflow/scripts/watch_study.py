"""Show how far a study is: one line on the terminal, and the page results/NAME/progress.html, which renews itself.

Given a command of Snakemake, runs it and shows its progress in place of its output, which Snakemake keeps in
.snakemake/log; what augury and a study's config have to say is passed on, and where a step fails so are its last lines.
Without one, watches the run that began last in this folder, from any terminal. The time that is left comes from the
planner's forecast and from the steps that were measured so far.

    python workflow/scripts/watch_study.py snakemake --cores all --configfile my-study.yaml
    python workflow/scripts/watch_study.py
"""

import os
import sys
from argparse import REMAINDER
from pathlib import Path

from augury.command import script
from augury.command.errors import UserError


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("command", nargs=REMAINDER, help="command of Snakemake to run (default: watch what runs)")
    environment = dict(os.environ)  # as the steps are to have it
    args = script.start(parser)

    from augury.report.progress import watching

    if args.command:
        code = watching.run(args.command, environment)
        if code:
            sys.exit(code)
        return
    log = watching.newest_log(Path(".snakemake", "log"))
    if log is None:
        raise UserError("no study was run in this folder; start one, or go to the folder where Snakemake runs")
    watching.follow(log)


if __name__ == "__main__":
    script.run(main)
