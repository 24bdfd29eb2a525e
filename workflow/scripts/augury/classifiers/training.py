"""Training one classifier: the task that the training loop runs.

Initial weights and the order of images depend on (classifier, split, seed) and the step, never on the arm.
"""

from typing import Any

import torch
from torch.nn import functional as F

from augury.augmentation.classical import Classical, scale
from augury.classifiers.calibration import MOST_IMAGES, calibrate
from augury.classifiers.evaluation import logits_of
from augury.classifiers.freezing import first_layers, layers_of, set_frozen
from augury.classifiers.network import Classifier
from augury.classifiers.schedule import Deal, class_weights, rate_factor
from augury.training.device import Device
from augury.training.randomness import mix_seed, seed_step


class ClassifierTraining:
    """See training.loop.Task.

    classifier: with its initial weights. images, labels: of the arm, (N, S, S, C) uint8 and (N,) int64 on the device.
    validation: images and labels like these, or None where there are none (then the last epoch is kept).
    plain_images: real training images; with `steps: equal` an epoch has as many steps as one pass over them would take.
    """

    unit = "epochs"

    def __init__(
        self,
        classifier: Classifier,
        description: dict[str, Any],
        images: torch.Tensor,
        labels: torch.Tensor,
        validation: tuple[torch.Tensor, torch.Tensor] | None,
        device: Device,
        plain_images: int | None = None,
    ) -> None:
        settings = description["settings"]
        self.settings, self.place, self.device = settings, device, device.device
        self.images, self.labels, self.validation = images, labels, validation
        self.seed = run_seed(description)
        self.label = f"{description['classifier']} on {description['arm']} seed {description['seed']}"
        self.deal = Deal(len(images), settings["batch"])
        self.steps_per_tick = Deal(plain_images or len(images), settings["batch"]).steps_per_pass
        self.steps = settings["epochs"] * self.steps_per_tick
        self.most_batches = max(1, MOST_IMAGES // settings["batch"])
        self.images_per_step, self.units_per_step = settings["batch"], 1 / self.steps_per_tick
        self.augment = Classical(**settings["augmentation"])
        weights = class_weights(labels, len(description["classes"]), settings["class_weights"])
        self.class_weights = None if settings["class_weights"] == "none" else weights.to(self.device)
        self.classifier = classifier.to(device=self.device, memory_format=torch.channels_last)
        self.best: dict[str, Any] = {"epoch": 0, "score": None, "weights": None}
        self._prepare()

    def _prepare(self) -> None:
        settings, network, head = self.settings, self.classifier.network, self.classifier.head
        self.backbone = first_layers(network, 1.0, head)
        self.frozen = first_layers(network, settings.get("freeze_fraction", 0.0), head)
        self.warmup_steps = settings.get("warmup_frozen_epochs", 0) * self.steps_per_tick
        self._thawed: bool | None = None
        heads = set(head.parameters())
        self.rates = [settings["learning_rate"], settings.get("head_learning_rate") or settings["learning_rate"]]
        groups = [[weight for weight in network.parameters() if weight not in heads], list(head.parameters())]
        kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[settings["optimiser"]]
        named = [{"params": group, "lr": rate} for group, rate in zip(groups, self.rates, strict=True)]
        self.optimiser = kind(named, weight_decay=settings["weight_decay"], fused=True)

    def step(self, step: int, attempt: int) -> dict[str, torch.Tensor]:
        """Train on one batch."""
        self._set_mode(step)
        factor = rate_factor(self.settings["schedule"], step, self.steps)
        for group, rate in zip(self.optimiser.param_groups, self.rates, strict=True):
            group["lr"] = rate * factor
        places = self.deal.places(self.seed, step).to(self.device)
        seed_step(self.seed, "step", step, attempt)
        images, labels = self.augment(scale(self.images[places])), self.labels[places]
        with self.place.autocast():
            logits = self.classifier(images.contiguous(memory_format=torch.channels_last)).float()
        loss = F.cross_entropy(logits, labels, self.class_weights, label_smoothing=self.settings["label_smoothing"])
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        return {"loss_train": loss, "accuracy_train": (logits.argmax(dim=1) == labels).float().mean()}

    def end_tick(self, step: int, row: dict[str, Any]) -> bool:
        """Judge the epoch by the validation part, and keep its weights when it is the best so far."""
        row["epoch"] = step // self.steps_per_tick
        row["learning_rate"] = self.optimiser.param_groups[0]["lr"]
        if self.settings["calibrate_batch_norm"]:
            self._calibrate()
        row["loss_validation"], row["accuracy_validation"] = self._validate()
        if self.validation is not None:
            score = -row["loss_validation"] if self.settings["best_by"] == "loss" else row["accuracy_validation"]
            if self.best["score"] is None or score > self.best["score"]:
                weights = {name: value.detach().clone() for name, value in self.classifier.state_dict().items()}
                self.best = {"epoch": row["epoch"], "score": score, "weights": weights}
        return False

    def finish(self) -> int:
        """Put the best epoch's weights into the classifier and return its number; without validation, the last's."""
        if self.best["weights"] is None:
            return self.settings["epochs"]
        self.classifier.load_state_dict(self.best["weights"])
        return self.best["epoch"]

    def state(self) -> dict[str, Any]:
        return {
            "classifier": self.classifier.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "best": self.best,
        }

    def load_state(self, state: dict[str, Any]) -> None:
        self.classifier.load_state_dict(state["classifier"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.best, self._thawed = state["best"], None

    def parameters(self) -> int:
        """Number of weights, frozen ones included."""
        return sum(weight.numel() for weight in self.classifier.parameters())

    def images_seen(self) -> int:
        """Images that the whole run trains on, each pass counted."""
        passes, rest = divmod(self.steps, self.deal.steps_per_pass)
        sizes = [len(part) for part in torch.arange(len(self.images)).tensor_split(self.deal.steps_per_pass)]
        return passes * len(self.images) + sum(sizes[:rest])

    def trainable_layers(self) -> tuple[int, int]:
        """Layers that are trained once the backbone is no longer frozen, and all layers."""
        total = len(layers_of(self.classifier.network))
        return total - len(self.frozen), total

    def _set_mode(self, step: int) -> None:
        thawed = step >= self.warmup_steps
        if thawed != self._thawed or not self.classifier.training:
            self.classifier.train()
            set_frozen(self.classifier.network, self.frozen if thawed else self.backbone)
            self._thawed = thawed

    def _calibrate(self) -> None:
        steps = range(min(self.deal.steps_per_pass, self.most_batches))
        batches = [self.deal.places(self.seed, step).to(self.device) for step in steps]
        fixed = self.frozen if self._thawed else self.backbone
        calibrate(self.classifier, self.images, batches, fixed)

    @torch.no_grad()
    def _validate(self) -> tuple[float | None, float | None]:
        if self.validation is None:
            return None, None
        images, labels = self.validation
        logits = logits_of(self.classifier, images, self.device)
        loss = F.cross_entropy(logits.double(), labels.cpu()).item()
        return loss, (logits.argmax(dim=1) == labels.cpu()).double().mean().item()


def run_seed(description: dict[str, Any]) -> int:
    """The seed of everything random in a run; arms of one classifier, split and seed share it."""
    return mix_seed("classifier", description["classifier"], description["split"], description["seed"])
