"""The rows of the tables that other steps and other tools rely on."""

import dataclasses

PARTS = ("train", "validation", "reserve", "test")  # reserve: seen by nothing but the learning curve's classifiers
SEED = "seed"  # origin of a synthetic image


@dataclasses.dataclass(frozen=True, slots=True)
class ImageRow:
    """images/{class_}/index.tsv and images/manifest.tsv: an image that can be used, sorted by sha256."""

    sha256: str  # of the file's bytes: the image's identity
    path: str  # where it was seen; informative
    class_: str
    specimen: str  # images of one specimen never cross a split
    width: int  # pixels, after the EXIF orientation
    height: int
    mode: str  # Pillow's mode as stored: L, RGB, I;16 ...


@dataclasses.dataclass(frozen=True, slots=True)
class HeaderRow:
    """images/{class_}/headers.tsv: how an image's file is stored, in the order of the index."""

    sha256: str
    format: str  # JPEG, PNG, TIFF ... by the content; empty where it is not recognised
    camera: str  # make and model, where the file names them
    compression: str  # of a JPEG its quality, to five
    highest: int | None = None  # the greatest value in a file of 16 bits that is read by their full range
    notes: str = ""  # what was done to read it beyond the ordinary, with "; " between


@dataclasses.dataclass(frozen=True, slots=True)
class QuarantineRow:
    """images/quarantine.tsv: a file that was left out, and why."""

    path: str
    class_: str
    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class DuplicateRow:
    """images/duplicates.tsv: a pair of images of the same thing."""

    sha256_a: str
    path_a: str
    class_a: str
    sha256_b: str
    path_b: str
    class_b: str
    relation: str  # exact (same bytes, or same pixels), near, or apart: near, but named as two specimens
    transform: str  # what maps a on b: identity, flip, rotate90, ... with "crop" where one shows a part of the other;
    # or "rotation 17" (degrees counter-clockwise), "flip rotation 17", with "stretch" where the axes differ in scale
    similarity: float  # correlation of the aligned pixels, at most 1
    conflict: bool  # the classes differ, and no names say that the specimens do: one label must be wrong


@dataclasses.dataclass(frozen=True, slots=True)
class SplitRow:
    """splits/{split}/{class_}.tsv and splits/{split}.tsv."""

    sha256: str
    path: str
    class_: str
    specimen: str
    part: str  # train, validation or test


@dataclasses.dataclass(frozen=True, slots=True)
class PackRow:
    """packs/{pack}/{class_}.tsv: which image stands in which row of the pack, by order."""

    sha256: str


@dataclasses.dataclass(frozen=True, slots=True)
class SyntheticRow:
    """synthetic/.../index.tsv: an image of a pool, in the order in which arms take them."""

    name: str  # key inside its shard: NAME.png and NAME.json
    shard: str  # file beside the index
    class_: str
    generator: str
    latent_seed: int | None  # the image depends on this number and the generator alone; empty where it was evolved
    leaked: bool  # its generator, or what chose it, was trained on a specimen of the test part
    origin: str = SEED  # `seed`: latent_seed gives its latent vector; `latents:ROW`: a row of latents.safetensors
    parent: str = ""  # SHA-256 of the training image that it was begun with; empty where it was drawn freely
    parent_specimen: str = ""  # that image's specimen
    sigma: float | None = None  # standard deviation of the noise on that image, of values in -1 to 1
    digest: str = ""  # 16 hex digits of the SHA-256 of its PNG and then its JSON, as the shard holds them
