"""What was run and what was seen, in plain sentences."""

from collections import Counter
from collections.abc import Mapping, Sequence

from augury.report.values import count, listed, percent
from augury.splits.identity import specimen_key
from augury.splits.plan import parse_split
from augury.splits.uneven import given_up, shared_specimens
from augury.study.split import Split
from augury.tables.classification import ALL, ClassificationRow
from augury.tables.rows import PARTS, DuplicateRow, ImageRow, QuarantineRow, SplitRow


def overview(
    rows: Sequence[ClassificationRow], manifest: Sequence[ImageRow], generators: Sequence[Mapping]
) -> list[str]:
    """Paragraphs: what was compared, on what, and how often."""
    arms, classifiers = (list(dict.fromkeys(getattr(row, name) for row in rows)) for name in ("arm", "classifier"))
    single = [row for row in rows if row.split != ALL]
    splits, seeds = ({getattr(row, name) for row in single} for name in ("split", "seed"))
    images, classes = count(len(manifest), "image"), count(len({row.class_ for row in manifest}), "class", "classes")
    specimens = count(len({specimen_key(row.class_, row.specimen) for row in manifest}), "specimen")
    lines = [f"{images} of {specimens} in {classes} were used."]
    if rows:
        lines[0] += (
            f" Classifiers were trained on {count(len(arms), 'kind')} of training set (arms): {listed(arms)}. "
            f"The {'classifier is' if len(classifiers) == 1 else 'classifiers are'} {listed(classifiers)}, "
            f"trained on {count(len(splits), 'split')} with {count(len(seeds), 'seed')} each."
        )
    if generators:
        names = list(dict.fromkeys(str(record["generator"]) for record in generators))
        trainings = count(len(generators), "training")
        lines.append(f"Synthetic images come from {count(len(names), 'generator')}, {listed(names)}, in {trainings}.")
    return lines


def left_out(lines: Sequence[Mapping[str, str]]) -> list[str]:
    """A paragraph on the classifiers of classification.tsv that were not run; nothing where all were."""
    names = list(dict.fromkeys(line["classifier"] for line in lines))
    if not names:
        return []
    were = "was" if len(names) == 1 else "were"
    return [
        f"Not run: {listed(names)} {were} left out, because pretrained weights are not on this machine; nothing below "
        "is about them. Put the weights into resources/weights, or set `missing_weights: fetch`, and run the study "
        "again."
    ]


def findings(rows: Sequence[ClassificationRow]) -> tuple[str, dict[str, list[tuple[str, str]]]]:
    """The part that was judged, and for each classifier its arms with accuracy and interval, in words."""
    means = [row for row in rows if row.split == ALL]
    part = "test" if any(row.part == "test" for row in means) else "validation"
    levels: dict[str, list[tuple[str, str]]] = {}
    for row in means:
        if row.part == part:
            accuracy = percent(row.accuracy, row.accuracy_low, row.accuracy_high) + (", leaked" if row.leaked else "")
            levels.setdefault(row.classifier, []).append((row.arm, accuracy))
    return part, levels


def caution(rows: Sequence[ClassificationRow], verdict: bool) -> str:
    """What the figures above do not say."""
    words = (
        "In brackets are 95% intervals over specimens, with the trained classifiers held fixed. Intervals that overlap "
        "do not show that two arms are equal, and intervals that do not overlap do not by themselves show what made "
        "the difference. "
    )
    words += (
        "Whether an arm helps is said at the head of this page and in the table of verdicts."
        if verdict
        else "No verdict is drawn here."
    )
    if any(row.leaked for row in rows):
        words += (
            " Rows marked as leaked come from classifiers whose training may have seen the images that they were "
            "judged on: they prove nothing."
        )
    return words


def parts(
    splits: Mapping[str, Sequence[SplitRow]], classes: Sequence[str]
) -> list[tuple[str, str, dict[str, tuple[int, int]]]]:
    """(split, class, part -> (images, specimens)) for each split and class, and `all` classes."""
    rows = []
    for split, table in splits.items():
        for class_ in [*classes, None]:
            of_class = [row for row in table if class_ in (None, row.class_)]
            images = Counter(row.part for row in of_class)
            specimens = Counter(
                part for part, _ in {(row.part, specimen_key(row.class_, row.specimen)) for row in of_class}
            )
            rows.append((split, class_ or "all classes", {part: (images[part], specimens[part]) for part in PARTS}))
    return rows


def shared(splits: Mapping[str, Sequence[SplitRow]], settings: Split) -> list[str]:
    """Sentences on specimens that show several classes: how many, and which splits are uneven for them.

    settings: the config's `split` section.
    """
    names = shared_specimens(row for table in splits.values() for row in table)
    if not names or settings.unit != "specimen":
        return []
    several = "specimens show several classes; each has" if len(names) > 1 else "specimen shows several classes; it has"
    lines = [f"{len(names)} named {several} one part for all of them, and counts once."]
    for split, table in splits.items():
        sentences = given_up(table, names, settings, parse_split(split, settings.folds))
        lines += [f"In {split} {'; '.join(sentences)}."] if sentences else []
    return lines


def quarantined(rows: Sequence[QuarantineRow]) -> str:
    """How many files were left out, and of which classes."""
    if not rows:
        return "No file was left out."
    classes = [f"{number} of {name}" for name, number in sorted(Counter(row.class_ for row in rows).items())]
    return f"{count(len(rows), 'file was', 'files were')} left out: {listed(classes)}."


def twins(rows: Sequence[DuplicateRow]) -> str:
    """How many pairs show the same thing, and how many of them bear two labels."""
    if not rows:
        return "No two images were found to show the same thing."
    exact, apart = (sum(row.relation == relation for row in rows) for relation in ("exact", "apart"))
    conflicts = [row for row in rows if row.conflict]
    near = len(rows) - exact - apart
    text = f"{count(exact + near, 'pair')} of images show the same thing: {exact} exactly and {near} nearly. "
    if apart:
        text += (
            f"{count(apart, 'more pair looks', 'more pairs look')} alike, but names say that they show two specimens: "
        )
        text += "they are kept apart. "
    if not conflicts:
        return text + "In none do the labels differ."
    between = sorted({" and ".join(sorted((row.class_a, row.class_b))) for row in conflicts})
    more = f" and {len(between) - 5} more pairs of classes" if len(between) > 5 else ""
    return (
        f"{text}In {count(len(conflicts), 'pair')} the labels differ ({'; '.join(between[:5])}{more}), so that one of "
        "the two must be wrong: someone who knows the material should look at them."
    )
