"""Features of images that are drawn from a generator and forgotten: an .npz per network with an array per variant."""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch

from augury.command.errors import UserError
from augury.command.files import atomic
from augury.command.progress import Progress
from augury.command.seals import BLANK, seal_file
from augury.duplicates.fingerprints import fingerprints_of
from augury.generators.network import GeneratorNetwork
from augury.generators.weights import class_label, load_generator
from augury.latent.sampling import generate_blocks
from augury.scores.drawn import EXTRACTOR, FINGERPRINTS
from augury.scores.extractors import CHUNK, Extractor, features_of
from augury.scores.variants import END, Variant
from augury.tables.description import read_description

LOOKED_AT = 200  # images of the end that are compared with training images by pixels; each costs some milliseconds


def draw_features(
    folder: Path,
    class_: str,
    variants: Sequence[Variant],
    count: int,
    extractors: Sequence[Extractor],
    device: torch.device,
    outputs: Sequence[Path],
    drawing: Mapping[str, Any],
) -> None:
    """Write the features (count, d) float32 of latent seeds 0 .. count - 1, variant by variant, a file per extractor.

    drawing: settings of drawing, instead of those in the generator's description. Each image is drawn once for all
    extractors. Of stored images no more than there are. Raises UserError when the generator was not trained on the
    class or has no such snapshot, or count is 0.
    """
    if count < 1:
        raise UserError(f"no images of {folder} are asked for; set --count, or --ratio with --split-table")
    variants = list(dict.fromkeys(variants))
    about = read_description(folder / "generator.json")
    label = class_label(folder, about, class_)
    # Of stored images there may be fewer; those are scored then.
    count = min(count, about.get("available") or count)
    progress = Progress(f"features of {about['generator']} {class_}", count * len(variants), "images")
    with ExitStack() as stack:
        archives = [stack.enter_context(_sealed_archive(output)) for output in outputs]
        for extractor, archive in zip(extractors, archives, strict=True):
            _add(archive, EXTRACTOR, np.array(extractor.recorded))
        for number, variant in enumerate(variants):
            network, _ = load_generator(folder, variant.snapshot, drawing)
            made: list[list[np.ndarray]] = [[] for _ in extractors]
            done = number * count
            for images in _chunks(network, about, label, count, device, variant.truncation):
                if str(variant) == END and done == number * count:
                    prints = fingerprints_of(images[:LOOKED_AT])
                    for archive in archives:
                        _add(archive, FINGERPRINTS, prints)
                for extractor, features in zip(extractors, made, strict=True):
                    features.append(features_of(extractor, images, device))
                done += len(images)
                progress.update(done, variant=str(variant))
            for archive, features in zip(archives, made, strict=True):
                _add(archive, str(variant), np.concatenate(features))


@contextmanager
def _sealed_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    with atomic(path) as temporary:
        with zipfile.ZipFile(temporary, "w") as archive:
            archive.comment = f"{BLANK}\n".encode()
            yield archive
        seal_file(temporary)


def _chunks(
    network: GeneratorNetwork,
    about: dict[str, Any],
    label: int | None,
    count: int,
    device: torch.device,
    truncation: float,
) -> Iterator[np.ndarray]:
    buffered: list[np.ndarray] = []
    for block in generate_blocks(network, range(count), about["latent_dim"], label, device, truncation):
        buffered.append(block.numpy())
        if sum(map(len, buffered)) >= CHUNK:
            yield np.concatenate(buffered)
            buffered = []
    if buffered:
        yield np.concatenate(buffered)


def _add(archive: zipfile.ZipFile, name: str, array: np.ndarray) -> None:
    # As numpy.savez writes it, but one array at a time: only one variant's features are in memory.
    with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
        np.lib.format.write_array(file, array, allow_pickle=False)
