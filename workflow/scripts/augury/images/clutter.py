"""What systems, disks and programs leave beside images, recognised by name alone (standard library only)."""

import os
import re
from collections.abc import Iterable
from pathlib import Path, PurePath

# In lower case. Folders of NAS boxes and systems are not entered: they hold thumbnails of the images, or deleted ones.
_FOLDERS = {
    "__macosx", "network trash folder", "temporary items", "desktop db", "desktop df", "ipod photo cache",
    "$recycle.bin", "recycler", "system volume information", "lost+found", "__pycache__",
    "@eadir", "@tmp", "@sharebin", "@recycle", "@recently-snapshot", "@__thumb", "#recycle", "#snapshot", "_gsdata_",
}  # fmt: skip
_FILES = {"thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "picasa.ini", "zbthumbnail.info", "icon\r"}
_STREAMS = (":zone.identifier", ":encryptable")  # a second stream of a file, which a copy from Windows makes a file
_UNFINISHED = (".crdownload", ".part", ".partial", ".download", ".opdownload", ".!ut", ".aria2")
_IN_CLOUD = ".icloud"
_ENDINGS = (*_STREAMS, *_UNFINISHED, _IN_CLOUD, "~")
_BEGINNINGS = (".", "~$")  # hidden, and the locks of office programs


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


# Endings of what is surely no image. A file with any other ending, or with none, may be one: content decides.
_NO_IMAGE = words("""
    .md .rst .txt .log .csv .tsv .json .jsonl .xml .yaml .yml .toml .ini .cfg .html .htm .css .js .pdf .doc .docx .odt
    .rtf .xls .xlsx .ods .ppt .pptx .db .sqlite .py .r .rmd .ipynb .sh .bat .m .c .cpp .h .java .zip .tar .gz .tgz .bz2
    .xz .7z .rar .lst .md5 .sha256 .xmp .url .lnk .mp4 .avi .mov .mkv .mp3 .wav .exe .dll .pt .pth .h5 .pkl .bib""")
_ARCHIVES = words(".zip .tar .gz .tgz .bz2 .xz .7z .rar")
_IMAGES = words(".jpg .jpeg .jpe .jfif .png .tif .tiff .bmp .dib .gif .webp .jp2 .ppm .pgm .pbm .heic .avif")

MASKS = words("""
    mask masks seg segs segmented segmentation segmentations label labels annotated annotation annotations annot overlay
    gt groundtruth outline contour bbox superpixels""")
_COPY = r"\s*(?:[-_ ]+copy(?: ?\(?\d+\)?)?|\(\d+\))"
_WORDS = "|".join(sorted(MASKS))
_PARTNER = re.compile(
    rf"(?P<image>.+?)(?P<tail>[-_. ]+(?:{_WORDS})(?:[-_ ]?\d+)?|{_COPY})|(?P<head>(?:{_WORDS})[-_. ]+)(?P<shown>.+)",
    re.I,
)


def is_clutter(name: str, folder: bool = False) -> bool:
    """Whether a file, or a folder, of this name is passed over."""
    small = name.lower()
    if folder:
        return small.startswith(".") or small in _FOLDERS
    return small.startswith(_BEGINNINGS) or small in _FILES or small.endswith(_ENDINGS)


def stands_for_an_image(name: str) -> bool:
    """Whether the name is that of a file that stands for one which is not there: in a cloud, or not wholly fetched."""
    return name.lower().endswith((_IN_CLOUD, *_UNFINISHED))


def may_be_image(path: PurePath) -> bool:
    """Whether the name speaks against an image: a README, a table and the like are none."""
    return os.path.splitext(path)[1].lower() not in _NO_IMAGE


def is_image_name(path: PurePath) -> bool:
    """Whether the name is plainly that of an image."""
    return path.suffix.lower() in _IMAGES and not is_clutter(path.name)


def is_archive(path: PurePath) -> bool:
    """Whether the name is that of packed files."""
    return path.suffix.lower() in _ARCHIVES


def partners(files: Iterable[Path]) -> list[tuple[Path, Path, str]]:
    """Files that look like the mask, the annotated form or a copy of another: (file, the other, pattern of such names).

    The other lies in the same folder and has the name without `_mask`, `_seg`, `_label`, `mask_`, ` - Copy` or the
    like, with any ending; or it has the same name and the file lies in a folder `masks` (or of such a name) beside it.

    >>> partners([Path("A/1.jpg"), Path("A/1_mask.png")])
    [(PosixPath('A/1_mask.png'), PosixPath('A/1.jpg'), '*_mask.png')]
    """
    images = [(os.path.splitext(path)[0], path) for path in files if may_be_image(path)]
    named, pairs = dict(images), []
    for whole, path in images:
        folder, _, stem = whole.rpartition(os.sep)
        above, _, folder_name = folder.rpartition(os.sep)
        fits = _PARTNER.fullmatch(stem)
        base = (fits["image"] or fits["shown"]) if fits else stem
        other = named.get(os.path.join(folder, base)) if fits else None
        if fits and other:
            pairs.append((path, other, f"{fits['head'] or ''}*{fits['tail'] or ''}{path.suffix}"))
        elif folder_name.lower() in MASKS:
            beside = (os.path.join(above, base), os.path.join(above, "images", base))
            other = next((named[each] for each in beside if each in named), None)
            if other:
                pairs.append((path, other, folder_name))
    return pairs
