"""The guard for images from elsewhere: none that shows a test specimen reaches a training."""

from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

from augury.command import script
from augury.command.errors import UserError
from augury.splits.identity import is_named, specimen_key
from augury.tables.rows import DuplicateRow, ImageRow, QuarantineRow, SplitRow

Known = TypeVar("Known", ImageRow, SplitRow)
_NAMED = 5  # files that a message lists


def shown_by(
    images: Sequence[ImageRow], twins: Sequence[DuplicateRow], rows: Sequence[Known]
) -> dict[str, list[Known]]:
    """For images from elsewhere, by sha256, the rows of the study whose specimens they show, as far as they show any.

    twins: pairs of such an image (a) and one of the study (b). A name that both have is one specimen; and what one
    image of a specimen from elsewhere shows, all of its images do.
    """
    of_image: dict[str, list[Known]] = {}
    of_name: dict[str, list[Known]] = {}
    for row in rows:
        of_image.setdefault(row.sha256, []).append(row)
        if is_named(row.specimen):
            of_name.setdefault(row.specimen, []).append(row)
    paired: dict[str, list[str]] = {}
    for pair in twins:
        paired.setdefault(pair.sha256_a, []).append(pair.sha256_b)
    shown: dict[str, dict[Known, None]] = {}
    for image in images:
        found: list[Known] = [row for sha256 in paired.get(image.sha256, ()) for row in of_image.get(sha256, ())]
        found += of_name.get(image.specimen, [])
        if found:
            shown.setdefault(specimen_key(image.class_, image.specimen), {}).update(dict.fromkeys(found))
    keys = {image.sha256: specimen_key(image.class_, image.specimen) for image in images}
    return {sha256: list(shown[key]) for sha256, key in keys.items() if key in shown}


def known_images(
    images: Sequence[ImageRow], twins: Sequence[DuplicateRow], rows: Sequence[SplitRow], guard: str, what: str
) -> tuple[set[str], list[str]]:
    """The sha256s of a pool's images that are not to be taken, and those of the test images that leak.

    images: all of the pool, taken or not. Left out is what shows a training, validation or reserve specimen: the study
    has it already. An image that shows a test specimen raises UserError with guard `enforce`; with `record` it may be
    taken, and every result of the run must carry the leak.
    """
    known, tested = _compared(images, twins, rows, guard, what)
    return known, sorted({row.sha256 for of in tested.values() for row in of})


def trained_rows(
    images: Sequence[ImageRow], twins: Sequence[DuplicateRow], rows: Sequence[SplitRow], guard: str, what: str
) -> list[SplitRow]:
    """The images of a pool that a generator is trained on, as rows of a split; others are left out as above.

    Their part is train; with guard `record` it is test for those that show a test specimen, by which a training knows
    that it leaks. Raises UserError as above.
    """
    known, tested = _compared(images, twins, rows, guard, what)
    return [
        SplitRow(image.sha256, image.path, image.class_, image.specimen, "test" if image.sha256 in tested else "train")
        for image in images
        if image.sha256 not in known
    ]


def _compared(
    images: Sequence[ImageRow], twins: Sequence[DuplicateRow], rows: Sequence[SplitRow], guard: str, what: str
) -> tuple[set[str], dict[str, list[SplitRow]]]:
    # The sha256s of images that the study has already, and of those that show test specimens, with their rows.
    shown = shown_by(images, twins, rows)
    tested = {sha256: [row for row in of if row.part == "test"] for sha256, of in shown.items()}
    tested = {sha256: of for sha256, of in tested.items() if of}
    known = shown.keys() - tested.keys()
    if known:
        script.tell(f"{what}: {len(known)} images of the pool show specimens that the study has already; left out")
    if not tested:
        return known, tested
    path_of = {image.sha256: image.path for image in images}
    named = ", ".join(f"{path_of[sha256]} (of {of[0].path})" for sha256, of in list(tested.items())[:_NAMED])
    named += " ..." if len(tested) > _NAMED else ""
    if guard == "enforce":
        raise UserError(
            f"{what} would take from a pool of which {len(tested)} images show specimens of the test part ({named}); "
            "take them out of the pool's folder, or set `guard: record` to go on with a study that is not judged"
        )
    script.tell(f"leak recorded: {what} takes from a pool that shows {len(tested)} images of its test part ({named})")
    return known, tested


def admitted(
    images: Sequence[ImageRow], twins: Sequence[DuplicateRow], known: Sequence[ImageRow], name: str
) -> tuple[list[SplitRow], list[QuarantineRow]]:
    """The images of another test set on which classifiers are tested, and those that are left out, with the reason.

    known: the images of the study, of all parts, and of its pools. What shows one of their specimens would be no test
    of images from elsewhere, whatever part it is in: so all splits are tested on the same. What stands in two classes
    has a wrong label. Raises UserError where nothing is left.
    """
    shown = shown_by(images, twins, known)
    classes_of = Counter(image.sha256 for image in images)
    rows, left_out = [], []
    for image in images:
        if classes_of[image.sha256] > 1:
            left_out.append(QuarantineRow(image.path, image.class_, "stands in two classes; leave it in the right one"))
        elif image.sha256 in shown:
            of = shown[image.sha256][0].path
            left_out.append(
                QuarantineRow(image.path, image.class_, f"shows a specimen of the study or of a pool: {of}")
            )
        else:
            rows.append(SplitRow(image.sha256, image.path, image.class_, image.specimen, "test"))
    if left_out:
        named = ", ".join(row.path for row in left_out[:_NAMED]) + (" ..." if len(left_out) > _NAMED else "")
        script.tell(
            f"test set {name}: {len(left_out)} of {len(images)} images are left out, as they show specimens of the "
            f"study or of a pool, or stand in two classes ({named})"
        )
    if not rows:
        raise UserError(
            f"test set {name} has no image that is new to the study; take the study's own images out of it, or, where "
            "`specimens.regex` finds the same names at both sites, rename one site's files"
        )
    return rows, left_out
