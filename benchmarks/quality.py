"""Is what trains faster as good? Ours and the plain loop, trained to the same kimg over seeds, and their scores.

Images are drawn (leaves of random shape, colour and place), half of them held out. Scores are the Frechet distance of
EfficientNet-Lite0 features of generated to held-out images, a mean over the last part of a training, and a classifier's
accuracy on held-out images. Writes quality.tsv, one row per task and seed, and prints the mean difference over seeds
with its 95% t interval.

    make bench-quality
    python benchmarks/quality.py --tasks dcgan --seeds 0 1 2 --scale 0.5 --output /tmp/quality.tsv
"""

import argparse
import math
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "workflow" / "scripts")]

SIZE, COUNT, CLASSES = 32, 1000, 4
HELD_OUT = 500  # images, and as many are generated
LOOKED_AT = (0.6, 0.7, 0.8, 0.9, 1.0)  # parts of a training after which its images are scored
KIMG = {"dcgan": 30.0, "stylegan2": 6.0}
NARROW = {"channel_base": 1024, "channel_max": 64, "learning_rate": 0.004, "r1_gamma": 0.5, "pl_weight": 0.0}
EPOCHS, TASKS = 12, (*KIMG, "resnet18")


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    made.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    made.add_argument("--scale", type=float, default=1.0, help="factor of all durations")
    made.add_argument("--threads", type=int, default=2)
    made.add_argument("--output", type=Path, default=HERE / "quality.tsv")
    args = made.parse_args()
    import torch

    torch.set_num_threads(args.threads)
    lines = ["task\tseed\tmeasure\tours\tpeer"]
    for task in args.tasks:
        pairs = []
        for seed in args.seeds:
            run = _classified if task == "resnet18" else _drawn
            measure, ours, peer = run(task, seed, args.scale)
            pairs.append((ours, peer))
            lines.append(f"{task}\t{seed}\t{measure}\t{ours:.6g}\t{peer:.6g}")
            args.output.write_text("\n".join(lines) + "\n", encoding="utf-8")
            print(f"{task} seed {seed}: {measure} {ours:.4g} against {peer:.4g}", flush=True)
        _tell(task, measure, np.array(pairs))


def _tell(task: str, measure: str, pairs: np.ndarray) -> None:
    from scipy.stats import ttest_1samp

    differences = pairs[:, 0] - pairs[:, 1]
    low, high = ttest_1samp(differences, 0).confidence_interval() if len(pairs) > 1 else (math.nan, math.nan)
    print(
        f"{task}: {measure} {pairs[:, 0].mean():.4g} against {pairs[:, 1].mean():.4g}, "
        f"difference {differences.mean():+.4g} [{low:+.4g} to {high:+.4g}] over {len(pairs)} seeds",
        flush=True,
    )


