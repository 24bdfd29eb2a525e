"""What a job asks of a cluster: first guesses of memory and time, from the number and the size of its images.

Guesses on the safe side, made before anything has run. A job that fails is sent again with more time, and with more
memory where that was the cause (forecast.tries), and a training goes on from its last checkpoint, so a guess that was
too small costs a wait and no result. What a step asks for follows from them: forecast.tries, forecast.bundles.
"""

import math
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from augury.classifiers.family import ClassifierSettings
from augury.classifiers.sizes import channels_of, image_px
from augury.generators.family import GeneratorSettings, Guess, TrainedSettings
from augury.planning.changed import settings_on
from augury.planning.forecast.division import trained_images
from augury.planning.inputs.generators import pool_parts
from augury.planning.inputs.plan import Plan
from augury.planning.transfer import pool_path
from augury.settings.families import family

NETWORKS_MB = 3000  # Python with torch and a network: 0.6 to 1.4 GB on a CPU, more beside a GPU
MAPPED_MB, ROW_MB = 1500, 0.001  # of a training's images at most (images.mapped_arrays); of one beside its pixels
IMAGE_SECONDS = 0.1  # one training image of 224 px, of a small network on a core, or a large one on a modest GPU
LOOKED_SECONDS = 0.05  # one image whose features are taken or compared
IMAGES_A_THREAD, MOST_THREADS = 500, 8  # that are compared; an image takes 15 ms of one core
BLOCK, DEMO_IMAGES = 64, 30  # images that are always drawn together; of a class, before they can be counted
FURTHER_GPU = 0.5  # of the first one's speed, that each further GPU of a training adds; cautious, not measured
LOOKING, POOLING = 5, 3  # minutes that steps which look at images, and pools, are given on top


