"""Training one classifier: the task that the training loop runs.

Initial weights and the order of images depend on (classifier, split, seed) and the step, never on the arm.
"""

from typing import TYPE_CHECKING, Any, cast

import torch
from torch.nn import functional as F

from augury.augmentation.classical import scale
from augury.augmentation.policies import augmenting
from augury.classifiers.arm_data import ArmData
from augury.classifiers.calibration import MOST_IMAGES, calibrate
from augury.classifiers.description import Description
from augury.classifiers.evaluation import judged_by
from augury.classifiers.family import PretrainedSettings, TrainedSettings
from augury.classifiers.freezing import Freezing, layers_of, set_frozen
from augury.classifiers.losses import training_loss
from augury.classifiers.mixing import Mixing
from augury.classifiers.network import Classifier
from augury.classifiers.schedule import BatchSampler, class_weights, rate_factor
from augury.training.device import Device, send
from augury.training.randomness import mix_seed, seed_step
from augury.training.replay import Replayed, set_rate

if TYPE_CHECKING:
    from timm.utils import ModelEmaV3

_NONE = -2  # no phase yet


class ClassifierTraining:
    """See training.loop.Task.

    classifier: with its initial weights. images, labels: of the arm, (N, S, S, C) uint8 and (N,) int64 on the device.
    validation: images and labels like these, or None where there are none (then the last epoch is kept).
    image_weights: (N,) of the images in the loss, 1 on average; None where all count the same.
    plain_images: real training images; with `steps: equal` an epoch has as many steps as one pass over them would take.
    """

    unit = "epochs"

    def __init__(
        self,
        classifier: Classifier,
        description: Description,
        images: torch.Tensor,
        labels: torch.Tensor,
        validation: tuple[torch.Tensor, torch.Tensor] | None,
        device: Device,
        plain_images: int | None = None,
        image_weights: torch.Tensor | None = None,
    ) -> None:
        settings = cast("TrainedSettings", description.settings)
        self.settings, self.on_device, self.device = settings, device, device.device
        self.images, self.labels, self.validation, self.image_weights = images, labels, validation, image_weights
        self.seed = run_seed(description)
        self.label = description.label
        self.sampler = BatchSampler(len(images), settings.batch)
        self.steps_per_tick = BatchSampler(plain_images or len(images), settings.batch).steps_per_pass
        self.epochs = settings.epochs
        self.steps = self.epochs * self.steps_per_tick
        self.most_batches = max(1, MOST_IMAGES // settings.batch)
        self.units_per_step = 1 / self.steps_per_tick
        self.augment = augmenting(settings.augmentation)
        self.classes = len(description.classes)
        self.mixing = Mixing(settings, self.classes)
        weights = class_weights(labels, len(description.classes), settings.class_weights, settings.class_weights_beta)
        self.class_weights = None if settings.class_weights == "none" else weights.to(self.device)
        self.classifier = classifier.to(self.device).to(memory_format=torch.channels_last)
        self.last_epoch: int | None = None  # where it ends before its schedule does
        self.earlier: ClassifierTraining | None = None  # the phase before this one (classifiers.phases)
        self.best: dict[str, Any] = {"epoch": 0, "score": None, "weights": None}
        self._build()

    @classmethod
    def of_arm(
        cls, classifier: Classifier, description: Description, data: ArmData, device: Device
    ) -> "ClassifierTraining":
        """The training of a classifier on what an arm brings."""
        images, labels, judged, truths = (
            device.hold(each) for part in (data.train, data.validation) for each in (part.images, part.labels)
        )
        arm, validation = description.arm_settings, (judged, truths) if data.validation.rows else None
        plain_images = data.plain_images if arm.steps == "equal" else None
        weights = data.image_weights(arm.synthetic_weight)
        held = None if weights is None else device.hold(weights.astype("float32"))
        return cls(classifier, description, images, labels, validation, device, plain_images, held)

    def _build(self) -> None:
        settings, network = self.settings, self.classifier.network
        self.freezing = Freezing(self.classifier, settings, self.steps_per_tick)
        self._phase = _NONE
        ends = [weight for head in self.classifier.heads for weight in head.parameters()]
        heads = set(ends)
        of_head = settings.head_learning_rate if isinstance(settings, PretrainedSettings) else None
        self.rates = [settings.learning_rate, of_head or settings.learning_rate]
        groups = [[weight for weight in network.parameters() if weight not in heads], ends]
        kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[settings.optimiser]
        named = [{"params": group, "lr": rate} for group, rate in zip(groups, self.rates, strict=True)]
        betas = settings.beta1, settings.beta2
        self.optimiser = kind(named, betas=betas, weight_decay=settings.weight_decay, fused=True)
        self.replayed = Replayed(self.device, [self.optimiser])
        self.average = _average(self.classifier, settings.ema_decay)
        self.judged = self.average.module if self.average else self.classifier  # what is validated and kept

    def step(self, step: int, attempt: int) -> dict[str, torch.Tensor]:
        """Train on one batch."""
        self._set_mode(step)
        factor = rate_factor(self.settings.schedule, step, self.steps)
        for group, rate in zip(self.optimiser.param_groups, self.rates, strict=True):
            set_rate(group, rate * factor, self.device)
        self.rate = self.rates[0] * factor
        batch = send(self.sampler.indices(self.seed, step), self.device)
        seed_step(self.seed, "step", step, attempt)
        if self.settings.augmentation.policy == "none" and self.mixing.mix is None:
            values = self.replayed(self._phase, self._train_on, batch)
        else:  # which Python draws for anew in every step
            prepared = self.mixing(*self._prepare(batch), self.seed, "mixing", step, attempt)
            values = self.replayed(self._phase, self._learn, *prepared, self.labels[batch])
        if self.average:
            self.average.update(self.classifier, step + 1)
        return values

    def _train_on(self, batch: torch.Tensor) -> dict[str, torch.Tensor]:
        return self._learn(*self._prepare(batch), self.labels[batch])

    def _prepare(self, batch: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.augment(scale(self.images[batch])), self._targets(batch)

    def _learn(self, images: torch.Tensor, targets: torch.Tensor, labels: torch.Tensor) -> dict[str, torch.Tensor]:
        weights = None
        if self.image_weights is not None:
            weights = targets.sum(dim=1)
            targets = targets / weights[:, None]
        with self.on_device.autocast():
            made = self.classifier.training_logits(images.contiguous(memory_format=torch.channels_last))
        kind, smoothing = self.classifier.loss, self.settings.label_smoothing
        losses = [
            share * training_loss(logits.float(), targets, kind, self.class_weights, smoothing, weights)
            for share, logits in made
        ]
        loss = sum(losses[1:], start=losses[0])
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        return {"loss_train": loss, "accuracy_train": (made[0][1].argmax(dim=1) == labels).float().mean()}

    def _targets(self, batch: torch.Tensor) -> torch.Tensor:
        # Labels; of weighted images targets times their weights, so that what is mixed keeps its own.
        labels = self.labels[batch]
        if self.image_weights is None:
            return labels
        return F.one_hot(labels, self.classes).float() * self.image_weights[batch, None]

    def end_tick(self, step: int, row: dict[str, Any]) -> bool:
        """Judge the epoch by the validation part, and keep its weights when it is the best so far."""
        row["epoch"] = step // self.steps_per_tick
        row["learning_rate"] = self.rate
        if self.settings.precise_bn:
            self._calibrate()
        row["loss_validation"], row["accuracy_validation"] = self._validate()
        if self.validation is not None:
            score = _score(row, self.settings.best_by)
            if self.best["score"] is None or score > self.best["score"]:
                weights = {name: value.detach().clone() for name, value in self.judged.state_dict().items()}
                self.best = {"epoch": row["epoch"], "score": score, "weights": weights}
        return bool(row["epoch"] == self.last_epoch)

    def finish(self) -> int:
        """Put the best epoch's weights into the classifier and return its number; without validation, the last's."""
        if self.best["weights"] is None:
            self.classifier.load_state_dict(self.judged.state_dict())
            return self.last_epoch or self.epochs
        self.classifier.load_state_dict(self.best["weights"])
        return self.best["epoch"]

    def state(self) -> dict[str, Any]:
        average = {"average": self.average.module.state_dict()} if self.average else {}
        return average | {
            "classifier": self.classifier.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "best": self.best,
        }

    def load_state(self, state: dict[str, Any]) -> None:
        self.classifier.load_state_dict(state["classifier"])
        self.optimiser.load_state_dict(state["optimiser"])
        if self.average:
            self.average.module.load_state_dict(state["average"])
        self.best, self._phase = state["best"], _NONE
        self.replayed.forget()

    def images_seen(self) -> int:
        """Images that the whole run trains on, each pass counted."""
        passes, rest = divmod(self.steps, self.sampler.steps_per_pass)
        sizes = [len(part) for part in torch.arange(len(self.images)).tensor_split(self.sampler.steps_per_pass)]
        before = self.earlier.images_seen() if self.earlier else 0
        return before + passes * len(self.images) + sum(sizes[:rest])

    def trainable_layers(self) -> tuple[int, int]:
        """Layers that are trained in the end, and all layers; gates of channel attention are not counted."""
        total = len(layers_of(self.classifier.network))
        return total - len(self.freezing.fixed), total

    def results(self) -> dict[str, Any]:
        """What the record of the run says beside what all runs say: what an earlier phase adds."""
        if self.earlier is None:
            return {}
        return {name: getattr(self, name) + getattr(self.earlier, name) for name in ("steps", "epochs")}

    def _set_mode(self, step: int) -> None:
        phase = self.freezing.phase(step)
        if phase != self._phase or not self.classifier.training:
            self.classifier.train()
            set_frozen(self.classifier.network, self.freezing.resting(phase))
            self._phase = phase

    def _calibrate(self) -> None:
        steps = range(min(self.sampler.steps_per_pass, self.most_batches))
        batches = [send(self.sampler.indices(self.seed, step), self.device) for step in steps]
        twins = dict(zip(self.classifier.modules(), self.judged.modules(), strict=True))
        fixed = [twins[layer] for layer in self.freezing.resting(self._phase)]
        calibrate(self.judged, self.images, batches, fixed)

    @torch.no_grad()
    def _validate(self) -> tuple[float | None, float | None]:
        if self.validation is None:
            return None, None
        return judged_by(self.judged, *self.validation, self.device)


def _score(row: dict[str, Any], by: str) -> float:
    """What an epoch is kept for; the larger the better."""
    return {"loss": -row["loss_validation"], "accuracy": row["accuracy_validation"], "last": row["epoch"]}[by]


def _average(classifier: Classifier, decay: float) -> "ModelEmaV3 | None":
    """A moving average of weights and buffers, with timm's warm-up: at step n it decays by 1 - n^(-2/3) at most."""
    if not decay:
        return None
    from timm.utils import ModelEmaV3  # late: only runs with an average need it

    return ModelEmaV3(classifier, decay=decay, use_warmup=True)


def run_seed(description: Description) -> int:
    """The seed of everything random in a run; arms of one classifier, split and seed share it."""
    return mix_seed("classifier", description.classifier, description.split, description.seed)
