"""Images and splits, as a paper tells them."""

from collections import Counter

from augury.methods.facts import Facts, Paragraph
from augury.methods.settings_told import augmentation
from augury.report.summary import parts
from augury.report.values import count, listed
from augury.settings.reading import checked
from augury.splits.identity import specimen_key
from augury.study.images import Preparation, PresplitAugmentation, Specimens
from augury.study.split import Split

MOST_CLASSES = 20  # that are counted one by one
_FITS = {"pad": "padded to a square with {pad}", "crop": "cropped to their central square",
         "stretch": "stretched to a square"}  # fmt: skip
_PADS = {"border": "the median colour of their own border", "white": "white", "black": "black"}


def images(facts: Facts) -> Paragraph:
    """What was there: images, specimens, classes, what was left out, and how images became squares."""
    of_class = Counter(row.class_ for row in facts.manifest)
    specimens = {specimen_key(row.class_, row.specimen) for row in facts.manifest}
    counted = [f"{name} ({number:,})" for name, number in sorted(of_class.items())]
    named = f": {listed(counted)}" if len(counted) <= MOST_CLASSES else ""
    text = f"We used {count(len(facts.manifest), 'image')} of {count(len(specimens), 'specimen')} in "
    text += f"{count(len(of_class), 'class', 'classes')}{named}."
    if facts.settings.get("source"):
        text += f" Source of the images: {str(facts.settings['source']).rstrip('.')}."
    if facts.settings.get("licence"):
        text += f" Their licence was {facts.settings['licence']}."
    if facts.quarantine:
        text += f" {count(len(facts.quarantine), 'file was', 'files were')} left out as unusable."
    text += _twins(facts) + _identity(facts)
    if facts.settings.get("corrections"):
        text += " Labels were corrected by hand after a look at the images."
    before = checked(facts.settings.get("presplit_augmentation"), PresplitAugmentation)
    if before.times > 1:
        changed = augmentation(before.augmentation)
        how = f"augmentation ({changed})" if changed else "augmentation"
        text += f" Before the split every image was made into {before.times} by {how}."
    preparation = checked(facts.settings.get("preparation"), Preparation)
    fitted = _FITS[preparation.fit].format(pad=_PADS[preparation.pad])
    kept = f"reduced to the central {preparation.centre_crop:.0%} of each side and " * (preparation.centre_crop < 1)
    return Paragraph("Images", f"{text} Images were {kept}{fitted}, and resized to the input of each network.")


def _twins(facts: Facts) -> str:
    together = [row for row in facts.duplicates if row.relation != "apart"]
    if not together:
        return " A search for duplicates and near-duplicates found none."
    conflicts = sum(row.conflict for row in together)
    text = f" A search for duplicates and near-duplicates found {count(len(together), 'pair')} of images that showed "
    text += "the same thing"
    return text + (f", {conflicts:,} of them with two labels." if conflicts else ", none of them with two labels.")


def _identity(facts: Facts) -> str:
    """How images were known to show one specimen."""
    settings = checked(facts.settings.get("specimens"), Specimens)
    ways = ["a pattern in file names"] * bool(settings.regex) + ["a table"] * bool(settings.table)
    named = f" Specimens were identified by {listed(ways)}" if ways else " Images were not labelled with specimens"
    if settings.near_duplicates:
        others = "" if ways else ", others as one each"
        return f"{named}; near-duplicate images of a class counted as one specimen{others}."
    return f"{named}{'' if ways else ', and each counted as one'}."


def division(facts: Facts) -> Paragraph:
    """How specimens were divided, with which seed, and how many came into each part."""
    settings = checked(facts.settings.get("split"), Split)
    unit = "Specimens, not images," if settings.unit == "specimen" else "Images, not specimens,"
    how = {
        "hash": f"were divided at random, by a hash of their names (split seed {settings.seed})",
        "folders": "were divided as their folders name the parts",
        "table": "were divided as a table names the parts",
    }[settings.parts]
    text = f"{unit} {how}, class by class (stratified), {_folds(settings)}."
    if settings.unit == "specimen":
        text += " All images of a specimen, near-duplicates included, stayed in one part."
    text += _sizes(facts)
    if facts.settings.get("guard") == "record":
        text += " Leaks between the parts were recorded and not prevented."
    elif any(row.leaked for row in facts.rows) or any(row.leaked for row in facts.judged):
        text += " Some trainings were not free of images that they were tested on; their rows were marked as leaked."
    elif any(row.part == "test" for row in facts.rows) or facts.names("generator"):
        text += (
            " No generator, selection or classifier was trained on an image of the test part or of one of its "
            "specimens, which a check before each training enforced."
        )
    if facts.rows and facts.has_part("validation"):
        text += " The validation part chose among epochs and set temperatures."
    return Paragraph("Splits", text)


def _folds(settings: Split) -> str:
    repeated = f", repeated {settings.repeats} times with other orders of the specimens" * (settings.repeats > 1)
    if settings.folds > 1:
        rotated = "training" if settings.rotate == "train" else settings.rotate
        return f"for {settings.folds}-fold cross-validation, whose {rotated} part rotated{repeated}"
    return f"into training, validation and test parts{repeated}"


def _sizes(facts: Facts) -> str:
    classes = sorted({row.class_ for row in facts.manifest})
    totals = [counts for _, class_, counts in parts(facts.splits, classes) if class_ == "all classes"]
    if not totals:
        return ""
    words = []
    for part, name in {"train": "training", "validation": "validation", "reserve": "reserve", "test": "test"}.items():
        ranges = [_range([counts[part][index] for counts in totals]) for index in (0, 1)]
        if any(counts[part][0] for counts in totals):
            words.append(f"{ranges[0]} images ({ranges[1]} specimens) to the {name} part")
    each = "The split gave" if len(totals) == 1 else f"Each of the {len(totals)} splits gave"
    return f" {each} {listed(words)}."


def _range(numbers: list[int]) -> str:
    low, high = min(numbers), max(numbers)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"
