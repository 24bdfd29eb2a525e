"""Which files are taken along, and where they lie in the folder that is passed on."""

from collections.abc import Collection, Iterator
from pathlib import Path

from augury.command.errors import UserError
from augury.export.finished import Finished
from augury.images.files import file_sha256
from augury.tables.rows import ImageRow
from augury.tables.table import read_rows

HOME = Path(__file__).resolve().parents[4]
WEIGHTS, POOLS = "weights", "pools"  # what may be left out
PICTURES, IMAGES = "pictures", "images"  # what shows real images: taken along where it is asked for
_OF_CLASSIFIER = ("classifier.json", "history.tsv", "predictions.tsv", "leaks.tsv")
_WEIGHTS = ("classifier.safetensors", "reference.safetensors")
_OF_GENERATOR = ("generator.json", "history.tsv", "training.tsv", "leaks.tsv", "samples.png")
_SOURCES = ("workflow/Snakefile", "workflow/rules/*", "workflow/scripts/**/*", "workflow/report/**/*", "envs/*",
            "LICENSE", "CITATION.cff", "Snakefile", "config/*.yaml")  # fmt: skip

Pair = tuple[Path, str]  # a file, and its path in the folder that is passed on


def chosen(study: Finished, without: Collection[str], along: Collection[str]) -> list[Pair]:
    """All files, each once, sorted by where they go. Raises UserError where an original image has changed."""
    pairs = [*_study(study, PICTURES in along), *_runs(study, WEIGHTS not in without, PICTURES in along)]
    if POOLS not in without:
        pairs += _pools(study, IMAGES in along)
    pairs.append((HOME / "workflow/Snakefile", "augury/Snakefile"))
    if IMAGES in along:
        pairs += _originals(study)
    return sorted({target: (source, target) for source, target in pairs}.values(), key=lambda pair: pair[1])


def left_out(study: Finished, along: Collection[str]) -> list[str]:
    """Sentences on what stays behind as it shows real images."""
    lines = []
    if PICTURES not in along:
        figures = len(list((study.folder / "figures").glob("*.png")))
        lines.append(
            f"report.html and {figures} figures stay behind, as they show images; `--with {PICTURES}` adds them"
        )
    real = sorted({pool.parents[1].name for pool in study.pools if study.holds_real_images(pool.parents[1].name)})
    if real and IMAGES not in along:
        lines.append(f"pools of {', '.join(real)} stay behind, as no generator of this study drew their images; "
                     f"`--with {IMAGES}` adds them, and the originals")  # fmt: skip
    return lines


def _study(study: Finished, pictures: bool) -> Iterator[Pair]:
    for pattern in ("tables/*.tsv", "tables/methods.md", "tables/references.bib", "config.json", "figures/*.svg",
                    "images/[!.]*.tsv", "splits/[!.]*.tsv", "final/card.md", "recipes/*.json",
                    *(("report.html", "figures/*.png") if pictures else ())):  # fmt: skip
        for path in study.folder.glob(pattern):
            yield path, path.relative_to(study.folder).as_posix()


def _runs(study: Finished, weights: bool, pictures: bool) -> Iterator[Pair]:
    for run in study.classifiers:
        names = (*_OF_CLASSIFIER, *(_WEIGHTS if weights else ()))
        yield from _there(study, run.folder, names)
    for run in study.generators:
        names = tuple(name for name in _OF_GENERATOR if pictures or name != "samples.png" or _draws(study, run.folder))
        yield from _there(study, run.folder, (*names, *(("generator.safetensors",) if weights else ())))


def _draws(study: Finished, folder: Path) -> bool:
    return not study.holds_real_images(folder.parents[1].name)


def _there(study: Finished, folder: Path, names: tuple[str, ...]) -> Iterator[Pair]:
    for name in names:
        if (folder / name).exists():
            yield folder / name, (folder / name).relative_to(study.folder).as_posix()


def _pools(study: Finished, real: bool) -> Iterator[Pair]:
    for pool in study.pools:
        if real or not study.holds_real_images(pool.parents[1].name):
            for path in (*pool.glob("*/index.tsv"), *pool.glob("*/shard-*.tar")):
                yield path, path.relative_to(study.folder).as_posix()


def sources() -> list[Pair]:
    """The workflow's own files, and their paths in an archive of them."""
    found = {path for pattern in _SOURCES for path in HOME.glob(pattern)}
    kept = sorted(path for path in found if path.is_file() and "__pycache__" not in path.parts)
    return [(path, path.relative_to(HOME).as_posix()) for path in kept]


def _originals(study: Finished) -> Iterator[Pair]:
    for row in read_rows(study.folder / "images/manifest.tsv", ImageRow):
        path = Path(row.path)
        if not path.is_file() or file_sha256(path) != row.sha256:
            raise UserError(f"{path} is missing or another file than the study used; leave out `--with {IMAGES}`, or "
                            "put it back and start from the folder in which the study was run")  # fmt: skip
        yield path, f"originals/{row.class_}/{row.sha256[:8]}-{path.name}"
