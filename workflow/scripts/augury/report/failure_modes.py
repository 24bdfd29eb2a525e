"""Failure modes of the training of generators: thresholds, and who is beyond them.

Looked at are the scores at the end of each training (images chosen at random, without truncation) and its history.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from augury.report.advice import COPIES, VARIETY, advice
from augury.report.values import distance, listed, percent, share
from augury.scores.generators import at_end, plain
from augury.scores.judges import by_own, extractors_of
from augury.tables.generators import GeneratorRun
from augury.tables.grouping import grouped
from augury.tables.synthetic import ScoreRow

NEAR_NOTHING = 0.05  # recall and coverage: another real sample covers 0.9 and more (Naeem et al. 2020, lemma 2)
# Vendi score against that of as many real images. Drawing n times with replacement from n wholly different images
# keeps exp(-E[c log c]) = 0.56 of it, c being Poisson(1): a generator below half has fewer kinds than its own copier.
FEWER_KINDS = 0.5
# Of fresh images of the same kind at least a third are authentic: two points on a line are each other's nearest
# neighbours with probability 2/3, and less in more dimensions (Cox 1981, Biometrics 37:367). Half of that is no chance.
FEW_AUTHENTIC = 1 / 6
MANY_COPIED = 0.05  # share of images that show a training image by their pixels; images of another specimen never do
COPYING = -3.0  # C_T is a z-score: below this, chance has one case in 700 (Meehan et al. 2020)
ADA_HIGH = 0.8  # above it augmentations begin to show in the images (Karras et al. 2020, section 2.2)
ADA_BOUND = 0.98  # p, as a share of its upper bound, from which it has run out of room; below it, p goes up and down
SIGN_HIGH = 0.9  # ADA steers the mean sign of D(x) to 0.6 (the same, section 3); here 19 of 20 real images are known
D_SURE = 0.95  # D(x) above it while D(G(z)) is below 1 - D_SURE: the generator's gradients have all but vanished
KID_RISE = 1.5  # end against best snapshot, where moreover the two intervals lie apart
VENDI, AUTHENTIC, C_T = "Vendi score over that of as many real images", "authentic share", "C_T"
COPIED = "share that shows a training image by its pixels"
TAIL = 10  # the last tenth of a history is its end

History = Sequence[Mapping[str, str]]
Found = tuple[list[str], float, dict[str, float]]  # words, badness, and the numbers beyond their thresholds by name


class Case(NamedTuple):
    """One training in which it occurred."""

    run: GeneratorRun
    words: str  # the numbers
    badness: float  # the largest is reported
    numbers: Mapping[str, float] = MappingProxyType({})  # those beyond their threshold, by name


@dataclass(frozen=True, slots=True)
class FailureMode:
    """A way in which the training of a generator fails: what it means, what to try, and who shows it."""

    title: str
    meaning: str
    advice: str
    measures: str  # what was looked at
    sentences: tuple[str, str]  # what is said of one generator that shows it, and of several
    action: str  # so what, and what to do, in a line
    examined: Sequence[GeneratorRun]
    cases: Sequence[Case]
    shared: frozenset[str] = frozenset()  # generators that were trained on all classes at once, and are scored by class

    def trainings(self, runs: Iterable[GeneratorRun]) -> int:
        """How many trainings these are of: a class-conditional one counts once, whatever classes it draws."""
        return len({run._replace(class_="") if run.generator in self.shared else run for run in runs})


_TEXTS: dict[str, tuple[str, str, str, str, tuple[str, str], str]] = {
    "overfitting": (
        "Discriminator overfitting",
        "The discriminator overfits its training images and no longer tells the generator what to mend. Images "
        "get no better from there on, and often worse.",
        "Use ADA, or a richer pipeline of it where its p has come to its bound, LeCam or more real images; or stop "
        "earlier and use the best snapshot with “snapshot: best” in the arm. Where p is above 0.8, look for turned or "
        "recoloured images.",
        "the discriminator's outputs, their sign and ADA's p",
        ("has an overfitted discriminator", "have overfitted discriminators"),
        "Use ADA, or the best snapshot (“snapshot: best”).",
    ),
    "rising": (
        "Quality that fell again",
        "The images were better earlier in the training, by images that the generator had not seen.",
        "Use the best snapshot with “snapshot: best” in the arm, or a shorter training.",
        "the kernel distance over snapshots",
        ("was better earlier in its training", "were better earlier in their training"),
        "Use the best snapshot (“snapshot: best”).",
    ),
}


def of_variety(scores: Iterable[ScoreRow]) -> FailureMode:
    """Generators that make few kinds of images."""
    return _from_scores(
        "Mode collapse or low coverage",
        "The generator makes few kinds of images (collapse), or images so far from the real ones that it matches none "
        "of them. A classifier learns little from them.",
        ("is broken", "are broken"),
        VARIETY,
        scores,
        _variety,
        {"recall": "recall", "coverage": "coverage", "vendi": "Vendi score"},
    )


def of_copies(scores: Iterable[ScoreRow]) -> FailureMode:
    """Generators whose images are copies of training images."""
    return _from_scores(
        "Memorisation of training images",
        "Synthetic images lie nearer to training images than fresh images of the same kind would: the generator has "
        "memorised its training images. A good distance means nothing then.",
        ("copies its training images", "copy their training images"),
        COPIES,
        scores,
        _copies,
        {"authentic": "authentic share", "c_t": "C_T", "copied": "copies by pixels"},
    )


def _run(row: ScoreRow) -> GeneratorRun:
    return GeneratorRun(row.split, row.generator, row.seed, row.class_)


def _from_scores(
    title: str,
    meaning: str,
    sentences: tuple[str, str],
    texts: Mapping[str, tuple[str, str]],
    scores: Iterable[ScoreRow],
    judge: Callable[[ScoreRow], Found],
    columns: Mapping[str, str],
) -> FailureMode:
    # columns: those of which one is needed, and what they are called.
    known_rows = [row for row in by_own(at_end(scores)) if any(getattr(row, name) is not None for name in columns)]
    judged = [(row, *judge(row)) for row in known_rows]
    shown = [each for each in judged if each[1]]
    cases = [Case(_run(row), listed(words), badness, numbers) for row, words, badness, numbers in shown]
    action, advised = advice(texts, [(row.generator, row.family) for row, *_ in shown])
    measures, examined = listed([*columns.values()]), [_run(row) for row in known_rows]
    return FailureMode(title, meaning, advised, measures, sentences, action, examined, cases)


def _variety(row: ScoreRow) -> Found:
    words, badness, numbers = [], 0.0, {}
    for name in ("recall", "coverage"):
        value = getattr(row, name)
        if value is not None and value < NEAR_NOTHING:
            words.append(f"{name} {share(value)}")
            badness, numbers[name] = max(badness, 1 - value), value
    if row.vendi is not None and row.vendi_real and row.vendi < FEWER_KINDS * row.vendi_real:
        words.append(f"Vendi score {distance(row.vendi)} against {distance(row.vendi_real)} of as many real images")
        badness, numbers[VENDI] = badness + 1 - row.vendi / row.vendi_real, row.vendi / row.vendi_real
    return words, badness, numbers


def _copies(row: ScoreRow) -> Found:
    words, badness, numbers = [], 0.0, {}
    if row.authentic is not None and row.authentic < FEW_AUTHENTIC:
        words.append(f"authentic share {share(row.authentic)}, where fresh images have 0.333 and more")
        badness, numbers[AUTHENTIC] = badness + 1 - row.authentic, row.authentic
    if row.c_t is not None and row.c_t < COPYING:
        words.append(f"C_T {distance(row.c_t)}, where fresh images have about 0")
        badness, numbers[C_T] = badness + 1 - 1 / row.c_t, row.c_t
    if row.copied is not None and row.copied > MANY_COPIED:
        words.append(f"{percent(row.copied)} of its images show a training image")
        badness, numbers[COPIED] = badness + 1 + row.copied, row.copied
    return words, badness, numbers


def _run_of(record: Mapping) -> GeneratorRun:
    return GeneratorRun(record["split"], record["generator"], record["seed"], record["class"])


def _bound(record: Mapping) -> float | None:
    # Of a p that is steered: one that is held fixed has nowhere to go.
    ada = (record.get("settings") or {}).get("ada") or {}
    return ada.get("p_max") if ada.get("p") is None else None


def of_overfitting(histories: Mapping[GeneratorRun, History], records: Sequence[Mapping]) -> FailureMode:
    """Trainings whose discriminator overfits; records: what each generator.json holds."""
    bounds = {_run_of(record): bound for record in records if (bound := _bound(record)) is not None}
    examined, cases = [], []
    for run, history in histories.items():
        ends = {name: _tail(history, name) for name in ("ada_p", "r_t", "d_real", "d_fake")}
        if all(value is None for value in ends.values()):
            continue
        examined.append(run)
        p, sign, real, fake = ends.values()
        words = []
        if p is not None and run in bounds and p >= ADA_BOUND * bounds[run] > 0:
            words.append(f"ADA's p {share(p)}, as high as it may go")
        elif p is not None and p > ADA_HIGH:
            words.append(f"ADA's p {share(p)}")
        if sign is not None and sign > SIGN_HIGH:
            words.append(f"mean sign of D(x) {share(sign)}")
        if real is not None and fake is not None and real > D_SURE and fake < 1 - D_SURE:
            words.append(f"D(x) {share(real)} and D(G(z)) {share(fake)}")
        if words:
            cases.append(Case(run, listed(words) + " at the end", len(words) + max(p or 0, sign or 0, real or 0)))
    return FailureMode(*_TEXTS["overfitting"], examined, cases)


def of_rising(scores: Iterable[ScoreRow]) -> FailureMode:
    """Trainings whose images were better at an earlier snapshot."""
    examined, cases = [], []
    for run, rows in grouped(plain(scores), _run).items():
        falls = [_fall([row for row in rows if row.extractor == name]) for name in extractors_of(rows)]
        known = [fall for fall in falls if fall is not None]
        if not known:
            continue
        examined.append(run)
        if all(fall.sure for fall in known):
            cases.append(Case(run, known[0].words, known[0].badness))
    return FailureMode(*_TEXTS["rising"], examined, cases)


class _Fall(NamedTuple):
    sure: bool
    words: str
    badness: float


def _fall(rows: Sequence[ScoreRow]) -> _Fall | None:
    # From the best snapshot to the end, by one network that may judge.
    rows = [row for row in rows if not row.circular]
    last = next((row for row in rows if row.snapshot is None and row.kid_reference is not None), None)
    best = next((row for row in rows if row.best and row.kid_reference is not None), None)
    if last is None or best is None or len(rows) < 2:
        return None
    low, high = last.kid_reference_low, best.kid_reference_high
    end, least = last.kid_reference or 0.0, best.kid_reference or 0.0
    sure = last is not best and (low is None or high is None or low > high) and end > KID_RISE * max(least, 0.0)
    words = f"kernel distance times 100 of {100 * least:.3g} at {best.snapshot}, and {100 * end:.3g} at the end"
    return _Fall(sure, words, end - least)


def _tail(history: History, column: str) -> float | None:
    # The mean of the last tenth of the rows, of those that have a value; None where there is none.
    cells = [row.get(column) for row in history[-max(1, len(history) // TAIL) :]]
    known = [float(cell) for cell in cells if cell not in (None, "")]
    return sum(known) / len(known) if known else None
