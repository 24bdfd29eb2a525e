"""Print all networks, generators included, as a TSV: how large they are, what they see, which weights are here.

Reads nothing but the folder of weights; builds every network without its weights. Writes to standard output, with the
columns kind, name, family, parameters, size_mb (of the file of weights, in MB of 2^20 bytes), size_px and channels of
the images, pretrained (where weights to start from are looked for, in turn; hub is timm's or torchvision's own) and
reachable (the first of them that can be had now, or no). Whether a hub can be reached is asked once, for a few seconds
at most, and not with --offline. Further models of timm are named with --architectures.

    python workflow/scripts/describe_models.py --classes 26 --architectures convnext_small
"""

import contextlib
import dataclasses
import sys
from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--classes", type=int, default=10, help="classes that classifiers tell apart (default: 10)")
    parser.add_argument("--architectures", nargs="*", default=[], help="further models of timm, by their names there")
    parser.add_argument("--weights", type=Path, default=Path("resources/weights"), help="folder of pretrained weights")
    parser.add_argument("--offline", action="store_true", help="leave the network alone: hubs are `not asked`")
    with contextlib.redirect_stdout(sys.stderr):  # the table alone goes to standard output
        args = script.start(parser, packages=("torch", "timm", "torchvision"))

    from augury.classifiers.catalogue import Network, describe_networks
    from augury.command.errors import UserError

    if args.classes < 2:
        raise UserError(f"--classes is {args.classes}; a classifier needs two at least")
    print(*(field.name for field in dataclasses.fields(Network)), sep="\t")
    for network in describe_networks(args.classes, args.architectures, args.weights, args.offline):
        print(*dataclasses.astuple(network), sep="\t")


if __name__ == "__main__":
    script.run(main)
