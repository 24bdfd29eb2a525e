"""Augury beside its peers, task by task: writes results.tsv and a figure.

Each task runs in a process of its own, both sides in turns. Tasks are the functions of benchmarks/tasks/.

    python benchmarks/bench.py                           # all of them
    python benchmarks/bench.py --tasks dcgan64 kid --output /tmp/results.tsv
"""

import argparse
import dataclasses
import importlib
import json
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "workflow" / "scripts")]

TASKS = {
    "dcgan64": "dcgan",
    "dcgan128": "dcgan",
    "stylegan2_64": "stylegan2",
    "projected64": "projected",
    "diffusion32": "diffusion",
    "diffusion64": "diffusion",
    "resnet18": "classifiers",
    "resnet50": "classifiers",
    "convnext": "classifiers",
    "frechet_160": "statistics",
    "frechet_5000": "statistics",
    "kid": "statistics",
    "prdc_5000": "statistics",
    "features": "features",
    "genetic": "search",
    "genetic_forwards": "search",
    "read": "data",
    "fingerprints": "data",
    "index": "data",
    "index_two_threads": "data",
    "index_two_classes": "data",
    "pack": "data",
    "pack_photographs": "data",
    "duplicates": "data",
    "memory": "memory",
    "memory_duplicates": "memory",
    "memory_training": "memory_training",
    "noop_dag": "workflow",
    "study_demo": "studies",
    "study_default": "studies",
    "study_folds": "studies",
}

LONG = {"study_folds"}  # run by name alone


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument(
        "--tasks",
        nargs="+",
        choices=TASKS,
        default=[name for name in TASKS if name not in LONG],
        help="those to run (default: all but study_folds)",
    )
    made.add_argument("--output", type=Path, default=HERE / "results.tsv", help="table to write")
    made.add_argument("--threads", type=int, default=2, help="CPU threads of either side (default: 2)")
    made.add_argument("--one", choices=TASKS, help=argparse.SUPPRESS)
    args = made.parse_args()
    if args.one:
        print(json.dumps(dataclasses.asdict(run(args.one, args.threads))))
        return
    rows, failed = [], []
    began = time.monotonic()
    for index, task in enumerate(args.tasks):
        words = [sys.executable, __file__, "--one", task, "--threads", str(args.threads)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode:
            failed.append(task)
            print(f"{task}: failed\n{done.stderr[-2000:]}", file=sys.stderr, flush=True)
            continue
        rows.append(json.loads(done.stdout.splitlines()[-1]))
        row, left = rows[-1], (time.monotonic() - began) / (index + 1) * (len(args.tasks) - index - 1)
        print(
            f"{task}: {row['ratio']:.2f} times {row['peer']} ({row['ratio_low']:.2f} to {row['ratio_high']:.2f}), "
            f"{row['our_value']:.4g} against {row['peer_value']:.4g} {row['unit']}; about {left / 60:.0f} min left",
            flush=True,
        )
    if rows:
        lines = ["\t".join(rows[0]), *("\t".join(_cell(value) for value in row.values()) for row in rows)]
        args.output.write_text("\n".join(lines) + "\n", encoding="utf-8")
        from chart import draw

        draw(rows, args.output.with_suffix(".svg"))
    sys.exit(1 if failed else 0)


def run(task: str, threads: int):
    """Measure one task in this process."""
    import torch
    from comparison import measure

    torch.set_num_threads(threads)
    module = importlib.import_module(f"tasks.{TASKS[task]}")
    return measure(task, getattr(module, task)())


def _cell(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
