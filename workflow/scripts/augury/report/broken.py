"""What is broken, for the head of the page: generators, classifiers that know nothing, and leaks."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from augury.report import failure_modes
from augury.report.diagnostics import Diagnosis
from augury.report.failure_modes import Case, FailureMode
from augury.report.values import count, distance, listed, percent, share
from augury.tables.classification import ALL, ClassificationRow
from augury.tables.grouping import grouped
from augury.tables.verdict import LEAK, VerdictRow

GRAVE = 2  # failure modes that make the images themselves useless come first
NAMED = 3  # classifiers at chance that the first screen names
SKILL = 0.1  # share of the way from chance to perfect recall below which a classifier has hardly learned
_WRITTEN = {failure_modes.C_T: distance, failure_modes.COPIED: percent}


def generators(diagnoses: Sequence[Diagnosis], arms: Mapping[str, Mapping]) -> tuple[list[str], list[str]]:
    """Sentences on images that are no use, and on trainings that could have gone better.

    diagnoses: what `diagnostics.examine` returns. arms: the config's, for those that are trained on such images.
    """
    grave, lesser = (
        [_of_mode(each.mode, arms) for each in group if each.mode.cases]
        for group in (diagnoses[:GRAVE], diagnoses[GRAVE:])
    )
    return grave, lesser


def at_chance(rows: Sequence[ClassificationRow], n_classes: int) -> list[str]:
    """Classifiers with hardly any skill on any training set, as far as can be seen. rows: what `means` returns."""
    if n_classes < 2:
        return []
    chance = 1 / n_classes
    return [
        name for name, each in grouped(rows, lambda row: row.classifier).items()
        if all(row.recall_low is not None and row.recall_low <= chance for row in each)
        and max(row.recall or 0.0 for row in each) - chance < SKILL * (1 - chance)
    ]  # fmt: skip


def classifiers(rows: Sequence[ClassificationRow], n_classes: int) -> list[str]:
    """A sentence for each classifier at chance."""
    made = []
    for name in at_chance(rows, n_classes):
        most = percent(max(row.recall or 0.0 for row in rows if row.classifier == name))
        made.append(
            f"{name} tells the {n_classes} classes no better than chance on any arm (recall at most {most}, by chance "
            f"{percent(1 / n_classes)}): no arm can show with it what its images are worth. Train it longer, or begin "
            "with pretrained weights."
        )
    return made


def leaks(rows: Sequence[VerdictRow]) -> list[str]:
    """A sentence on the arms that are not judged."""
    arms = list(dict.fromkeys(row.arm for row in rows if row.word == LEAK))
    if not arms:
        return []
    what = "a training may have seen its test images, so that its numbers prove nothing"
    return [f"{listed(arms)} {'is' if len(arms) == 1 else 'are'} not judged: {what}."]


class Claim(NamedTuple):
    """What makes the answer doubtful: as a line has it, and in full."""

    brief: str
    whole: str
    link: str = "in-full"  # where more is said of it
    more: str = "What to do"


def claims(diagnoses: Sequence[Diagnosis], guessing: Sequence[str], judged: Sequence[VerdictRow]) -> list[Claim]:
    """What makes the answer doubtful, a clause each. guessing: what `at_chance` returns."""
    grave = [each.mode for each in diagnoses[:GRAVE] if each.mode.cases]
    made = [Claim(_claim(mode, brief=True), _claim(mode)) for mode in grave]
    if guessing:
        named = [*guessing[:NAMED], *([f"{len(guessing) - NAMED} more"] if len(guessing) > NAMED else [])]
        whole = f"{listed(named)} {'is' if len(guessing) == 1 else 'are'} no better than chance on any arm"
        made.append(Claim(whole.removesuffix(" on any arm"), whole))
    sentences = (sentence.removesuffix(".") for sentence in leaks(judged))
    return made + [Claim(sentence.partition(":")[0], sentence) for sentence in sentences]


def in_a_line(claims: Sequence[Claim], warnings: str = "") -> str:
    """All of it in a line: the gravest, and how many more there are. warnings: about the images; empty for none."""
    briefs = [claim.brief for claim in claims] + [warnings.partition(":")[0]] * bool(warnings)
    return " and ".join([*briefs[:1], *([count(len(briefs) - 1, "more warning")] if len(briefs) > 1 else [])])


def _of_mode(mode: FailureMode, arms: Mapping[str, Mapping]) -> str:
    names = _names(mode)
    behind = [name for name, arm in arms.items() if (arm or {}).get("generator") in names and name not in names]
    trained = f" (arms {listed(behind)})" if len(behind) > 1 else f" (arm {behind[0]})" if behind else ""
    numbers = _numbers(mode.cases)
    return f"{_claim(mode)}{trained}{': ' * bool(numbers)}{numbers}. {mode.action}"


def _names(mode: FailureMode) -> list[str]:
    return list(dict.fromkeys(case.run.generator for case in mode.cases))


def _claim(mode: FailureMode, brief: bool = False) -> str:
    """All 6 trained generators of dcgan are broken. brief: without the names of classes."""
    names = _names(mode)
    groups = [names] if len(mode.cases) == len(mode.examined) else [[name] for name in names]
    clauses = [_subject(group, mode, brief) for group in groups]
    told = listed([clauses[0], *(f"{each[:1].lower()}{each[1:]}" for each in clauses[1:])])
    return f"{told} {mode.sentences[mode.trainings(case.run for case in mode.cases) > 1]}"


def _subject(names: Sequence[str], mode: FailureMode, brief: bool) -> str:
    """All 6 trained generators of dcgan; 4 of 12 (Oithona); all 3 that drew every class (for Oithona, of 6)."""
    runs = [run for run in mode.examined if run.generator in names]
    shown = [case.run for case in mode.cases if case.run.generator in names]
    looked, found = mode.trainings(runs), mode.trainings(shown)
    trained = "" if brief else "trained "
    all_ = {1: f"The {trained}generator", 2: f"Both {trained}generators"}.get(
        looked, f"All {looked} {trained}generators"
    )
    subject = f"{all_ if found == looked else f'{found} of {looked} {trained}generators'} of {listed(list(names))}"
    classes, of = sorted({run.class_ for run in shown}), len({run.class_ for run in runs})
    where = listed(classes) if len(classes) <= 3 else count(len(classes), "class", "classes")
    if names[0] not in mode.shared:
        return subject if found == looked or brief else f"{subject} ({where})"
    if len(classes) == of:
        return subject
    return f"{subject} (for {len(classes)} of {of} classes)" if brief else f"{subject} (for {where}, of {of})"


def _numbers(cases: Sequence[Case]) -> str:
    """Recall at most 0.036, coverage at most 0.050 in 3 of them: the two measures that most of them fail."""
    by_quantity = {
        name: [each.numbers[name] for each in cases if name in each.numbers] for each in cases for name in each.numbers
    }
    clauses = []
    for name, values in sorted(by_quantity.items(), key=lambda item: -len(item[1]))[:2]:
        least, most = (_WRITTEN.get(name, share)(end(values)) for end in (min, max))
        bound = most if least == most else f"at least {least}" if name == failure_modes.COPIED else f"at most {most}"
        clauses.append(f"{name} {bound}" + (f" in {len(values)} of them" if len(values) < len(cases) else ""))
    return ", ".join(clauses)


def means(rows: Sequence[ClassificationRow]) -> list[ClassificationRow]:
    """Rows over all splits and seeds that may be believed: of the test part where there is one, and without leaks."""
    over_splits = [row for row in rows if row.split == ALL]
    part = "test" if any(row.part == "test" for row in over_splits) else "validation"
    return [row for row in over_splits if row.part == part and not row.leaked]
