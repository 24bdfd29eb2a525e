"""Which input normalisation do the packaged EfficientNet-Lite0 weights want? A probe on labelled images.

Reads a folder of class folders of images. Prints, for each candidate of mean and deviation:
- how far the statistics of the images at every batch normalisation are from those stored in the weights: the mean over
  channels and layers of |batch mean - stored mean| / stored deviation, and of |ln(batch variance / stored variance)|.
  Weights that meet what they were trained on are near 0; photographs of many kinds are the fair test;
- the accuracy of a nearest centroid (cosine) and of a logistic regression on the frozen pooled features, over repeated
  stratified folds in which images of one specimen stay together (--specimen: what of a file's name is its specimen).

    python benchmarks/probe_normalisation.py resources/images/demo --size 224
"""

import argparse
import re
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import numpy as np
import torch
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn

from augury.classifiers import pretrained
from augury.classifiers.evaluation import in_blocks
from augury.classifiers.timm_zoo import network as timm_zoo
from augury.images.fit import fit_image
from augury.study.images import Preparation

ARCHITECTURE = "tf_efficientnet_lite0"
CANDIDATES = {
    "none (pixels in [0, 1])": ([0.0] * 3, [1.0] * 3),
    "ImageNet mean and deviation": ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    "127/255, 128/255": ([127 / 255] * 3, [128 / 255] * 3),
    "0.5, 0.5": ([0.5] * 3, [0.5] * 3),
}


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("folder", type=Path)
    made.add_argument("--size", type=int, default=224, help="pixels (default: 224)")
    made.add_argument("--specimen", default=r"(.*)\.[^.]+", help="expression whose first group names the specimen")
    made.add_argument("--most", type=int, default=100, help="images per class at most (default: 100)")
    made.add_argument("--repeats", type=int, default=5)
    made.add_argument("--threads", type=int, default=1)
    args = made.parse_args()
    torch.set_num_threads(args.threads)
    images, labels, groups = read_folder(args.folder, args.size, args.specimen, args.most)
    print(f"{len(images)} images, {labels.max() + 1} classes, {groups.max() + 1} specimens, {args.size} px")
    print("candidate                      stored mean off  stored variance off  first layer off  centroid  regression")
    for name, (mean, std) in CANDIDATES.items():
        classifier = timm_zoo.build(ARCHITECTURE, args.size, channels=3, classes=2)
        pretrained.fill(classifier, ARCHITECTURE, "auto", Path("resources/weights"))
        classifier.normalise.set(mean, std)
        features, distances = observe(classifier.eval(), images)
        centroid, regression = accuracies(features, labels, groups, args.repeats)
        means, variances = distances.mean(axis=0)
        first = f"{distances[0, 0]:.3f} {distances[0, 1]:.3f}"
        cells = f"{means:15.3f}  {variances:19.3f}  {first:>15}  {centroid:8.3f}  {regression:10.3f}"
        print(f"{name:30} {cells}", flush=True)


def read_folder(folder: Path, size_px: int, specimen: str, most: int) -> tuple[torch.Tensor, np.ndarray, np.ndarray]:
    """Images (N, S, S, 3) uint8, labels (N,) and specimens (N,), the first `most` files of each class by name."""
    images, labels, names = [], [], []
    for label, each in enumerate(sorted(path for path in folder.iterdir() if path.is_dir())):
        for path in sorted(path for path in each.iterdir() if path.is_file())[:most]:
            with Image.open(path) as image:
                images.append(fit_image(image.convert("RGB"), size_px, "rgb", Preparation()))
            match = re.fullmatch(specimen, path.name)
            labels.append(label)
            names.append(f"{label} {match[1] if match else path.name}")
    return torch.from_numpy(np.stack(images)), np.array(labels), np.unique(names, return_inverse=True)[1]


def observe(classifier: timm_zoo.ZooClassifier, images: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Pooled features (N, D), and for each of L batch normalisations how far mean and variance are off, (L, 2)."""
    layers = [module for module in classifier.modules() if isinstance(module, nn.BatchNorm2d)]
    sums = [[torch.zeros_like(layer.running_mean) for _ in range(2)] for layer in layers]
    count = len(images) - len(images) % 16  # no padded block may count
    hooks = [layer.register_forward_hook(_adder(total)) for layer, total in zip(layers, sums, strict=True)]
    features = in_blocks(images[:count], classifier.features, torch.device("cpu"))
    for hook in hooks:
        hook.remove()
    if count < len(images):
        features = torch.cat([features, in_blocks(images[count:], classifier.features, torch.device("cpu"))])
    distances = []
    for layer, (total, squares) in zip(layers, sums, strict=True):
        mean, variance = total / count, squares / count - (total / count) ** 2
        off = (mean - layer.running_mean).abs() / (layer.running_var + layer.eps).sqrt()
        ratio = (variance.clamp_min(0) + layer.eps).log() - (layer.running_var + layer.eps).log()
        distances.append([off.mean().item(), ratio.abs().mean().item()])
    return features.numpy(), np.array(distances)


def _adder(total: list[torch.Tensor]):
    def add(_: nn.Module, inputs: tuple[torch.Tensor], __: torch.Tensor) -> None:
        per_image = inputs[0].mean(dim=(2, 3)), inputs[0].square().mean(dim=(2, 3))
        for total_of_layer, values in zip(total, per_image, strict=True):
            total_of_layer += values.sum(dim=0)

    return add


def accuracies(features: np.ndarray, labels: np.ndarray, groups: np.ndarray, repeats: int) -> tuple[float, float]:
    """Mean accuracy over repeated five folds of a nearest centroid and of a logistic regression."""
    centroid, regression = [], []
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    for repeat in range(repeats):
        for train, test in StratifiedGroupKFold(5, shuffle=True, random_state=repeat).split(features, labels, groups):
            centres = np.stack([unit[train][labels[train] == label].mean(axis=0) for label in range(labels.max() + 1)])
            centres /= np.linalg.norm(centres, axis=1, keepdims=True)
            centroid.append(((unit[test] @ centres.T).argmax(axis=1) == labels[test]).mean())
            model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=200))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a regression that stops early is good enough here
                model.fit(features[train], labels[train])
            regression.append((model.predict(features[test]) == labels[test]).mean())
    return float(np.mean(centroid)), float(np.mean(regression))


if __name__ == "__main__":
    main()
