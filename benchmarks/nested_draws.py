"""Real images for studies whose truth is known: a linear layer on frozen features, trained on nested draws of them.

An arm is the baseline's draw with other real images added or some left out, so it must be worth just that.
"""

import dataclasses
import functools
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from sklearn.linear_model import LogisticRegression

from augury.classifiers import sources
from augury.scores import extractors
from augury.tables.predictions import Predictions
from augury.verdict.runs import Key

BASELINE, POINTS = (
    20,
    (5, 10, 40),
)  # training specimens per class: of the baseline, and of the other points of its curve
WORTHS = (-5, 0, 5, 15)  # of arms, beside the baseline's


@dataclasses.dataclass(frozen=True, eq=False)
class Images:
    """Features (N, D) of labelled images, in two halves: those that are trained on, and those that are tested."""

    features: np.ndarray
    labels: np.ndarray
    tested: np.ndarray  # (N,) bool

    @property
    def classes(self) -> int:
        """Their number."""
        return int(self.labels.max()) + 1

    @classmethod
    def read(cls, folder: Path, least: int = 170) -> "Images":
        """Frozen features of the folders that hold so many images; they are kept beside the folder."""
        kept = folder.with_suffix(".features.npz")
        if not kept.is_file():
            files = sorted(
                path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".bmp")
            )
            np.savez(kept, features=features_of(files), names=[path.parent.name for path in files])
        saved = np.load(kept)
        _, labels, counts = np.unique(saved["names"], return_inverse=True, return_counts=True)
        enough = np.flatnonzero(counts >= least)
        keep = np.isin(labels, enough)
        labels, made = np.searchsorted(enough, labels[keep]), saved["features"][keep]
        made = np.sign(made) * np.sqrt(np.abs(made))
        return cls(made / made.std(), labels, np.random.default_rng(0).random(len(labels)) < 0.4)

    def sides(self, study: int, tested: int) -> dict[str, dict[Key, Predictions]]:
        """What the baseline, the points of its curve and the arms of one study say of the images that it tests."""
        random = np.random.default_rng([study, tested])
        pools = [
            random.permutation(np.flatnonzero((self.labels == label) & self.tested)) for label in range(self.classes)
        ]
        # As equal as they can be, the first classes one more.
        sizes = [tested // self.classes + (label < tested % self.classes) for label in range(self.classes)]
        test = np.concatenate([pool[:size] for pool, size in zip(pools, sizes, strict=True)])
        key = Key("", "holdout", 0)
        return {name: {key: self._predictions(model, test)} for name, model in self._trained(study).items()}

    @functools.cache  # noqa: B019 - there is one
    def _trained(self, study: int) -> dict[str, LogisticRegression]:
        random = np.random.default_rng(study)
        order = [
            random.permutation(np.flatnonzero((self.labels == label) & ~self.tested)) for label in range(self.classes)
        ]
        wanted = {"baseline": BASELINE} | {f"real{n}": n for n in POINTS}
        wanted |= {f"arm{worth}": BASELINE + worth for worth in WORTHS if worth}
        models = {}
        for name, n in wanted.items():
            # An arm's further images are not those of the curve.
            first = min(n, BASELINE) if name.startswith("arm") else n
            parts = [part for row in order for part in (row[:first], row[max(POINTS) : max(POINTS) + n - first])]
            train = np.concatenate(parts)
            model = LogisticRegression(C=0.03, tol=1e-3, max_iter=300)
            models[name] = model.fit(self.features[train], self.labels[train])
        return models

    def _predictions(self, model: LogisticRegression, test: np.ndarray) -> Predictions:
        names = test.astype(str)
        chances = model.predict_proba(self.features[test])
        parts = np.full(len(test), "test")
        return Predictions(names, names, names, parts, self.labels[test], chances, tuple(map(str, model.classes_)))


def features_of(files: list[Path]) -> np.ndarray:
    """(N, D): what EfficientNet-Lite0 sees at 128 px."""
    extractor = dataclasses.replace(extractors.load_extractor(extractors.DEFAULT, sources.FOLDER), size_px=128)
    images = [Image.open(path).convert("RGB").resize((64, 64), Image.Resampling.BICUBIC) for path in files]
    return extractors.extract(extractor, np.stack([np.asarray(image) for image in images]), torch.device("cpu"))
