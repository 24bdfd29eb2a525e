"""Gallery of doubted labels: each image beside those of its label, and of the suggested class, that look the likest."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from augury.galleries.content import MOST, Gallery, Group, Picture, Section, specimens_of
from augury.galleries.likeness import nearest
from augury.galleries.thumbnails import small
from augury.prediction.label_audit import HeldOut
from augury.tables.unknown import DoubtRow

SHOWN = 3  # neighbours of each of the two classes
_DOUBTS = MOST // (1 + 2 * SHOWN)


def doubts(rows: Sequence[DoubtRow], predicted: HeldOut, threads: int = 1) -> Gallery:
    """The most doubtful first; predicted: all images that were judged, among which neighbours are looked for."""
    shown = rows[:_DOUBTS]
    of_class: dict[str, list[str]] = defaultdict(list)
    for label, path in zip(predicted.labels, predicted.path, strict=True):
        of_class[predicted.classes[label]].append(path)
    asked = {class_ for row in shown for class_ in (row.class_, row.suggested)}
    images = {class_: small(map(Path, of_class[class_]), threads) for class_ in sorted(asked)}
    places = {class_: {path: place for place, path in enumerate(of_class[class_])} for class_ in asked}

    def neighbours(row: DoubtRow, class_: str) -> list[Picture]:
        own = images[row.class_][places[row.class_][row.path]]
        found, _ = nearest(own[None], images[class_], SHOWN + 1)
        paths = [path for path in (of_class[class_][place] for place in found[0]) if path != row.path][:SHOWN]
        return [Picture(Path(path), path, class_, fixed=True) for path in paths]

    specimen_of = {(row.class_, row.sha256): row.specimen for row in predicted.rows}
    groups = []
    for row in shown:
        title = (
            f"{row.suggested} rather than {row.class_}? label quality {row.quality:.2f}; {row.agree} of {row.runs} "
            f"say {row.suggested}"
        ) + (f"; its name speaks of {row.named}" if row.named else "")
        specimen = specimen_of.get((row.class_, row.sha256), "")
        lines = (row.path.rpartition("/")[2],)
        own = Picture(Path(row.path), row.path, row.class_, row.suggested, specimen, row.sha256, lines)
        groups.append(Group([own, *neighbours(row, row.class_), *neighbours(row, row.suggested)], title))
    more = f" The first {len(shown)} are shown." if len(shown) < len(rows) else ""
    about = (
        f"{len(rows)} of {len(predicted.labels)} labels are worth a second look, the most doubtful first.{more} Beside "
        f"each image stand those of its label, then those of the suggested class, whose pixels are the likest. A "
        "suggestion is a reason to look, never to relabel unseen."
    )
    if not rows:
        about = f"Of {len(predicted.labels)} labels none is doubted: nothing is to be corrected here."
    sections = [Section("Doubted labels", groups)] if groups else []
    specimens = specimens_of(predicted.rows) if predicted.rows else None
    return Gallery("Doubted labels", about, predicted.classes, sections, specimens)
