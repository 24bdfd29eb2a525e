"""What a genetic search costs beside the forward passes of its generator, and what training that generator costs.

Builds a DCGAN of fresh weights, of the size of the study of sperm heads unless told otherwise. In one run and in turns
it times generations of the search and plain forward passes of as many images as those made, and prints their ratio;
with --train, the training too. Times are of the processor on a CPU, so that a busy machine says the same, and of the
clock on a GPU.

    python benchmarks/time_search.py --population 20 --images 40 --rounds 3 --train 2
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import torch

from augury.generators.dcgan.networks import build_generator
from augury.generators.dcgan.training import TASK
from augury.latent.drawing import Drawer
from augury.latent.evaluation import Evaluation
from augury.latent.objectives import COMPARED, PIXELS, Objective
from augury.latent.search import GeneticSearch
from augury.settings.families import family
from augury.training.device import choose_device


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--size", type=int, default=132, help="pixels")
    made.add_argument("--width", type=int, default=64, help="feature maps of the discriminator's first layer")
    made.add_argument("--extra", type=int, default=2, help="extra convolutions")
    made.add_argument("--population", type=int, default=20)
    made.add_argument("--images", type=int, default=40)
    made.add_argument("--rounds", type=int, default=3)
    made.add_argument("--objective", default="correlation", choices=[n for n, by in COMPARED.items() if by == PIXELS])
    made.add_argument("--train", type=int, default=0, help="steps of 32 images of the training to time")
    made.add_argument("--device", default="cpu")
    made.add_argument("--threads", type=int, default=1)
    args = made.parse_args()
    chosen = choose_device(args.device, "auto", args.threads, bf16_pays_on_cpu=True)
    settings = {"family": "dcgan", "size_px": args.size, "channels": "grey", "width": args.width, "batch": 32}
    settings |= {"extra_convolutions": args.extra}
    settings = family("generators", "dcgan").settings.model_validate(settings)
    about = {"settings": settings, "size_px": args.size, "channels": 1, "conditional": False, "classes": ["a"]}
    about |= {"generator": "dcgan", "split": "holdout", "seed": 0, "class": "a"}
    network = build_generator(about).eval().requires_grad_(False)
    drawer = Drawer(network, None, chosen.device, bf16=chosen.precision == "bf16")
    real = drawer.images(drawer.prior(32, 1.0, "real"), torch.arange(32)).to(chosen.device)
    evaluation = Evaluation(drawer, Objective(args.objective, real.permute(0, 3, 1, 2).flatten(1)), None, None)
    search = family("selections", "genetic").settings(population=args.population)
    task = GeneticSearch("timed", evaluation, search, args.images, 1, 0)
    took = {"search": [], "forward": []}
    task.step(0, 0)
    for step in range(1, args.rounds + 1):
        took["search"].append(timed(chosen, lambda step=step: task.step(step, 0)))
        count = task._made
        vectors = drawer.prior(count, 1.0, "plain", step)
        took["forward"].append(timed(chosen, lambda vectors=vectors: forward(drawer, vectors)))
        spent = f"{took['search'][-1]:.2f} s, {count} images made; forwards {took['forward'][-1]:.2f} s"
        print(f"generation {step}: {spent}", flush=True)
    ratio = sum(took["search"]) / sum(took["forward"])
    print(f"{chosen.describe()}; search over forwards: {ratio:.3f}")
    if args.train:
        with tempfile.TemporaryDirectory() as folder:
            training = TASK(about, real, None, chosen, Path(folder))
            training.step(0, 0)
            seconds = timed(chosen, lambda: [training.step(step, 0) for step in range(1, args.train + 1)])
        print(f"training in {chosen.precision}: {seconds / args.train / 32 * 1000:.0f} s a thousand images")


@torch.no_grad()
def forward(drawer: Drawer, vectors: torch.Tensor) -> None:
    """The bare network, in blocks as large as the search's and in its precision."""
    with torch.autocast(drawer.device.type, torch.bfloat16, enabled=drawer.bf16):
        for block in vectors.split(64):
            drawer.network(block.to(drawer.device))


def timed(on, work) -> float:
    """Seconds of the processor; of the clock where a GPU does the work."""
    clock = time.process_time
    if on.device.type == "cuda":
        torch.cuda.synchronize()
        clock = time.perf_counter
    began = clock()
    work()
    if on.device.type == "cuda":
        torch.cuda.synchronize()
    return clock() - began


if __name__ == "__main__":
    main()
