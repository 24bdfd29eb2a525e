"""Running a selection: what it may see, what it is asked, and what is written of its answer."""

import dataclasses
import importlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from augury.command import script
from augury.command.errors import UserError
from augury.command.seals import seal_of
from augury.generators.data import as_trained, load_training_part
from augury.generators.family import FittedSettings
from augury.generators.weights import class_label, files_read, load_generator
from augury.images.arrays import save_sheet
from augury.images.files import file_sha256
from augury.images.packs import rows_path
from augury.latent.drawing import Drawer
from augury.latent.files import FILE, save_latents
from augury.selections.family import ByClassifierSettings, SearchSettings, SelectionSettings
from augury.selections.modules import modules_of
from augury.selections.request import SHOWN, Chosen, Request
from augury.tables.description import read_description, save_description, seals_of
from augury.tables.selections import HISTORY
from augury.tables.table import write_dicts
from augury.training.checkpoint import StateFolder
from augury.training.device import choose_device
from augury.training.fingerprint import fingerprint
from augury.training.weights import load_weights

SHEET_COLUMNS = 10


@dataclasses.dataclass(frozen=True)
class Sources:
    """The files that a selection is made from; the last four where its settings ask for them."""

    generator: Path
    snapshot: int | None
    truncation: float
    drawing: Mapping[str, Any]  # settings of drawing, instead of those in the generator's description
    pack: Path
    split_table: Path
    guard: str
    tested: Sequence[str]  # named specimens that other classes' test parts show
    discriminator: Path | None
    features: Path | None
    extractor: str | None
    classifier: Path | None


def made_from(settings: SelectionSettings, sources: Sources, best: Path | None) -> tuple[tuple[str, ...], list[Path]]:
    """The modules that a selection imports by name, and all files that it reads, for the store.

    best: the scores by which the snapshot was chosen.
    """
    generator = read_description(sources.generator / "generator.json")["family"]
    reads = [*files_read(sources.generator, sources.snapshot), sources.pack, rows_path(sources.pack)]
    reads += [sources.split_table, *([best] if best else [])]
    reads += [sources.discriminator] if sources.discriminator else []
    if sources.features:
        by_features = importlib.import_module("augury.selections.by_features")
        reads += [sources.features, *by_features.weights_read(sources.extractor)]
    family = None
    if sources.classifier:
        reads += [sources.classifier / name for name in ("classifier.safetensors", "classifier.json")]
        family = read_description(reads[-1])["settings"]["family"]
    return _modules(settings, sources, generator, family), reads


def choose(
    select: Callable[[Request], Chosen],
    settings: SelectionSettings,
    about: dict[str, Any],
    count: int,
    sources: Sources,
    device: str,
    threads: int,
    output: Path,
    keep: Callable[[], None] = lambda: None,
) -> None:
    """Ask a family's `select` and write its answer into `output`.

    about: selection, split, seed, class. keep: called when all files are written.

    Raises UserError when the generator or the classifier is of another split, or the classifier saw synthetic images.
    """
    if count < 1:
        raise UserError("no images are asked for; set --count, or --ratio above 0")
    _check_complete(settings, sources)
    precision, space = (settings.precision, settings.space) if isinstance(settings, SearchSettings) else ("fp32", "z")
    where = "x" if settings.needs.noised else space
    resolved = choose_device(device, precision, threads, bf16_pays_on_cpu=True)
    what = f"selection {about['selection']}"
    network, generator = load_generator(sources.generator, sources.snapshot, sources.drawing)
    _check_split(generator, about["split"], sources.generator, what)
    label = class_label(sources.generator, generator, about["class"])
    # A set is various beside the images that its generator knows.
    own = generator["settings"]
    known = own.trained_on if isinstance(own, FittedSettings) else "train"
    files = [sources.pack], [sources.split_table], [about["class"]]
    part = load_training_part(*files, sources.guard, what, known, sources.tested)
    classifier = _read_classifier(sources.classifier, about["split"], what)
    leaked = generator["leaked"] or bool(part.leaked) or bool(classifier and classifier["leaked"])
    about = about | {"generator": generator["generator"], "leaked": leaked}
    drawer = Drawer(network, label, resolved.device, sources.truncation, where, resolved.precision == "bf16")
    more, asked = _asked_for(settings, sources, generator, resolved.device)
    identities = [*(row.sha256 for row in part.rows), *(file_sha256(path) for path in asked)]
    drawn: dict[str, Any] = {"snapshot": sources.snapshot, "truncation": sources.truncation, "count": count}
    drawn |= {"drawing": dict(sources.drawing)} if sources.drawing else {}
    family = classifier["settings"]["family"] if classifier else None
    modules = _modules(settings, sources, generator["family"], family)
    more_identity = about | drawn | {"device": resolved.describe()["device"]}
    identity = fingerprint(settings, identities, "select_latents", modules, **more_identity)
    with StateFolder(output, identity, threads) as state:
        seen = as_trained(part.images, generator["channels"]), part.rows
        request = Request(settings, about, drawer, count, state, *seen, classifier=sources.classifier, **more)
        chosen = select(request)
        _write(chosen, drawer, output)
        record = chosen.record | resolved.describe() | {"n_train": len(part.rows), "settings": settings}
        record |= {"compared": chosen.compared, "weights": seal_of(network.path)} | seals_of(output, FILE)
        save_description(output / "selection.json", about | drawn | record)
        keep()
        state.remove()
    script.tell(f"{request.label}: {count} images chosen")


