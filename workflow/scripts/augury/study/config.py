"""A study as its config describes it."""

from collections.abc import Mapping as AnyMapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Union

from pydantic import BeforeValidator, Discriminator, Field, StringConstraints, Tag

from augury.settings.base import (
    Bool,
    Device,
    Mapping,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    Section,
    Settings,
    Text,
    Unique,
)
from augury.settings.families import DEFAULT_FAMILY, families
from augury.study.arms import Arm, Ensemble, Final
from augury.study.elsewhere import Pool
from augury.study.images import Labels, Preparation, PresplitAugmentation, Specimens
from augury.study.results import Explain, Published, Scores, Store
from augury.study.split import Split
from augury.study.statistics import Statistics


def _one_of(kind: str, default: str) -> Any:
    """The type of an entry whose `family` says which model it is; without one it is the default's."""

    def tag(entry: Any) -> Any:
        return entry.get("family", default) if isinstance(entry, AnyMapping) else getattr(entry, "family", None)

    # The default first, as the example that a sentence gives.
    ordered = sorted(families(kind).items(), key=lambda item: item[0] != default)
    members = tuple(Annotated[each.settings, Tag(name)] for name, each in ordered)
    return Annotated[Union[members], Discriminator(tag), BeforeValidator(lambda entry: {} if entry is None else entry)]  # noqa: UP007


if TYPE_CHECKING:
    from augury.classifiers.family import ClassifierSettings as Classifier
    from augury.generators.family import GeneratorSettings as Generator
    from augury.selections.family import SelectionSettings as Selection
else:
    Generator = _one_of("generators", DEFAULT_FAMILY["generators"])
    Selection = _one_of("selections", DEFAULT_FAMILY["selections"])
    Classifier = _one_of("classifiers", DEFAULT_FAMILY["classifiers"])


