"""Fetch the ImageNet weights of an architecture from its library's hub: timm's, or torchvision's for its own networks.

Writes the weights as safetensors to --output, and to --record a JSON that says where they came from, with their sha256.
It is the only step that downloads weights, and needs a network (or the library's own cache of an earlier download).

    python workflow/scripts/fetch_weights.py --architecture resnet50 \\
        --output resources/weights/resnet50.safetensors --record resources/weights/resnet50.json
"""

from pathlib import Path

from augury.command import script
from augury.command.errors import UserError


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--architecture", required=True, help="its name in timm, or alexnet or googlenet")
    parser.add_argument("--output", type=Path, required=True, help="file of weights to write, .safetensors")
    parser.add_argument("--record", type=Path, required=True, help="JSON to write: source, tag and sha256")
    args = script.start(parser, packages=("torch", "timm", "torchvision", "huggingface_hub"))

    from augury.classifiers import hub

    if args.output.exists():
        raise UserError(f"{args.output} is there already; move it away to have it fetched")
    script.tell(f"fetching the weights of {args.architecture}")
    made = hub.fetch(args.architecture, args.output, args.record)
    size = args.output.stat().st_size / 1e6
    script.tell(f"{args.output}: {size:.1f} MB from {made.source}, sha256 {made.sha256}")


if __name__ == "__main__":
    script.run(main)
