"""The verdict with something left out: do its words hang on doubted labels, on near images, on how it was split?"""

import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import numpy as np

from augury.tables.grouping import grouped
from augury.tables.rows import SplitRow
from augury.tables.sensitivity import REPEAT, SPLIT, SensitivityRow
from augury.tables.verdict import ALL, HELPS, HURTS, VerdictRow
from augury.verdict.comparison import compare
from augury.verdict.decision import Rule
from augury.verdict.families import Primary
from augury.verdict.known import Known
from augury.verdict.runs import TEST, Side

TRAIN = "train"
MOST_PARTS = 10  # of the splits: each of so many is left out in turn; and repeats that are judged alone
_BLOCK = 512  # test images whose training images are looked at at a time
_REPEAT = re.compile(r"repeat(\d+)-")  # before a split's name, but for those of the first repeat

LeftOut = Mapping[str, Collection[str]]  # sha256 of test images, by split


@dataclasses.dataclass(frozen=True, slots=True)
class Variant:
    """Something to leave out. without, by: as the table has them."""

    without: str
    by: str
    left_out: LeftOut


def halves(features: Mapping[str, np.ndarray], split: Sequence[SplitRow]) -> tuple[set[str], set[str]]:
    """The test images (sha256) of the specimens that are near to training images, and of those that are far.

    features: (D,) of each image, of any length. An image is as near as the cosine to the training image nearest to it,
    a specimen as its images in the mean; of each class half of the specimens are near, the smaller half where they are
    odd in number. Images without features are neither.
    """
    known = [row for row in split if row.sha256 in features]
    trained = _directions(features, [row.sha256 for row in known if row.part == TRAIN])
    tested = [row for row in known if row.part == TEST]
    if not len(trained) or not tested:
        return set(), set()
    names = [row.sha256 for row in tested]
    blocks = (_directions(features, names[first : first + _BLOCK]) for first in range(0, len(names), _BLOCK))
    nearness = np.concatenate([(block @ trained.T).max(axis=1) for block in blocks])
    near: set[str] = set()
    for images in grouped(range(len(tested)), lambda index: tested[index].class_).values():
        specimens = list(grouped(images, lambda index: tested[index].specimen).values())
        specimens.sort(key=lambda indices: (-float(nearness[indices].mean()), names[indices[0]]))
        near |= {names[index] for specimen in specimens[: len(specimens) // 2] for index in specimen}
    return near, set(names) - near


def vary(
    comparisons: Sequence[tuple[Side, Side]],
    variants: Sequence[Variant],
    rule: Rule,
    replicates: int,
    seed: int,
    primary: Primary,
    known: Known,
    done: Callable[[], object] = lambda: None,
) -> list[SensitivityRow]:
    """A row of every comparison and variant, of the splits and of the repeats where there are several.

    `done` is called after each case.
    Words are of one look, each with all corrections of a verdict.
    """

    def judged(sides: Sequence[tuple[Side, Side]]) -> dict[tuple[str, str, str], VerdictRow]:
        rows = compare(sides, rule, replicates, seed, primary, known, ranked="auroc" in primary.measures)[0]
        done()
        return {
            (row.arm, row.baseline, row.classifier): row
            for measure in reversed(list(primary.measures))
            for row in rows
            if row.class_ == ALL and row.measure == measure
        }

    whole = judged(comparisons)
    made = []
    for variant in variants:
        sides = [(_without(one, variant.left_out), _without(other, variant.left_out)) for one, other in comparisons]
        count = sum(len(names) for names in variant.left_out.values())
        made.append((variant.without, variant.by, count, [judged(sides)]))
    for without, parts in _divisions(comparisons):
        cases = [judged([(_kept(one, part), _kept(other, part)) for one, other in comparisons]) for part in parts]
        made.append((without, "", 0, cases))
    return [
        _row(whole[key], without, by, count, [case[key] for case in cases if key in case])
        for key in whole
        for without, by, count, cases in made
    ]


def cases(comparisons: Sequence[tuple[Side, Side]], variants: Sequence[Variant]) -> int:
    """How often `vary` judges."""
    return 1 + len(variants) + sum(len(parts) for _, parts in _divisions(comparisons))


def _divisions(comparisons: Sequence[tuple[Side, Side]]) -> Iterator[tuple[str, list[set[str]]]]:
    # What is left out of the splits, and the sets of them that are left out in turn.
    splits = list(dict.fromkeys(key.split for pair in comparisons for side in pair for key in side.runs))
    repeats = list(grouped(splits, _repeat).values())
    if len(splits) > 1 and not len(splits) == len(repeats) == 2:  # where one of two is left out, the other is alone
        parts = np.array_split(np.arange(len(splits)), min(MOST_PARTS, len(splits)))
        yield SPLIT, [{splits[index] for index in part} for part in parts]
    if len(repeats) > 1:
        yield REPEAT, [{name for name in splits if name not in repeat} for repeat in repeats[:MOST_PARTS]]


def _repeat(split: str) -> int:
    found = _REPEAT.match(split)
    return int(found[1]) if found else 1


def _without(side: Side, left_out: LeftOut) -> Side:
    return dataclasses.replace(side, left_out=left_out)


def _kept(side: Side, part: Collection[str]) -> Side:
    return dataclasses.replace(side, runs={key: path for key, path in side.runs.items() if key.split not in part})


def _row(whole: VerdictRow, without: str, by: str, count: int, found: Sequence[VerdictRow]) -> SensitivityRow:
    differences = [row.difference for row in found if row.difference is not None]
    words = Counter(row.word for row in found)
    said = {whole.word, *words}
    return SensitivityRow(
        arm=whole.arm, baseline=whole.baseline, classifier=whole.classifier, measure=whole.measure,
        without=without, by=by, left_out=count, cases=len(found),
        difference=whole.difference, least=min(differences, default=None), most=max(differences, default=None),
        low=found[0].low if len(found) == 1 else None, high=found[0].high if len(found) == 1 else None,
        word=whole.word,
        words=", ".join(word if len(found) == 1 else f"{word} ({times})" for word, times in words.most_common()),
        agrees=said == {whole.word}, opposite={HELPS, HURTS} <= said,
    )  # fmt: skip


def _directions(features: Mapping[str, np.ndarray], names: Sequence[str]) -> np.ndarray:
    if not names:
        return np.empty((0, 0), np.float32)
    vectors = np.stack([features[name] for name in names]).astype(np.float32)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