def leaves(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Images (count, SIZE, SIZE, 3) uint8 and their classes, which differ in shape: lobes and slenderness."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:SIZE, :SIZE] / SIZE - 0.5
    images, labels = np.empty((count, SIZE, SIZE, 3), np.uint8), np.arange(count) % CLASSES
    for index, label in enumerate(labels):
        turn, (right, down) = random.uniform(0, 2 * math.pi), random.uniform(-0.12, 0.12, 2)
        u = (x - right) * math.cos(turn) + (y - down) * math.sin(turn)
        v = ((y - down) * math.cos(turn) - (x - right) * math.sin(turn)) * (1 + label % 2)
        angle, lobes = np.arctan2(v, u), (3, 3, 5, 5)[label]
        edge = random.uniform(0.2, 0.32) * (1 + 0.25 * np.cos(lobes * angle))
        inside = 1 / (1 + np.exp((np.hypot(u, v) - edge) * 4 * SIZE))
        colours = random.uniform((150, 150, 150), (250, 250, 250)), random.uniform((0, 60, 0), (120, 200, 80))
        mixed = colours[0] + inside[..., None] * (colours[1] - colours[0]) + random.normal(0, 6, (SIZE, SIZE, 1))
        images[index] = mixed.clip(0, 255)
    return images, labels


def _drawn(task: str, seed: int, scale_by: float) -> tuple[str, float, float]:
    import torch
    from peers import dcgan
    from tasks import dcgan as of_dcgan
    from tasks import stylegan2 as of_stylegan2

    from augury.augmentation.classical import scale

    (real, _), (held_out, _) = leaves(COUNT, seed), leaves(COUNT, 1000 + seed)
    images = torch.from_numpy(real)
    torch.manual_seed(seed)
    if task == "stylegan2":
        made = of_stylegan2.build(images, seed=seed, batch=16, **NARROW)
        loop = of_stylegan2.plain_loop(images, made.settings)
    else:
        made = of_dcgan.build(images, seed=seed)
        loop = dcgan.Loop(scale(images), of_dcgan.BATCH)
    latents, distance = torch.randn(HELD_OUT, made.settings.latent_dim), _distance_to(held_out)

    def drawn_by_peer(latents: torch.Tensor) -> torch.Tensor:
        network = loop.generator
        if task == "stylegan2":
            return network.synthesise(network.styled(latents))
        return network(latents[:, :, None, None])

    # Both without an average of weights: the trainings are compared, not what is made of them afterwards. A single
    # moment of a training says little, so the score is a mean over its last part.
    steps, distances = math.ceil(KIMG[task] * scale_by * 1000 / made.batch), []
    moments = {math.ceil(part * steps) for part in LOOKED_AT}
    for step in range(steps):
        made.step(step, 0)
        loop.step()
        if step + 1 in moments:
            made.generator.eval(), loop.generator.eval()
            distances.append([distance(draw, latents) for draw in (made.generator, drawn_by_peer)])
            made.generator.train(), loop.generator.train()
    return "FD", *np.mean(distances, axis=0).tolist()


def _distance_to(held_out: np.ndarray) -> Callable:
    import torch

    from augury.augmentation.classical import unscale
    from augury.scores.extractors import DEFAULT, extract, load_extractor
    from augury.scores.frechet.distance import frechet_distance

    extractor, cpu = load_extractor(DEFAULT, HERE.parent / "resources" / "weights"), torch.device("cpu")
    real = extract(extractor, held_out[:HELD_OUT], cpu)

    def distance(draw: Callable, latents: torch.Tensor) -> float:
        with torch.no_grad():
            images = torch.cat([draw(block).float() for block in latents.split(100)])
        return frechet_distance(extract(extractor, unscale(images), cpu), real)

    return distance


def _classified(task: str, seed: int, scale_by: float) -> tuple[str, float, float]:
    import torch
    from peers.classifier import Loop
    from tasks.classifiers import BATCH, build, write_files

    from augury.augmentation.classical import scale

    (images, labels), (held_out, truths) = leaves(COUNT, seed), leaves(COUNT, 1000 + seed)
    epochs = max(1, round(EPOCHS * scale_by))
    same = {"schedule": "constant", "ema_decay": 0.0, "class_weights": "none", "label_smoothing": 0.1, "seed": seed}
    same |= {"learning_rate": 5e-4, "head_learning_rate": 5e-4, "weight_decay": 0.01}
    made = build(task, SIZE, images, labels, **same)
    torch.manual_seed(seed)
    loop = Loop(write_files(images, labels), task, SIZE, CLASSES, BATCH)
    for step in range(epochs * COUNT // BATCH):
        made.step(step, 0)
        loop.step()
    shown = scale(torch.from_numpy(held_out))
    mean, deviation = (torch.tensor(loop.network.pretrained_cfg[key])[:, None, None] for key in ("mean", "std"))
    made.classifier.eval(), loop.network.eval()
    with torch.no_grad():
        logits = made.classifier(shown), loop.network(((shown + 1) / 2 - mean) / deviation)
    ours, peer = (float((each.argmax(1).numpy() == truths).mean()) for each in logits)
    return "accuracy", ours, peer


if __name__ == "__main__":
    main()
