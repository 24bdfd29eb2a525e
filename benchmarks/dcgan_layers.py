"""What a DCGAN's step would take if each of its convolutions ran by itself in the quickest form there is: its limit.

Each layer of both networks is run alone, in bf16 on one core, with maps of a step's batch: its output, the gradient of
its input and that of its weights, as often as a step needs them. Forms: PyTorch's convolution with maps of either
memory format, ours (filters.products), and the bare product of matrices with as many multiplications, whose patches are
there already. Prints milliseconds a step by layer, and the whole step as it is.

    python benchmarks/dcgan_layers.py                # 64 px, batch 64
    python benchmarks/dcgan_layers.py --size 128
"""

import argparse
import functools
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

from tasks import dcgan

from augury.command.allocation import keep_freed_memory
from augury.filters.products import Shape, convolve, convolve_transposed
from augury.generators.dcgan.networks import Discriminator, Generator

# Of a step: a layer's output, its input's gradient, its weights' gradient. A discriminator sees real and generated
# images, then the generated ones again for the generator's loss; its first layer has an input that is trained once.
GENERATOR, DISCRIMINATOR, FIRST = (1, 1, 1), (3, 3, 2), (3, 1, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=64, help="pixels of a side (default: 64)")
    parser.add_argument("--batch", type=int, default=dcgan.BATCH, help=f"images a step (default: {dcgan.BATCH})")
    parser.add_argument("--rounds", type=int, default=15, help="of each time, of which the median counts")
    args = parser.parse_args()
    torch.set_num_threads(1)
    keep_freed_memory()
    drawn = torch.randint(0, 256, (4 * args.batch, args.size, args.size, 3), dtype=torch.uint8)
    made = dcgan.build(drawn, batch=args.batch)
    taken = iter(range(10**9))
    whole = milliseconds(lambda: made.step(next(taken), 0), args.rounds)
    print(f"layer\tGFLOP a step\t{chr(9).join(FORMS)}\tbare product\tquickest convolution")
    sums: dict[str, float] = {}
    for name, layer, maps, count in layers(made.generator, made.discriminator, args.batch):
        row, work = measured(layer, maps, count, args.rounds)
        quickest = min(value for form, value in row.items() if form != "bare product")
        for form, value in (row | {"quickest": quickest, "GFLOP": work}).items():
            sums[form] = sums.get(form, 0) + value
        print(f"{name}\t{work:.1f}\t" + "\t".join(f"{row[form]:.1f}" for form in row) + f"\t{quickest:.1f}", flush=True)
    print("all\t" + "\t".join(f"{sums[form]:.1f}" for form in ("GFLOP", *FORMS, "bare product", "quickest")))
    print(f"a whole step\t{whole:.1f} ms: {sums['ours'] / whole:.0%} of it are these convolutions as they are")
    print(f"the limit, if nothing but the quickest of each took time\t{sums['quickest'] / whole:.0%} of the step")
    print(f"the limit, if they were bare products\t{sums['bare product'] / whole:.0%} of the step")


def layers(generator: Generator, discriminator: Discriminator, batch: int) -> list[tuple]:
    """(name, layer, its input, how often a step needs its output and both gradients) of every convolution."""
    found = []

    def note(name: str, count: tuple[int, int, int]) -> Callable:
        return lambda layer, given, _: found.append((name, layer, given[0].detach(), count))

    hooks = []
    for of, network in (("generator", generator), ("discriminator", discriminator)):
        convolutions = [layer for layer in network.layers if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d)]
        for place, layer in enumerate(convolutions):
            count = GENERATOR if of == "generator" else FIRST if place == 0 else DISCRIMINATOR
            shape = "x".join(map(str, layer.weight.shape))
            hooks.append(layer.register_forward_hook(note(f"{of} {place + 1}: {shape}", count)))
    with torch.autocast("cpu", torch.bfloat16), torch.no_grad():
        discriminator(generator(torch.randn(batch, generator.latent_dim)))
    for hook in hooks:
        hook.remove()
    return found


def measured(layer: nn.Module, maps: torch.Tensor, count: tuple[int, int, int], rounds: int) -> tuple[dict, float]:
    """Milliseconds a step by form, and the billions of operations (two for a multiplication and its sum)."""
    transposed = isinstance(layer, nn.ConvTranspose2d)
    shape = Shape(layer.stride[0], layer.padding[0])
    weight = layer.weight.detach().bfloat16()
    row = {}
    for form, (convolution, layout) in FORMS.items():
        given = maps.bfloat16().contiguous(memory_format=layout)
        kernel = weight.clone().contiguous(memory_format=layout)
        run = functools.partial(convolution[transposed], shape=shape)
        output = run(given, kernel)
        runs: list[Callable] = [functools.partial(run, given, kernel)]
        for place in (0, 1):  # one at a time, as a gradient that nobody asks for is not made
            operands = [each.detach().requires_grad_(place == which) for which, each in enumerate((given, kernel))]
            gradient = torch.randn_like(output)
            runs.append(functools.partial(torch.autograd.grad, run(*operands), operands[place], gradient, True))
        times = [milliseconds(each, rounds) for each in runs]
        row[form] = sum(time * often for time, often in zip(times, count, strict=True))
    # A product of (pixels, taken) by (taken, made): pixels of the smaller map.
    small = maps if transposed else output
    pixels = small.shape[0] * small.shape[2] * small.shape[3]
    sides = pixels, weight[0].numel(), len(weight)
    times = [milliseconds(_product(*order), rounds) for order in _orders(sides, transposed)]
    row["bare product"] = sum(time * often for time, often in zip(times, count, strict=True))
    return row, 2e-9 * pixels * weight.numel() * sum(count)


def _orders(sides: tuple[int, int, int], transposed: bool) -> list[tuple[int, int, int]]:
    # Rows, inner side, columns of the three products.
    pixels, taken, made = sides
    down, up, of_weight = (pixels, taken, made), (pixels, made, taken), (made, pixels, taken)
    return [up, down, of_weight] if transposed else [down, up, of_weight]


def _product(rows: int, inner: int, columns: int) -> Callable[[], torch.Tensor]:
    one, other = torch.randn(rows, inner).bfloat16(), torch.randn(inner, columns).bfloat16()
    return lambda: one @ other


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """Median of the processor's time, after two rounds that count for nothing."""
    taken = []
    for _ in range(rounds + 2):
        began = time.process_time()
        work()
        taken.append(1000 * (time.process_time() - began))
    return statistics.median(taken[2:])


def _plain(maps: torch.Tensor, weight: torch.Tensor, shape: Shape) -> torch.Tensor:
    return F.conv2d(maps, weight, stride=shape.stride, padding=shape.padding)


def _plain_transposed(maps: torch.Tensor, weight: torch.Tensor, shape: Shape) -> torch.Tensor:
    return F.conv_transpose2d(maps, weight, stride=shape.stride, padding=shape.padding)


FORMS = {
    "channels first": ((_plain, _plain_transposed), torch.contiguous_format),
    "channels last": ((_plain, _plain_transposed), torch.channels_last),
    "ours": ((convolve, convolve_transposed), torch.channels_last),
}

if __name__ == "__main__":
    main()
