"""Is a copier ever called better than duplication? Small networks, really trained, in a thousand simulated studies.

Each study has three classes of images of 8 x 8 pixels, five folds, and two seeds. Two arms are trained with as many
images and steps: `twice` sees every training image twice, `copier` once beside a copy under noise of up to two of
255 levels. Prints how often the verdict calls the copier better or worse: once with the same initial weights and order
of images in both arms, as in the workflow, and once with an order of its own for each arm, which makes the arms differ
by more. All networks of a batch of studies are trained side by side.

    python benchmarks/copier_errors.py --experiments 1000
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import numpy as np
import torch
from simulation.experiments import evidence_of

from augury.verdict import decision
from augury.verdict.decision import Rule

CLASSES, SIDE, PER_CLASS, FOLDS, SEEDS = 3, 8, 40, 5, 2
HIDDEN, EPOCHS, BATCH, RATE, NOISE = 32, 30, 32, 0.05, 2 / 255
AT_ONCE = 100


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--experiments", type=int, default=1000)
    args = made.parse_args()
    print("order\thelps\thurts\tstandard error\taccuracy\tfolds in which the arms differ")
    for own_order in (False, True):
        rates = errors(args.experiments, own_order)
        print("own" if own_order else "same", *(f"{value:.3f}" for value in rates), sep="\t", flush=True)


def errors(experiments: int, own_order: bool, seed: int = 0) -> tuple[float, float, float, float, float]:
    """Rates of helps and hurts, a standard error at 5%, the accuracy, and how often the arms differ in a fold."""
    helps = hurts = right = differ = 0.0
    for start in range(0, experiments, AT_ONCE):
        count = min(AT_ONCE, experiments - start)
        twice, copier = trained(count, own_order, seed + start)
        gathered = evidence_of(twice, copier)
        judged = decision.judge(gathered, Rule())
        sure = judged.p < Rule().alpha
        helps += float((sure & (gathered.difference > 0)).sum())
        hurts += float((sure & (gathered.difference < 0)).sum())
        right += float(twice.mean()) * count
        differ += float((twice != copier).any(axis=(2, 3)).mean()) * count
    error = float(np.sqrt(0.05 * 0.95 / experiments))
    return helps / experiments, hurts / experiments, error, right / experiments, differ / experiments


def trained(studies: int, own_order: bool, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Whether either arm calls each test image rightly: two arrays (E, FOLDS, SEEDS, images of a fold)."""
    random = torch.Generator().manual_seed(seed)
    images, labels = drawn(studies, random)
    total = CLASSES * PER_CLASS
    order = torch.stack([torch.randperm(total, generator=random) for _ in range(studies)])
    folds = order.reshape(studies, FOLDS, total // FOLDS)
    test = folds[:, :, None].expand(-1, -1, SEEDS, -1).reshape(-1, total // FOLDS)
    kept = torch.stack(
        [torch.cat([folds[:, other] for other in range(FOLDS) if other != fold], 1) for fold in range(FOLDS)], 1
    )
    train = kept[:, :, None].expand(-1, -1, SEEDS, -1).reshape(-1, kept.shape[-1])
    study = torch.arange(studies).repeat_interleave(FOLDS * SEEDS)[:, None]
    x, y = images[study, train], labels[study, train]
    noise = (torch.rand(x.shape, generator=random) * 2 - 1) * NOISE
    start = weights(len(x), random)
    results = []
    for number, second in enumerate((x, x + noise)):
        orders = torch.Generator().manual_seed(seed + 1 + number * own_order)
        fitted = fit([each.clone() for each in start], torch.cat([x, second], 1), torch.cat([y, y], 1), orders)
        predicted = forward(fitted, images[study, test]).argmax(-1)
        results.append((predicted == labels[study, test]).reshape(studies, FOLDS, SEEDS, -1).numpy())
    return results[0], results[1]


def drawn(studies: int, random: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Images (E, N, SIDE^2) and labels (E, N): a template a class, under smooth noise that lets classes overlap."""
    templates = torch.randn(studies, CLASSES, SIDE * SIDE, generator=random) * 0.03
    labels = (torch.arange(CLASSES * PER_CLASS) % CLASSES).expand(studies, -1)
    noise = torch.randn(studies, labels.shape[1], SIDE // 2, SIDE // 2, generator=random)
    smooth = torch.nn.functional.interpolate(noise, scale_factor=2, mode="bilinear").flatten(2) * 0.35
    return torch.gather(templates, 1, labels[..., None].expand(-1, -1, SIDE * SIDE)) + smooth, labels


def weights(count: int, random: torch.Generator) -> list[torch.Tensor]:
    """Initial weights and biases of `count` networks of one hidden layer."""
    shapes = ((SIDE * SIDE, HIDDEN), (1, HIDDEN), (HIDDEN, CLASSES), (1, CLASSES))
    return [torch.randn(count, *shape, generator=random) * (shape[0] > 1) / shape[0] ** 0.5 for shape in shapes]


def forward(net: list[torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Logits (M, n, CLASSES) of M networks for M sets of images (M, n, SIDE^2)."""
    return torch.baddbmm(net[3], torch.relu(torch.baddbmm(net[1], x, net[0])), net[2])


def fit(net: list[torch.Tensor], x: torch.Tensor, y: torch.Tensor, orders: torch.Generator) -> list[torch.Tensor]:
    """SGD with momentum on all networks at once; they share the order of places, as seeds of a study do."""
    for each in net:
        each.requires_grad_(True)
    optimiser = torch.optim.SGD(net, lr=RATE, momentum=0.9)
    for _ in range(EPOCHS):
        for batch in torch.randperm(x.shape[1], generator=orders).split(BATCH):
            logits = forward(net, x[:, batch])
            loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), y[:, batch].flatten(), reduction="sum")
            optimiser.zero_grad()
            (loss / len(batch)).backward()
            optimiser.step()
    return [each.detach() for each in net]


if __name__ == "__main__":
    main()
