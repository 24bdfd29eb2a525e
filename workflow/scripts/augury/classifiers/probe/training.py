"""Fitting a probe: features of all training images once, then a logistic regression whose strength folds decide.

Its C is the one under which held-out specimens' classes are likeliest. The folds divide the real training images by
specimen: with copies and synthetic images among them, a probe would be judged by what it has seen. They also say
whether a specimen's flips and quarter turns are one as good as another: it is taken as it stands where that makes the
held-out classes likelier by more than a standard error (benchmarks/probe_views.py).
"""

import math
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from augury.classifiers.arm_data import ArmData
from augury.classifiers.evaluation import dihedral_view, in_blocks, judged_by
from augury.classifiers.probe import regression
from augury.classifiers.probe.regression import Span
from augury.command import script
from augury.command.progress import Progress
from augury.training.device import Device
from augury.training.randomness import mix_seed

if TYPE_CHECKING:
    from augury.classifiers.description import Description
    from augury.classifiers.probe.family import ProbeSettings
    from augury.classifiers.probe.network import Probe

CHUNK = 64  # images per step
STRENGTHS = tuple(10.0 ** (exponent / 2) for exponent in range(-4, 9))  # C, from 0.01 to 10,000, weakest fit first
_PATIENCE = 2  # strengths in a row that do worse, before the stronger fits, which take longest, are left out


