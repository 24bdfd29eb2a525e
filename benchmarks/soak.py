"""What planning costs as a study grows: seconds and memory of Snakemake, beside a plain Snakefile of the same shape.

For every number of classes it makes a project with generated images, and in it the first dry run, which reads every
image once, and a rerun in which nothing is to be done, its outputs being empty files that Snakemake has noted as made.
Writes a table, one row per size and side. A busy machine stretches seconds of the clock, those of the processor hardly;
200 classes take some minutes and 1.5 GB of disk.

    python benchmarks/soak.py                                     # 25 to 200 classes of 100 images, 3 folds, 3 seeds
    python benchmarks/soak.py --classes 8 16 --images 10 --output /tmp/soak.tsv
"""

import argparse
import tempfile
from pathlib import Path

from many_jobs import Run, make_done, make_plain, make_study, many, snakemake

COLUMNS = ["classes", "images", "jobs", "side"]
COLUMNS += [f"{run}_{what}" for run in ("dry", "noop") for what in ("seconds", "process_seconds", "peak_mb")]


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--classes", type=int, nargs="+", default=[25, 50, 100, 200])
    made.add_argument("--images", type=int, default=100, help="of each class (default: 100)")
    made.add_argument("--folds", type=int, default=3)
    made.add_argument("--seeds", type=int, default=3, help="of generators and of classifiers")
    made.add_argument("--output", type=Path, default=Path("soak.tsv"), help="table to write (default: soak.tsv)")
    args = made.parse_args()
    lines = ["\t".join(COLUMNS)]
    print(lines[0], flush=True)
    for classes in args.classes:
        for side in ("augury", "plain"):
            with tempfile.TemporaryDirectory() as folder:
                jobs, runs = measure(Path(folder), side, classes, args)
            costs = [cost for run in runs for cost in (run.wall, run.process, run.peak_mb)]
            cells = [classes, classes * args.images, jobs, side, *(f"{cost:.1f}" for cost in costs)]
            lines.append("\t".join(map(str, cells)))
            print(lines[-1], flush=True)
            args.output.write_text("\n".join(lines) + "\n", encoding="utf-8")


def measure(folder: Path, side: str, classes: int, args: argparse.Namespace) -> tuple[int, list[Run]]:
    """The number of jobs, and what the first dry run and one with nothing to do cost."""
    if side == "plain":
        make_plain(folder, classes, args.folds, args.seeds)
        options = ()
    else:
        make_study(folder, classes, args.images, many(args.folds, args.seeds))
        options = ("--configfile", "study.yaml")
    first = snakemake(folder, "--dry-run", *options)
    make_done(folder, *options)
    idle = snakemake(folder, *options)
    assert idle.idle, idle.text[-2000:]
    return first.jobs, [first, idle]


if __name__ == "__main__":
    main()