class Needs:
    """Guesses for the jobs of a study; sizes come from its config and from the number of files in its folders."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.study = plan, plan.study

    @cached_property
    def counts(self) -> dict[str, int]:
        """Number of files of each class."""
        classes = self.study.classes
        return self.study.files.counts(classes) or dict.fromkeys(classes, DEMO_IMAGES)

    def images(self, classes: Iterable[str] | None = None) -> int:
        """Files of these classes, or of all; a pool on which a generator is trained counts as a class."""
        counts, names = self.counts, self.study.classes if classes is None else classes
        return sum(counts[name] if name in counts else self.plan.elsewhere.counts[pool_path(name)] for name in names)

    def pack_mb(self, section: ClassifierSettings | GeneratorSettings, classes: Iterable[str] | None = None) -> float:
        """Megabytes of the packs that a network reads."""
        return self.images(classes) * image_px(section) ** 2 * channels_of(section) / 1e6

    # Images

    def class_minutes(self, wildcards: Any) -> float:
        """Reading every file of a class once."""
        return 2 + self.images([wildcards.class_]) * 0.2 / 60

    def augmentation_minutes(self, wildcards: Any) -> float:
        """Reading them, and writing copies."""
        settings = self.study.config.presplit_augmentation
        times = settings.times_per_class.get(wildcards.class_, settings.times)
        return self.class_minutes(wildcards) * (1 + times)

    def class_pack_mb(self, wildcards: Any) -> float:
        """A few large images being decoded, and one row per image; the pack is written image by image."""
        return 2000 + ROW_MB * self.images([wildcards.class_])

    def comparing_threads(self, wildcards: Any) -> int:
        """Threads that compare a class's images, those from elsewhere, or all: more than one where there are many.

        Of many classes each has one: two at once are through sooner than one after the other with two threads each.
        """
        elsewhere, class_ = (getattr(wildcards, name, None) for name in ("elsewhere", "class_"))
        count = self.plan.elsewhere.counts[elsewhere] if elsewhere else self.images([class_] if class_ else None)
        share = count / max(1, self.images()) if class_ and not elsewhere else 1
        return max(1, min(math.ceil(MOST_THREADS * share), 1 + count // IMAGES_A_THREAD))

    def duplicates_mb(self, wildcards: Any) -> float:
        """What is held of all images while they are compared."""
        return 1000 + 0.002 * self.images()

    def duplicates_minutes(self, wildcards: Any) -> float:
        """Comparing all images."""
        return 10 + self.images() * 0.1 / 60

    # From elsewhere

    def elsewhere_minutes(self, wildcards: Any) -> float:
        """Reading the images of a set from elsewhere, taking their features, or comparing them with the study's."""
        return 10 + (self.plan.elsewhere.counts[wildcards.elsewhere] * 0.2 + self.images() * 0.1) / 60

    def test_minutes(self, wildcards: Any) -> float:
        """Testing a classifier on a set from elsewhere, or on its test part at five strengths of a corruption."""
        size_px = settings_on(self.study.config, wildcards.arm, wildcards.classifier).size_px
        images = self.plan.elsewhere.counts.get(f"tests/{wildcards.test}", 5 * self.images())
        return 5 + images * IMAGE_SECONDS * max(1, size_px / 224) ** 2 / 60

    def elsewhere_mb(self, wildcards: Any) -> float:
        """What is held of them."""
        return NETWORKS_MB + 0.05 * self.plan.elsewhere.counts[wildcards.elsewhere] + 0.002 * self.images()

    # Networks

    def generator_mb(self, wildcards: Any) -> float:
        """A training, with what each of its processes holds of its images, and their shares of a batch."""
        settings = self.study.config.generators[wildcards.generator]
        classes = self.plan.generators.trained_classes(wildcards)
        images_mb = min(2 * self.pack_mb(settings, classes), MAPPED_MB) + ROW_MB * self.images(classes)
        processes = self.study.gpus(wildcards.generator)
        return processes * (NETWORKS_MB + images_mb) + self._guess(wildcards.generator).batch_mb

    def generator_minutes(self, wildcards: Any) -> float:
        """A training of its duration."""
        return 30 + self.generator_seconds(wildcards.generator, wildcards.class_) / 60

    def generator_seconds(self, generator: str, folder: str) -> float:
        """Likewise, without what a job is given on top, by all of its GPUs; folder: a class, `all` or a taxon above."""
        settings = self.study.config.generators[generator]
        kimg = once = self.images(self.study.transfer.trained(folder)) / 1000  # of one that is computed at once
        if isinstance(settings, TrainedSettings):
            kimg = settings.duration * (once if settings.duration_unit == "epochs" else 1)
        return kimg * self._guess(generator).kimg_seconds / (1 + FURTHER_GPU * (self.study.gpus(generator) - 1))

    def classifier_mb(self, wildcards: Any) -> float:
        """A training, with the images of its arm."""
        section = settings_on(self.study.config, wildcards.arm, wildcards.classifier)
        times = self._times(wildcards.arm)
        images_mb = min(2 * times * self.pack_mb(section), MAPPED_MB)
        images_mb += times * self.images() * family("classifiers", section.family).image_mb
        return NETWORKS_MB + images_mb + 0.005 * getattr(section, "batch", 32) * section.size_px**2

    def classifier_minutes(self, wildcards: Any) -> float:
        """A training of its epochs on the images of its arm."""
        return 30 + self.classifier_seconds(wildcards) / 60

    def classifier_seconds(self, wildcards: Any) -> float:
        """Likewise, without what a job is given on top."""
        section = settings_on(self.study.config, wildcards.arm, wildcards.classifier)
        trained = self._trained * self._times(wildcards.arm) * getattr(section, "epochs", 10)
        return max(trained, self.images()) * IMAGE_SECONDS * (section.size_px / 224) ** 2  # the others are tested

    @cached_property
    def _trained(self) -> float:
        return trained_images(self.study, self.counts)

    def classifier_taken(self, wildcards: Any) -> float:
        """Seconds that it took where it was tried: its family's share of what is asked for."""
        section = settings_on(self.study.config, wildcards.arm, wildcards.classifier)
        return self.classifier_seconds(wildcards) * family("classifiers", section.family).taken

    def explanation_minutes(self, wildcards: Any) -> float:
        """A map of the features of training, test and synthetic images."""
        size_px = settings_on(self.study.config, wildcards.arm, wildcards.classifier).size_px
        shown = min(3 * self.study.config.explain.umap_images, self.images() * (1 + self._times(wildcards.arm)))
        return 10 + shown * IMAGE_SECONDS * (size_px / 224) ** 2 / 60

    def feature_mb(self, wildcards: Any) -> float:
        """Features of real and of synthetic images, and what is computed from them."""
        return NETWORKS_MB + 0.05 * self._scored(wildcards)

    def feature_minutes(self, wildcards: Any) -> float:
        """Extracting or comparing them, for all networks."""
        return LOOKING + self._looked_seconds(wildcards) / 60

    def drawing_minutes(self, wildcards: Any) -> float:
        """Drawing them once, and extracting them for all networks."""
        variants = len(self.study.variants(wildcards.generator))
        drawn = variants * _padded(self._drawn(wildcards)) * self._guess(wildcards.generator).image_seconds
        return LOOKING + (self._looked_seconds(wildcards) + drawn) / 60

    def pool_minutes(self, wildcards: Any) -> float:
        """Drawing a pool for one class."""
        return POOLING + _padded(self._pool_images(wildcards)) * self._image_seconds(wildcards) / 60

    def selection_minutes(self, wildcards: Any) -> float:
        """Drawing what is chosen from: many images once, or, for a search, a population again and again."""
        settings = self.study.config.selections[wildcards.selection]
        each = self._image_seconds(wildcards) + (LOOKED_SECONDS if settings.needs.features else 0.002)
        images = self._pool_images(wildcards)
        if self.searches(wildcards):
            sets = getattr(settings, "population", 1) * (1 + getattr(settings, "generations", 1))
            return 30 + sets * images * each / 60
        return 5 + _padded(max(getattr(settings, "candidates", 0), 2 * images)) * each / 60

    def searches(self, wildcards: Any) -> bool:
        """Whether vectors are searched for, which takes long, and not taken from many drawn at once."""
        return family("selections", self.study.config.selections[wildcards.selection].family).searches

    # Tables and figures

    def table_mb(self, wildcards: Any) -> float:
        """Predictions of every run, each of all images at most."""
        return 2000 + self._runs * (1 + self.images() / 1000)

    def table_minutes(self, wildcards: Any) -> float:
        """Reading them, and the bootstrap."""
        return 10 + self._runs * (0.1 + self.images() / 20000)

    def figure_minutes(self, wildcards: Any) -> float:
        """Reading them, and drawing."""
        return 5 + self._runs * (0.02 + self.images() / 100000)

    @cached_property
    def _runs(self) -> int:
        return len(self.plan.classifiers.runs("predictions.tsv"))

    def _pool_images(self, wildcards: Any) -> float:
        ratio, count = self.study.pool_size(wildcards.pool, wildcards.selection)
        return max(count, ratio * trained_images(self.study, {wildcards.class_: self.counts[wildcards.class_]}))

    def _image_seconds(self, wildcards: Any) -> float:
        return self._guess(pool_parts(wildcards.pool)[0]).image_seconds

    def _times(self, arm: str) -> float:
        """How many images an arm has for each real one, about."""
        section = self.study.config.arms[arm]
        images = max(self.images(), 1)
        copies = max(section.classical, (section.classical_to or 0) * len(self.study.classes) / images)
        drawn = section.ratio if section.count is None else section.count * len(self.study.classes) / images
        return section.real + copies + (drawn if section.generator else 0)

    def _looked_seconds(self, wildcards: Any) -> float:
        """What all extractors take for the images of a class."""
        return len(self.study.config.extractors) * self._scored(wildcards) * LOOKED_SECONDS

    def _scored(self, wildcards: Any) -> float:
        """Images of one class whose features are taken, in all variants of a generator."""
        classes = [wildcards.class_] if wildcards.class_ in self.study.classes else self.study.classes
        real = self.images(classes)
        generator = getattr(wildcards, "generator", None)
        if generator is None:
            return real
        return real + self._drawn(wildcards) * len(self.study.variants(generator))

    def _drawn(self, wildcards: Any) -> float:
        """Images of one class that are drawn of each variant."""
        real = self.images([wildcards.class_] if wildcards.class_ in self.study.classes else None)
        ratio, count = self.study.scored_size()
        return max(count, ratio * real, real)

    def _guess(self, generator: str) -> Guess:
        settings = self.study.config.generators[generator]
        return family("generators", settings.family).guess(settings)


def _padded(images: float) -> int:
    return math.ceil(images / BLOCK) * BLOCK
