"""Gallery of predictions for new images: by predicted class, the least certain first; what is unlike any, apart."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from augury.galleries.content import Gallery, Group, Listing, Picture, Section, limited
from augury.prediction.next_class import ABOUT
from augury.report.values import share
from augury.tables.grouping import grouped
from augury.tables.unknown import ClassRow, LabelRow

_HEADER = ("order", "class", "images", "specimens", "F1 (95% interval)")
FOREIGN, ABSTAINED = "Out-of-distribution: unlike all that was trained on", "No class is certain enough"
_NONE: dict[str, list[tuple[str, str]]] = {}  # specimens: of new images none is known yet, so that none is torn


def predictions(rows: Sequence[Mapping[str, str]], classes: Sequence[str]) -> Gallery:
    """rows: of the table of predictions, by column."""
    ordered = sorted(rows, key=lambda row: float(row["probability"]))
    by_section = grouped(ordered, _section_of)
    titles = [title for title in (FOREIGN, ABSTAINED, *classes) if title in by_section]
    sections = [Section(title, [Group([_picture(row)]) for row in by_section[title]]) for title in titles]
    counts = {title: len(by_section.get(title, ())) for title in (FOREIGN, ABSTAINED)}
    about = f"{len(rows)} images by predicted class, the least certain first"
    about += f"; {counts[FOREIGN]} are out-of-distribution" + (
        f", of {counts[ABSTAINED]} no class is certain enough." if counts[ABSTAINED] else "."
    )
    about += " What is accepted or given another class is downloaded as a table of labels."
    return Gallery("Predictions", about, classes, limited(sections), _NONE)


def _section_of(row: Mapping[str, str]) -> str:
    if row.get("out_of_distribution") == "true":
        return FOREIGN
    return ABSTAINED if row.get("abstained") == "true" else row["predicted"]


def _picture(row: Mapping[str, str]) -> Picture:
    path, lines = row["path"], [f"{float(row['probability']):.2f}"]
    within = row.get("prediction_set", "").split("|")
    if len(within) > 1:
        lines.append(f"may be {', '.join(within[:-1])} or {within[-1]}")
    elif row.get("predicted:2"):
        lines.append(f"or {row['predicted:2']} {float(row['probability:2']):.2f}")
    return Picture(Path(path), path, suggested=row["predicted"], lines=(*lines, path.rpartition("/")[2]))


def to_label(rows: Sequence[LabelRow], classes: Sequence[str], wanted: Sequence[ClassRow] = ()) -> Gallery:
    """Images that are worth a label, in the order in which to label them.

    wanted: classes, the one first of which to collect more; they stand above the images.
    """
    foreign = [row for row in rows if row.out_of_distribution]
    hard = [row for row in rows if not row.out_of_distribution]
    about = (
        f"{len(hard)} images, the first of most use. What is accepted or given a class is downloaded as a table of "
        "labels; look before you read what is predicted, for such an image is a hard one."
    )
    if foreign:
        about += f" Out-of-distribution are {len(foreign)} more: perhaps of no class, or of one that is still missing."
    titled = (("In this order", hard), (FOREIGN, foreign))
    sections = [Section(title, [Group([_candidate(row)]) for row in its]) for title, its in titled if its]
    listing = Listing(f"Classes to collect more of, in this order. {ABOUT}", _HEADER, [_cells(row) for row in wanted])
    return Gallery("Images to label first", about, classes, limited(sections), _NONE, listing if wanted else None)


def _cells(row: ClassRow) -> list[str]:
    return [str(row.order), row.class_, str(row.n_images), str(row.n_specimens), share(row.f1, row.f1_low, row.f1_high)]


def _candidate(row: LabelRow) -> Picture:
    lines = (f"{row.order}: {row.probability:.2f}, or {row.second}", row.path.rpartition("/")[2])
    return Picture(Path(row.path), row.path, suggested=row.predicted, lines=lines)
