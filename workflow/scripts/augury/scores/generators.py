"""From the scores of single trainings to those of generators, and from those to which generator is better.

The unit of replication is a training, named by its split and seed. Splits of one study share training images, and
seeds share a split's images: the intervals say what another training on such splits would change, and are somewhat too
narrow for what other specimens would.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy import special

from augury.scores.catalogue import SCORES
from augury.tables.classification import ALL
from augury.tables.generator_pairs import PairRow
from augury.tables.generators import BEST, END, GeneratorRow
from augury.tables.grouping import grouped
from augury.tables.synthetic import ScoreRow
from augury.verdict.multiplicity import holm

LEVEL = 0.95
FEWEST_PAIRS = 3  # two differences of one sign happen by chance every other time
LOWER, HIGHER, UNRESOLVED = "lower", "higher", "not resolved"
MEANS = [name for score in SCORES.values() for name, _, _ in score.means()]
MEASURES = {"frechet": "frechet_distance", "kid": "kid"}  # prefix of a column -> field of ScoreRow


class Spread(NamedTuple):
    """Values in short; None where there are too few to say."""

    n: int
    mean: float | None
    sd: float | None
    low: float | None
    high: float | None
    p: float | None  # of the two-sided t-test that the mean is 0


def spread(values: Iterable[float | None]) -> Spread:
    """Mean, standard deviation, 95% interval and p value by Student's t; values that are None are passed over.

    Values without any spread have neither interval nor p value: that they agree to the last digit does not make them
    certain.
    """
    known = np.array([value for value in values if value is not None and math.isfinite(value)], dtype=np.float64)
    n = len(known)
    if n == 0:
        return Spread(0, None, None, None, None, None)
    mean = float(known.mean())
    if n == 1:
        return Spread(1, mean, None, None, None, None)
    sd = float(known.std(ddof=1))
    if sd <= 1e-12 * float(np.abs(known).max()):
        return Spread(n, mean, 0.0, None, None, None)
    error = sd / math.sqrt(n)
    half = float(special.stdtrit(n - 1, (1 + LEVEL) / 2)) * error
    p = float(2 * special.stdtr(n - 1, -abs(mean / error)))
    return Spread(n, mean, sd, mean - half, mean + half, p)


def plain(rows: Iterable[ScoreRow]) -> list[ScoreRow]:
    """The scores of what a generator makes by itself: images chosen at random, without truncation."""
    return [row for row in rows if row.selection == "random" and row.truncation == 1]


def at_end(rows: Iterable[ScoreRow]) -> list[ScoreRow]:
    """Of those, the scores at the end of each training."""
    return [row for row in plain(rows) if row.snapshot is None]


def summarise_generators(rows: Sequence[ScoreRow]) -> list[GeneratorRow]:
    """One row per generator, class and `end`; a second one, `best`, where there are snapshots to choose from.

    Generators and classes come in the order of the rows: generators first, as some may lack some classes.
    """
    groups = grouped(plain(rows), lambda row: (row.class_, row.generator, row.extractor))
    classes, generators = _names(rows, "class_"), _names(rows, "generator")
    made = []
    for key in sorted(groups, key=lambda key: (generators.index(key[1]), classes.index(key[0]))):
        by_moment = {END: [row for row in groups[key] if row.snapshot is None]}
        if any(row.snapshot is not None for row in groups[key]):
            by_moment[BEST] = [row for row in groups[key] if row.best]
        made += [_summary(when, group) for when, group in by_moment.items() if group]
    return made


def compare_generators(rows: Sequence[ScoreRow]) -> list[PairRow]:
    """For each network a row for each pair of generators over all classes, then for each class.

    p values are corrected over the rows of a network, and not over networks: what all of them must find is found by
    chance less often than by one. Pairs that a network may not judge resolve nothing, and count for no correction.

    Over all classes there is a row where a pair has several in common: of one class it would only be said twice.
    """
    ended = at_end(rows)
    classes, generators = _names(ended, "class_"), _names(ended, "generator")
    made = []
    for scope, (a, b) in itertools.product([ALL, *classes], itertools.combinations(generators, 2)):
        for extractor in _names(ended, "extractor"):
            in_scope = [row for row in ended if row.extractor == extractor and scope in (ALL, row.class_)]
            sides = [[row for row in in_scope if row.generator == name] for name in (a, b)]
            pair = [{(row.split, row.seed, row.class_): row for row in side} for side in sides]
            shared = {class_ for _, _, class_ in pair[0].keys() & pair[1].keys()}
            if len(shared) > (scope == ALL):
                made.append(_pair(scope, a, b, extractor, *pair))
    return [row for extractor in _names(made, "extractor") for row in _corrected(made, extractor)]


def _corrected(rows: Sequence[PairRow], extractor: str) -> list[PairRow]:
    of_extractor = [row for row in rows if row.extractor == extractor]
    adjusted = {
        prefix: holm([None if row.circular else getattr(row, f"{prefix}_p") for row in of_extractor])
        for prefix in MEASURES
    }
    return [
        _worded(row, {prefix: adjusted[prefix][index] for prefix in MEASURES}) for index, row in enumerate(of_extractor)
    ]


def _names(rows: Iterable[ScoreRow] | Iterable[PairRow], field: str) -> list[str]:
    return list(dict.fromkeys(getattr(row, field) for row in rows))


def _summary(when: str, rows: Sequence[ScoreRow]) -> GeneratorRow:
    cells: dict[str, Any] = {}
    for prefix, field in MEASURES.items():
        interval = spread(getattr(row, field) for row in rows)
        cells |= {
            field: interval.mean,
            f"{prefix}_sd": interval.sd,
            f"{prefix}_low": interval.low,
            f"{prefix}_high": interval.high,
        }
    cells |= {name: spread(getattr(row, name) for row in rows).mean for name in MEANS}
    return GeneratorRow(
        class_=rows[0].class_,
        generator=rows[0].generator,
        when=when,
        start=rows[0].start,
        extractor=rows[0].extractor,
        circular=any(row.circular for row in rows),
        leaked=any(row.leaked for row in rows),
        n_runs=len({(row.split, row.seed) for row in rows}),
        n_real_low=min(row.n_real for row in rows),
        n_real_high=max(row.n_real for row in rows),
        n_synthetic=min(row.n_synthetic for row in rows),
        **cells,
    )


def _pair(scope: str, a: str, b: str, extractor: str, of_a: dict, of_b: dict) -> PairRow:
    # Keys are (split, seed, class). Classes are averaged first, as those of one split and seed are no replicates.
    shared = [key for key in of_a if key in of_b]
    cells: dict[str, Any] = {}
    for prefix, field in MEASURES.items():
        differences: dict[tuple[str, int], list[float]] = {}
        for key in shared:
            ends = getattr(of_a[key], field), getattr(of_b[key], field)
            if None not in ends:
                differences.setdefault(key[:2], []).append(ends[1] - ends[0])
        interval = spread(float(np.mean(each)) for each in differences.values())
        cells |= {
            f"{prefix}_pairs": interval.n,
            f"{prefix}_difference": interval.mean,
            f"{prefix}_low": interval.low,
            f"{prefix}_high": interval.high,
            f"{prefix}_p": interval.p if interval.n >= FEWEST_PAIRS else None,
            f"{prefix}_p_holm": None,
            f"{prefix}_word": UNRESOLVED,
        }
    compared = [side[key] for side in (of_a, of_b) for key in shared]
    cells |= {name: any(getattr(row, name) for row in compared) for name in ("circular", "leaked")}
    return PairRow(class_=scope, generator_a=a, generator_b=b, extractor=extractor, **cells)


def _worded(row: PairRow, adjusted: dict[str, float | None]) -> PairRow:
    cells = {name: getattr(row, name) for name in row.__slots__}
    for prefix, p in adjusted.items():
        cells[f"{prefix}_p_holm"] = p
        if p is not None and p < 1 - LEVEL:
            cells[f"{prefix}_word"] = LOWER if cells[f"{prefix}_difference"] < 0 else HIGHER
    return PairRow(**cells)