class ProbeTraining:
    """See training.loop.Task: a step takes the features of a chunk of images in one view; the end fits the head.

    classifier: a Probe with its backbones' weights. data: what the arm trains on and is judged by.
    """

    unit = "images"
    epochs = 1

    def __init__(self, classifier: "Probe", description: "Description", data: ArmData, device: Device) -> None:
        self.settings = settings = cast("ProbeSettings", description.settings)
        self.classifier = classifier.to(device.device).to(memory_format=torch.channels_last).eval()
        self.classifier.requires_grad_(False)
        self.classifier.folded(settings)
        self.device, self.data, self.classes = device.device, data, len(description.classes)
        self.images, self.labels = torch.from_numpy(data.train.images), data.train.labels
        self.views = 8 if settings.dihedral_views else 1
        self.known = data.known_images(description)
        self.weights = data.image_weights(description.arm_settings.synthetic_weight)
        # Not that of the run: nothing in a probe's training is random (family.py).
        self.seed, self.label = mix_seed("probe", description.split, 0), description.label
        self.steps = self.steps_per_tick = math.ceil(len(self.images) / CHUNK) * self.views
        self.units_per_step = len(self.images) * self.views / self.steps
        self.features = torch.zeros(0)  # then (N, views, D), before their scales
        self.strength: float | None = None

    @classmethod
    def of_arm(cls, classifier: "Probe", description: "Description", data: ArmData, device: Device) -> "ProbeTraining":
        """The training of a probe on what an arm brings."""
        return cls(classifier, description, data, device)

    def step(self, step: int, attempt: int) -> dict[str, torch.Tensor]:
        """Take the features of one chunk in one view."""
        chunk, view = divmod(step, self.views)
        images = self.images[chunk * CHUNK : (chunk + 1) * CHUNK]

        def look(block: torch.Tensor) -> torch.Tensor:
            seen = dihedral_view(block, view).contiguous(memory_format=torch.channels_last)
            return torch.cat(self.classifier.network.raw_features(seen), dim=1)

        made = in_blocks(images, look, self.device)
        if not len(self.features):
            self.features = torch.zeros(len(self.images), self.views, made.shape[1])
        self.features[chunk * CHUNK : chunk * CHUNK + len(made), view] = made
        return {"feature": made.mean()}

    def end_tick(self, step: int, row: dict[str, Any]) -> bool:
        """All features are there: scale them, choose C, fit the head, and judge it by the validation part."""
        network = self.classifier.network
        network.scales.copy_(self._scales())
        width = torch.cat(
            [scale_.expand(size) for scale_, size in zip(network.scales.cpu(), network.widths, strict=True)]
        )
        features = (self.features / width).double().numpy()
        self.strength, span = self._choose(features)
        network.views.fill_(span.views)
        model = regression.fit(span.fitted, self.labels, self.strength, weights=self.weights)
        weights, biases = regression.as_layer(model, self.classes)
        network.head.weight.copy_(torch.from_numpy(weights if span.basis is None else weights @ span.basis.T))
        network.head.bias.copy_(torch.from_numpy(biases))
        said = "flips and quarter turns of each image" if span.views > 1 else "each image as it stands"
        script.tell(f"{self.label}: C {self.strength:g}, {said}")
        likely = regression.likelihoods(model, span.coordinates[:, :1], self.labels)
        row["epoch"] = 1
        row["loss_train"] = float(-np.log(likely).mean())
        row["accuracy_train"] = float((model.predict(span.coordinates[:, 0]) == self.labels).mean())
        row["loss_validation"], row["accuracy_validation"] = self._validate()
        return True

    def finish(self) -> int:
        """The head is fitted once: there is no other epoch to choose."""
        return 1

    def state(self) -> dict[str, Any]:
        network = self.classifier.network
        chosen = {"scales": network.scales, "views": network.views, "strength": self.strength}
        kept = chosen | {"head": network.head.state_dict()}
        return kept | ({"features": self.features} if len(self.features) else {})

    def load_state(self, state: dict[str, Any]) -> None:
        network = self.classifier.network
        network.scales.copy_(state["scales"])
        network.views.copy_(state["views"])
        network.head.load_state_dict(state["head"])
        self.features, self.strength = state.get("features", self.features), state["strength"]

    def images_seen(self) -> int:
        """Images whose features are taken, each view counted."""
        return len(self.images) * self.views

    def trainable_layers(self) -> tuple[int, int]:
        """Layers that are trained, and all layers."""
        own = [
            module for module in self.classifier.modules() if next(module.parameters(recurse=False), None) is not None
        ]
        return 1, len(own)

    def results(self) -> dict[str, Any]:
        """What the record of the run says beside what all runs say."""
        return {"strength": self.strength, "views": int(self.classifier.network.views)}

    def _scales(self) -> torch.Tensor:
        """One number per backbone, with which the features of a training image have a variance of 1 in all."""
        parts = self.features[:, 0].double().split(self.classifier.network.widths, dim=1)
        return torch.stack(
            [part.std().clamp_min(1e-12) * math.sqrt(part.shape[1] * len(parts)) for part in parts]
        ).float()

    def _choose(self, features: np.ndarray) -> tuple[float, Span]:
        """C and the span of the views to fit to, by folds over the specimens of real images.

        C is 1 where a class has a single specimen; then, and where nothing is to be chosen, views are all there are.
        """
        every = regression.in_span(features, self.views)
        indices, specimens = self.known
        labels = self.labels[indices]
        fewest = min(len(set(specimens[labels == label])) for label in range(self.classes))
        if fewest < 2:
            script.tell(f"{self.label}: C is 1, as a class has one specimen, too few to choose by")
            return 1.0, every
        number = min(self.settings.inner_folds, fewest)
        folds = StratifiedGroupKFold(number, shuffle=True, random_state=self.seed % 2**32)
        parts = [
            (indices[fit], indices[held_out])
            for fit, held_out in folds.split(indices, labels, specimens)
            if len(set(labels[fit])) > 1  # what is held out of several classes may be all of the other ones
        ]
        if not parts:
            script.tell(f"{self.label}: C is 1, as no fold over specimens leaves two classes to choose by")
            return 1.0, every
        strength, losses = self._strength(every, parts)
        if self.settings.dihedral_views != "auto":
            return strength, every
        alone = regression.in_span(features, 1)
        as_it_stands, own = self._strength(alone, parts)
        saved = np.array([(losses - own)[specimens == each].mean() for each in sorted(set(specimens))])
        pays = saved.mean() > saved.std(ddof=1) / math.sqrt(len(saved))
        return (as_it_stands, alone) if pays else (strength, every)

    def _strength(self, span: Span, parts: list[tuple[np.ndarray, np.ndarray]]) -> tuple[float, np.ndarray]:
        """The best C, and by it the loss of each known image when it is held out.

        parts: indices to fit and held out, of each fold.
        """
        judged = {"auto": span.views, True: self.views, False: 1}[self.settings.tta]
        seen = span.coordinates[:, :judged]
        models: list[LogisticRegression | None] = [None] * len(parts)
        progress, losses = Progress(f"{self.label}: strength", len(STRENGTHS), "values of C"), []
        for number, strength in enumerate(STRENGTHS, start=1):
            own = np.zeros(len(seen))
            for fold, (fit, held_out) in enumerate(parts):
                models[fold] = regression.fit(span.fitted[fit], self.labels[fit], strength, models[fold])
                own[held_out] = -np.log(regression.likelihoods(models[fold], seen[held_out], self.labels[held_out]))
            losses.append(own[self.known[0]])
            progress.update(number, loss=losses[-1].mean())
            if number - 1 - int(np.argmin([each.mean() for each in losses])) >= _PATIENCE:
                break
        best = int(np.argmin([each.mean() for each in losses]))
        return STRENGTHS[best], losses[best]

    def _validate(self) -> tuple[float | None, float | None]:
        part = self.data.validation
        if not part.rows:
            return None, None
        return judged_by(self.classifier, torch.from_numpy(part.images), torch.from_numpy(part.labels), self.device)
