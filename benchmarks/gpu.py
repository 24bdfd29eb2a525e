"""What a GPU does: whether it computes what a CPU does, and how fast networks train there.

    python benchmarks/gpu.py all --minutes 8 --output out          # all of the below, agreement with the CPU first
    python benchmarks/gpu.py stylegan2 --size 256                  # with ADA, R1 and path lengths: seconds per kimg
    python benchmarks/gpu.py side_by_side --trainings 16 --at-once 1 16
    python benchmarks/gpu.py shared --gpus 1 2 4 8 --size 256      # one StyleGAN2 by several GPUs
    python benchmarks/gpu.py classifier --architecture resnet50 --size 224

Prints tables; `all` also writes OUTPUT/rows.jsonl, and ends with 1 where a step failed. With --device cpu and small
numbers (of `all`: --small), the same runs on a laptop. It needs what the workflow needs, Snakemake apart.
"""

import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCRIPTS = HERE.parent / "workflow" / "scripts"
sys.path[:0] = [str(HERE), str(SCRIPTS)]
_PARTS = [
    "generators",
    "classifiers",
    "scripts",
    "families",
    "studies",
    "networks",
    "profiles",
    "many",
    "recorded",
    "speed",
]


def main() -> None:
    args = _arguments()
    import torch

    torch.set_num_threads(args.threads)
    if args.device == "auto":
        args.device = "cuda" if torch.cuda.is_available() else "cpu"
    if args.kind == "all":
        from on_gpu.everything import everything

        sys.exit(min(1, everything(args.device, args.minutes, args.untimed, args.output, args.small, args.parts)))
    measured = {"stylegan2": _stylegan2, "side_by_side": _side_by_side, "shared": _shared, "classifier": _classifier}
    rows = measured[args.kind](args)
    lines = [list(rows[0]), *([row[name] for name in rows[0]] for row in rows)]
    print(
        "\n".join("\t".join(f"{cell:.4g}" if isinstance(cell, float) else str(cell) for cell in row) for row in lines)
    )


def _arguments() -> argparse.Namespace:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--device", default="auto")
    made.add_argument("--threads", type=int, default=1)
    kinds = made.add_subparsers(dest="kind", required=True)
    kind = kinds.add_parser("all")
    kind.add_argument("--minutes", type=float, default=8.0, help="after so long no further step begins")
    kind.add_argument("--small", action="store_true", help="tiny networks, and few of them")
    kind.add_argument("--untimed", type=float, default=4.0, help="minutes for what is checked and not timed")
    kind.add_argument("--parts", nargs="+", default=_PARTS, choices=_PARTS)
    kind.add_argument("--output", type=Path, default=Path("gpu"))
    kind = kinds.add_parser("stylegan2")
    kind.add_argument("--size", type=int, default=256)
    kind.add_argument("--settings", type=json.loads, default={}, help="JSON: batch, channel_base ...")
    kind.add_argument("--seconds", type=float, default=10.0, help="to measure for, at least")
    kind = kinds.add_parser("side_by_side")
    kind.add_argument("--trainings", type=int, default=16)
    kind.add_argument("--at-once", type=int, nargs="+", default=[1, 16])
    kind.add_argument("--size", type=int, default=64)
    kind.add_argument("--kimg", type=float, default=20.0)
    kind = kinds.add_parser("shared")
    kind.add_argument("--gpus", type=int, nargs="+", default=[1, 2])
    kind.add_argument("--size", type=int, default=256)
    kind.add_argument(
        "--settings", type=json.loads, default={}, help="JSON: family, batch ... (default: StyleGAN2, ADA)"
    )
    kind.add_argument("--kimg", type=float, default=20.0)
    kind = kinds.add_parser("classifier")
    kind.add_argument("--architecture", default="resnet50")
    kind.add_argument("--size", type=int, default=224)
    kind.add_argument("--seconds", type=float, default=10.0)
    return made.parse_args()


def _stylegan2(args: argparse.Namespace) -> list[dict]:
    from on_gpu import cases, speed

    settings = {"family": "stylegan2", "size_px": args.size, "ada": cases.ADA} | args.settings
    return [speed.kimg_seconds(settings, args.device, seconds=args.seconds)]


def _side_by_side(args: argparse.Namespace) -> list[dict]:
    from on_gpu.side_by_side import side_by_side

    return side_by_side(args.trainings, args.at_once, args.size, args.kimg, args.device, args.threads)


def _shared(args: argparse.Namespace) -> list[dict]:
    from on_gpu import cases
    from on_gpu.shared import shared

    style = {} if "family" in args.settings else {"family": "stylegan2", "batch": 32, "ada": cases.ADA}
    settings = {"size_px": args.size} | style | args.settings
    return shared(args.gpus, settings, args.kimg, args.device, args.threads)


def _classifier(args: argparse.Namespace) -> list[dict]:
    from on_gpu import speed

    return [speed.images_per_second(args.architecture, args.size, args.device, seconds=args.seconds)]


if __name__ == "__main__":
    main()