class Config(Settings):
    """A study, complete: every key has a value."""

    renamed: ClassVar[dict[str, str]] = {
        "enlarging": "presplit_augmentation",
        "few_images": "warn_below_images",
        "shrunken": "smoke_test",
    }

    dataset: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$", max_length=120)] | None = None
    """Name of the study; results go to results/{dataset}. Without one, it is named after the images' folder."""
    images: Text
    """Folder with one folder of images per class, or with train/ and test/ folders that hold them; with `labels`,
    the folder below which all files lie."""
    source: str | None = None
    """Source of the images, in words; shown where the folder is missing, and in the report."""
    licence: str | None = None
    """Licence of the images, by its SPDX name such as CC-BY-4.0, for the methods text and for what is passed on;
    without it, it is said to be unknown."""
    classes: Unique[str] | None = Field(None, min_length=2)
    """Names of the classes to use, in the order of the tables. Without it, all of them, sorted. Folders that are
    named here are taken as classes whatever they look like."""
    labels: Labels | None = None
    """Classes from a table instead of class folders; the files lie at any depth below `images`."""
    exclude: Unique[Text] = []
    """Glob patterns of files and folders that are no images of their class, such as ["*_mask.png", masks]; `*`, `?`
    and `[...]` as in a shell, capitals count, compared with the name, and with the path from the class folder on
    or below it."""
    corrections: Unique[Text] = []
    """Tables of corrections, as galleries give them to download (path, class, exclude, specimen, sha256), such as
    [corrections.tsv]: laid over the classes, `exclude` and `specimens`; of several the last one counts."""
    taxonomy: str | None = None
    """Table (TSV or CSV) with a column `class` and one column per rank, from the highest to the lowest."""
    specimens: Specimens = Specimens()
    """Which images show the same specimen and must stay together. A name is one specimen in all classes, with one
    part for all of them."""
    preparation: Preparation = Preparation()
    """How an image file becomes a square of pixels. Sizes and channels belong to each network."""
    presplit_augmentation: PresplitAugmentation = PresplitAugmentation()
    """Augmentation before the split: altered copies of every image, as some publications make them. An image and
    its copies are one specimen: they stay together, unless `split.unit: image` lets them cross. Arms make copies
    of the training part alone (`classical`)."""
    split: Split = Split()
    """Split into training, validation and test parts, by specimen. Sizes below 1 are fractions of a class,
    from 1 on numbers of specimens per class."""
    guard: Literal["enforce", "record"] = "enforce"
    """Data leakage: enforce stops the run when a test specimen reaches a training; record stamps it on every result."""
    warn_below_images: NonNegativeInt = 10
    """Number of usable images below which a warning names a class as too small to learn much from."""
    seeds: Unique[NonNegativeInt] = Field([0, 1, 2], min_length=1)
    """Seeds of the classifiers; each arm is trained once per seed, from the same initial weights. A probe, in whose
    training nothing is random, is trained once per training set."""
    generator_seeds: Unique[NonNegativeInt] = Field([0], min_length=1)
    """Seeds of the generators; classifier seed number i uses the images of generator seed number i, cyclically."""
    tests: Section[Text] = {}
    """Other test sets, each under a name of its own: folders with one folder per class of the study, such as another
    site's images. Every classifier is tested on them too, with tables and a verdict of their own."""
    corruptions: Unique[Literal["gaussian_noise", "gaussian_blur", "brightness", "jpeg_compression"]] = []
    """Corruptions of the test part, as ImageNet-C defines them. Every classifier is tested on each at five strengths,
    with tables and a verdict of its own."""
    pools: Section[Pool] = {}
    """Pools of real images from elsewhere, each under a name of its own, from which generators of family `retrieved`
    take, or on which others are trained first (`trained_on`). Each image is compared with the test part, and one that
    shows a test specimen stops the run."""
    generators: Section[Generator] = {}
    """The generators to train, each under a name of its own."""
    every_generator: Mapping[Any] = {}
    """Overrides for all generators that have such a setting, as in the overlay of smoke tests."""
    selections: Section[Selection] = {}
    """Selections of synthetic images, each under a name of its own; `random` is always there, and the name of a
    family means that family with its defaults."""
    every_selection: Mapping[Any] = {}
    """Overrides for all selections that have such a setting."""
    shard_images: PositiveInt = 1000
    """Images per WebDataset shard of a pool."""
    classifiers: Section[Classifier] = Field({"cnn": {"family": "four_block_cnn"}}, validate_default=True)
    """The classifiers to train on every arm, each under a name of its own; with neither these nor `arms`,
    generators are trained and scored alone."""
    every_classifier: Mapping[Any] = {}
    """Overrides for all classifiers that have such a setting; a size_px that a network does not take becomes the
    smallest that it takes."""
    ensembles: Section[Ensemble] = {}
    """Ensembles: averages over classifiers, over seeds, or both, each under a name that no classifier has; tables
    and figures treat them like classifiers."""
    final: Final | None = None
    """Final classifier, to hand over: one arm and classifier, or ensemble, trained once more on every specimen, those
    for validation and test included. How long, and at which temperature, the study's splits say. It has no test score
    of its own; its card gives the study's estimate."""
    every_arm: Mapping[Any] = {}
    """Overrides for all arms; a number of images, as in count, only where the arm has one."""
    arms: Section[Arm] = Field({"real": {}}, validate_default=True)
    """What classifiers are trained on; arms are compared on the same test images."""
    learning_curve: Unique[PositiveFloat] = []
    """Learning curve: multiples of the training part, such as [0.25, 0.5, 2], on which the baseline is trained too, as
    arms of their own; what a gain is worth in real specimens is read off it."""
    controls: Bool = False
    """Control arms, from which a gain must be distinguished - real images twice, a copier, classical copies; and for
    each generator its images alone, at equal steps, and with classical copies."""
    baseline: str | None = None
    """Baseline: the arm that all others are compared with; without it, the first arm without synthetic images."""
    missing_weights: Literal["fetch", "stop", "skip"] = "fetch"
    """Pretrained weights that are neither in resources/weights nor in an installed package - fetch downloads them
    from timm's or torchvision's hub when the study runs; stop refuses the study before anything runs; skip leaves
    out the classifiers that need them, and the tables say so."""
    store: Store = Store()
    """Finished trainings are kept, so that going back to a setting costs seconds."""
    extractor: str | Unique[Text] | None = ["tf_efficientnet_lite0", "mobilenetv2_100"]
    """Feature extractors of the scores of synthetic images - one or several models of timm, or inception_v3_fid for
    FID and KID; null makes no scores. What the report ranks, all of them must rank alike."""
    scores: Scores = Scores()
    """Scores of synthetic images (FID, KID, precision, recall ...)."""
    statistics: Statistics = Statistics()
    """Statistics: intervals, equivalence margin, significance level, power."""
    explain: Explain = Explain()
    """Explanations of each arm and classifier (Grad-CAM, UMAP), of the first split and seed."""
    published: Published = Published()
    """A publication's numbers, for comparison with those of this study."""
    smoke_test: Bool = False
    """Smoke test: whether this run is a small one, made to see that everything runs. Its report says that its
    numbers mean nothing."""
    device: Device = "auto"
    """Device on which networks run; auto takes a GPU where there is one."""

    @property
    def extractors(self) -> list[str]:
        """The networks that images are judged by, however many `extractor` names."""
        return [self.extractor] if isinstance(self.extractor, str) else list(self.extractor or [])
