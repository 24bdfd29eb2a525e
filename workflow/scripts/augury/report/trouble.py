"""Signs that the training of a generator went wrong, told in words, with what to try."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from augury.report import signs
from augury.report.signs import History, Seen, Sign
from augury.report.values import count, listed
from augury.tables.generators import GeneratorRun
from augury.tables.synthetic import ScoreRow

MANY_CLASSES = 6  # above which a generator's classes share one line


@dataclass(frozen=True, slots=True)
class Trouble:
    """A kind of trouble and who shows it: one line per generator and class, or none."""

    sign: Sign
    lines: Sequence[str]


def examine(
    scores: Sequence[ScoreRow], histories: Mapping[GeneratorRun, History], records: Sequence[Mapping] = ()
) -> list[Trouble]:
    """All kinds of trouble. records: what each generator.json holds, for the upper bound of ADA's p."""
    found = (
        signs.of_variety(scores),
        signs.of_copies(scores),
        signs.of_overfitting(histories, records),
        signs.of_rising(scores),
    )
    return [Trouble(sign, _lines(sign)) for sign in found]


def looked_at(found: Sequence[Trouble]) -> str:
    """What was examined, and in how many trainings."""
    examined = [(each.sign.measures, len(each.sign.examined)) for each in found if each.sign.examined]
    held = [f"{measures} in {count(number, 'training')}" for measures, number in examined]
    return f"Looked at were {'; '.join(held)}." if held else "There were neither scores nor histories to look at."


def _lines(sign: Sign) -> list[str]:
    lines = []
    for generator in dict.fromkeys(seen.run.generator for seen in sign.seen):
        held = [seen for seen in sign.seen if seen.run.generator == generator]
        classes = list(dict.fromkeys(seen.run.class_ for seen in held))
        groups = [classes] if len(classes) > MANY_CLASSES else [[name] for name in classes]
        lines += [_line(generator, names, held, sign.examined) for names in groups]
    return lines


def _line(generator: str, classes: list[str], held: Sequence[Seen], examined: Sequence[GeneratorRun]) -> str:
    shown = [seen for seen in held if seen.run.class_ in classes]
    worst = max(shown, key=lambda seen: seen.badness)
    looked = sum(run.generator == generator and run.class_ in classes for run in examined)
    subject = f"{generator}, {classes[0]}"
    if len(classes) > 1:
        more = listed([*classes[: MANY_CLASSES - 1], f"{len(classes) - MANY_CLASSES + 1} more"])
        subject = f"{generator}, {len(classes)} classes ({more})"
    if looked == 1:
        return f"{subject}: {worst.words}."
    place = ", ".join([worst.run.class_] * (len(classes) > 1) + [worst.run.split, f"seed {worst.run.seed}"])
    where = f"({place})" if len(shown) == 1 else f"(the worst: {place})"
    splits = count(len({seen.run.split for seen in shown}), "split")
    return f"{subject}, in {len(shown)} of {looked} trainings ({splits}): {worst.words} {where}."
