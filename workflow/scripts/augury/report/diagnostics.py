"""Diagnostics of the training of generators, in words, with what to try."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from augury.report import failure_modes
from augury.report.failure_modes import Case, FailureMode, History
from augury.report.values import count, listed
from augury.tables.classification import ALL
from augury.tables.generators import GeneratorRun
from augury.tables.synthetic import ScoreRow

MANY_CLASSES = 6  # above which a generator's classes share one line


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A failure mode and who shows it: one line per generator and class, or none."""

    mode: FailureMode
    lines: Sequence[str]


def examine(
    scores: Sequence[ScoreRow], histories: Mapping[GeneratorRun, History], records: Sequence[Mapping] = ()
) -> list[Diagnosis]:
    """All failure modes. records: what each generator.json holds: the upper bound of ADA's p, and the class."""
    shared = frozenset(record["generator"] for record in records if record.get("class") == ALL)
    modes = (
        failure_modes.of_variety(scores),
        failure_modes.of_copies(scores),
        failure_modes.of_overfitting(histories, records),
        failure_modes.of_rising(scores),
    )
    return [Diagnosis(mode, _lines(mode)) for mode in (replace(each, shared=shared) for each in modes)]


def looked_at(diagnoses: Sequence[Diagnosis]) -> str:
    """What was examined, and in how many trainings."""
    examined = [
        (mode.measures, mode.trainings(mode.examined)) for mode in (each.mode for each in diagnoses) if mode.examined
    ]
    clauses = [f"{measures} in {count(number, 'training')}" for measures, number in examined]
    return f"Looked at were {'; '.join(clauses)}." if clauses else "There were neither scores nor histories to look at."


def _lines(mode: FailureMode) -> list[str]:
    lines = []
    for generator in dict.fromkeys(case.run.generator for case in mode.cases):
        cases = [case for case in mode.cases if case.run.generator == generator]
        classes = list(dict.fromkeys(case.run.class_ for case in cases))
        groups = [classes] if len(classes) > MANY_CLASSES else [[name] for name in classes]
        lines += [_line(generator, names, cases, mode.examined) for names in groups]
    return lines


def _line(generator: str, classes: list[str], cases: Sequence[Case], examined: Sequence[GeneratorRun]) -> str:
    shown = [case for case in cases if case.run.class_ in classes]
    worst = max(shown, key=lambda case: case.badness)
    looked = sum(run.generator == generator and run.class_ in classes for run in examined)
    subject = f"{generator}, {classes[0]}"
    if len(classes) > 1:
        more = listed([*classes[: MANY_CLASSES - 1], f"{len(classes) - MANY_CLASSES + 1} more"])
        subject = f"{generator}, {len(classes)} classes ({more})"
    if looked == 1:
        return f"{subject}: {worst.words}."
    run_name = ", ".join([worst.run.class_] * (len(classes) > 1) + [worst.run.split, f"seed {worst.run.seed}"])
    where = f"({run_name})" if len(shown) == 1 else f"(the worst: {run_name})"
    splits = count(len({case.run.split for case in shown}), "split")
    return f"{subject}, in {len(shown)} of {looked} trainings ({splits}): {worst.words} {where}."
