"""The images of a study, judged by linear layers on the packaged networks that have not seen their specimens."""

from pathlib import Path

import numpy as np
import torch

from augury.classifiers.sources import FOLDER, PACKAGED
from augury.command import script
from augury.command.errors import UserError
from augury.planning.study import Study
from augury.prediction.held_out import held_out
from augury.prediction.label_audit import HeldOut
from augury.prediction.split_images import split_images
from augury.scores.extractors import extract, load_extractor
from augury.tables.rows import SplitRow

ODDS = 2.0  # finds and accuses as many as confident learning, whose bars let a single wrong label pass
FEWEST = 2  # specimens of a class: with one, nothing like it is left when it is held out


def judge_study(study: Study, threads: int = 1) -> HeldOut:
    """Every image of a study's splits, whatever its part; votes are the networks'. Runs on the CPU.

    Raises UserError where the study has no splits yet, or fewer than two classes that can be audited.
    """
    torch.set_num_threads(threads)
    extractors = [load_extractor(name, Path(FOLDER)) for name in PACKAGED]
    every: list[SplitRow] = []
    rows: list[SplitRow] = []
    features: list[list[np.ndarray]] = [[] for _ in extractors]
    for class_ in study.classes:
        of_class: list[SplitRow] = []
        made: list[list[np.ndarray]] = [[] for _ in extractors]
        for some, images in split_images(study, class_, "an audit of labels"):
            of_class += some
            for own, extractor in zip(made, extractors, strict=True):
                own.append(extract(extractor, images, torch.device("cpu"), f"{class_}, {extractor.name}"))
        every += of_class
        if len({row.specimen for row in of_class}) < FEWEST:
            script.tell(f"{class_} has fewer than {FEWEST} specimens, so that its labels cannot be audited")
            continue
        rows += of_class
        for each, own in zip(features, made, strict=True):
            each += own
    classes = tuple(dict.fromkeys(row.class_ for row in rows))
    if len(classes) < 2:
        raise UserError("an audit of labels needs two classes of two specimens; bring more images, or more `classes`")
    labels = np.array([classes.index(row.class_) for row in rows])
    specimens = np.array([row.specimen for row in rows])
    probabilities, votes = held_out([np.concatenate(each) for each in features], labels, specimens)
    names, paths = [row.sha256 for row in rows], [row.path for row in rows]
    return HeldOut(names, paths, labels, probabilities, votes, classes, every)