def _check_complete(settings: SelectionSettings, sources: Sources) -> None:
    needs = settings.needs
    for option, wanted, path in (
        ("--features", needs.features, sources.features),
        ("--discriminator", needs.discriminator, sources.discriminator),
        ("--classifier", isinstance(settings, ByClassifierSettings), sources.classifier),
    ):
        if wanted and path is None:
            raise UserError(f"{settings.family} with these settings has to look at what {option} names; give it too")


def _asked_for(
    settings: SelectionSettings, sources: Sources, generator: dict[str, Any], device: torch.device
) -> tuple[dict[str, Any], list[Path]]:
    # What the settings need beside the generator, and all files that the choice depends on.
    results: dict[str, Any] = {}
    files = files_read(sources.generator, sources.snapshot)[1:]
    if sources.features is not None:
        by_features = importlib.import_module("augury.selections.by_features")
        made = by_features.load(
            sources.extractor, sources.features, rows_path(sources.pack), sources.split_table, device
        )
        results["real_features"], results["features"] = made
        files.append(sources.features)
    if sources.discriminator is not None:
        family = importlib.import_module(f"augury.generators.{generator['family']}.training")
        results["discriminator"] = family.TASK.networks.build_discriminator(generator)
        files.append(sources.discriminator)
        load_weights(files[-1], results["discriminator"])
    if sources.classifier is not None:
        files.append(sources.classifier / "classifier.safetensors")
    return results, files


def _modules(settings: SelectionSettings, sources: Sources, generator: str, classifier: str | None) -> tuple[str, ...]:
    looked_at = sources.features is not None, sources.discriminator is not None
    return modules_of(settings.family, generator, classifier, *looked_at)


def _read_classifier(folder: Path | None, split: str, what: str) -> dict[str, Any] | None:
    # The description of one that may be asked.
    if folder is None:
        return None
    description = read_description(folder / "classifier.json")
    _check_split(description, split, folder, what)
    synthetic = description["arm_settings"]["generator"]
    if synthetic is not None:
        raise UserError(
            f"{folder} was trained on images of the generator {synthetic}; name a classifier of an arm of real images"
        )
    return description


def _check_split(description: dict[str, Any], split: str, folder: Path, what: str) -> None:
    if description["split"] != split:
        raise UserError(
            f"{folder} was trained on split {description['split']} and {what} is of split {split}, whose test images "
            "it may have seen; name one of the same split"
        )


def _write(chosen: Chosen, drawer: Drawer, output: Path) -> None:
    latents = chosen.latents
    save_latents(output / FILE, latents)
    write_dicts(output / "history.tsv", HISTORY, chosen.history)
    if chosen.plain is None:
        if chosen.sheet is None:
            raise ValueError("the choice shows neither plain images nor a sheet")
        save_sheet(output / "compared.png", *chosen.sheet)
        return
    below = drawer.images(latents.vectors[:SHOWN], latents.noise_seeds[:SHOWN])
    above = drawer.images(*(each[: len(below)] for each in chosen.plain))
    blank = torch.full((-len(below) % SHEET_COLUMNS, *below.shape[1:]), 255, dtype=torch.uint8)
    save_sheet(output / "compared.png", torch.cat([above, blank, below, blank]).numpy(), SHEET_COLUMNS)
