"""Rows of verdict.tsv and differences.tsv from paired runs."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from augury.metrics import intervals
from augury.metrics.multiplicity import holm
from augury.splits.identity import specimen_key
from augury.tables.predictions import read_predictions
from augury.tables.verdict import ALL, LEAK, UNDERPOWERED, DifferenceRow, VerdictRow
from augury.verdict import decision, evidence
from augury.verdict.decision import Rule
from augury.verdict.replicates import OVERALL, Bootstrap, Sides, count, measures, over_splits, specimen_gains
from augury.verdict.runs import TEST, Pair, Side, read_pairs


@dataclasses.dataclass(frozen=True, slots=True)
class _Draft:
    """A row before it is known how many others are tested with it."""

    row: VerdictRow
    rule: Rule
    found: evidence.Evidence | None = None
    judged: decision.Judgement | None = None


def compare(
    comparisons: Sequence[tuple[Side, Side]],
    rule: Rule,
    replicates: int,
    seed: int = 0,
    test_to_train: float | None = None,
    done: Callable[[], object] = lambda: None,
    cautions: Mapping[str, str] = MappingProxyType({}),
) -> tuple[list[VerdictRow], list[DifferenceRow]]:
    """Every (baseline, arm): rows over all classes, then by class, arm by arm; and a row a pair of runs.

    `done` is called after each pair. cautions: what the rows of an arm repeat, by its name. Raises UserError where runs
    lack a partner or partners judged different images.
    """
    drafts, differences = [], []
    banks: dict[tuple[str, str], Bootstrap] = {}
    ratios: dict[tuple[str, str], float | None] = {}
    for baseline, arm in comparisons:
        pairs = read_pairs(baseline, arm)
        for classifier in dict.fromkeys(pair.key.classifier for pair in pairs):
            held = [pair for pair in pairs if pair.key.classifier == classifier]
            known = baseline.name, classifier
            if known not in banks:
                banks[known] = Bootstrap(held, replicates, seed)
                ratios[known] = infer_ratio(baseline, classifier) if test_to_train is None else test_to_train
            sides = []
            for pair in held:
                sides.append(banks[known].sides(pair))
                done()
            names = {"arm": arm.name, "baseline": baseline.name, "classifier": classifier}
            told = names | {"caution": cautions.get(arm.name, "")}
            drafts += _drafts(told, held, sides, dataclasses.replace(rule, test_to_train=ratios[known]))
            differences += [_difference(names, pair, side) for pair, side in zip(held, sides, strict=True)]
    drafts.sort(key=lambda draft: draft.row.class_ != ALL)
    return _worded(drafts), differences


def infer_ratio(baseline: Side, classifier: str) -> float | None:
    """Test over training specimens of a split, where the training specimens are those that other splits judged.

    None where no other split judged any.
    """
    judged: dict[str, set] = {}
    tested = []
    for key, path in baseline.runs.items():
        if key.classifier == classifier and key.split not in judged:
            table = read_predictions(path)
            judged[key.split], test = (
                set(map(specimen_key, each.labels.tolist(), each.specimen.tolist())) for each in (table, table.of(TEST))
            )
            tested.append(len(test))
    everything = set().union(*judged.values())
    trained = [len(everything - held) for held in judged.values()]
    return float(np.mean(tested) / np.mean(trained)) if min(trained) > 0 else None


def _drafts(names: dict, pairs: Sequence[Pair], sides: Sequence[Sides], rule: Rule) -> list[_Draft]:
    classes = pairs[0].baseline.classes
    specimens = count(pairs)
    leaked = any(pair.leaked for pair in pairs)
    made = []
    for column, (class_, measure) in enumerate(measures(classes)):
        k = classes.index(class_) if class_ != ALL else None
        held = specimens.of(k, measure)
        n = held.total
        found = evidence.gather(sides, column, held) if n > 1 else None
        cells = {"class_": class_, "measure": measure, "leaked": leaked, "margin": rule.margin, "n_specimens": n}
        row = _row(names | cells, sides, column)
        if found is None or leaked:
            made.append(_Draft(dataclasses.replace(row, word=LEAK if leaked else UNDERPOWERED), rule))
            continue
        judged = decision.judge(found, rule)
        # No difference of shares is larger than 1, whatever a t-distribution of few degrees of freedom says.
        low, high = np.clip(decision.interval(judged, rule), -1, 1)
        row = dataclasses.replace(
            row, low=float(low), high=float(high), p=float(judged.p), p_equivalence=float(judged.p_equivalence),
            corrected_p=None if found.n_splits < 2 else float(decision.corrected_p(found, rule)),
            decided_by="splits" if judged.by_splits else "specimens",
        )  # fmt: skip
        made.append(_Draft(row, rule, found, judged))
    return made


def _row(names: dict, sides: Sequence[Sides], column: int) -> VerdictRow:
    known = [side for side in sides if np.isfinite(side.difference[column])]
    ends = [over_splits(known, [getattr(side, name)[column] for side in known]) for name in ("baseline", "arm")]
    splits = _by_split(known, column)
    drawn = over_splits(known, [side.replicates[:, column] for side in known])
    low, high = intervals.percentile(drawn) if known else (np.nan, np.nan)
    seeds = [np.var(each, ddof=1) for each in _groups(known, column) if len(each) > 1]
    empty = dict.fromkeys(field.name for field in dataclasses.fields(VerdictRow))
    return VerdictRow(**{
        **empty, **names, "word": UNDERPOWERED, "decided_by": "", "n_splits": len(splits), "n_runs": len(known),
        "baseline_value": _cell(ends[0]), "arm_value": _cell(ends[1]), "difference": _cell(ends[1] - ends[0]),
        "specimen_low": _cell(low), "specimen_high": _cell(high),
        "split_sd": float(np.std(splits, ddof=1)) if len(splits) > 1 else None,
        "seed_sd": float(np.sqrt(np.mean(seeds))) if seeds else None,
    })  # fmt: skip


def _worded(drafts: Sequence[_Draft]) -> list[VerdictRow]:
    families: dict[tuple[bool, str], list[int]] = {}
    for place, draft in enumerate(drafts):
        families.setdefault((draft.row.class_ == ALL, draft.row.measure), []).append(place)
    rows = [draft.row for draft in drafts]
    for places in families.values():
        p, p_equivalence = (
            holm([getattr(drafts[place].row, name) for place in places]) for name in ("p", "p_equivalence")
        )
        tests = sum(drafts[place].judged is not None for place in places)
        for place, one, other in zip(places, p, p_equivalence, strict=True):
            if drafts[place].judged is not None:
                rows[place] = _settled(drafts[place], one, other, tests)
    return rows


def _settled(draft: _Draft, p: float | None, p_equivalence: float | None, tests: int) -> VerdictRow:
    row, rule, found, judged = draft.row, draft.rule, draft.found, draft.judged
    word = decision.word(row.difference, p, p_equivalence, rule.alpha)
    open_ = word == UNDERPOWERED
    return dataclasses.replace(
        row, word=word, p_holm=p, p_equivalence_holm=p_equivalence,
        power=float(decision.power(judged, rule.margin, rule, tests)),
        detectable=float(decision.detectable(judged, rule, tests)),
        specimens_needed=decision.specimens_needed(found, judged, row.n_specimens, rule, tests) if open_ else None,
        splits_needed=decision.splits_needed(found, judged, rule, tests) if open_ else None,
    )  # fmt: skip


def _difference(names: dict, pair: Pair, side: Sides) -> DifferenceRow:
    gain = specimen_gains(pair)
    first, second = int((gain > 0).sum()), int((gain < 0).sum())
    return DifferenceRow(
        **names, split=pair.key.split, seed=pair.key.seed, leaked=pair.leaked, n_images=len(pair.arm.labels),
        n_specimens=len(gain), **{name: _cell(side.difference[at]) for at, name in enumerate(OVERALL)},
        arm_only=first, baseline_only=second, mcnemar_p=decision.mcnemar(first, second),
    )  # fmt: skip


def _groups(sides: Sequence[Sides], column: int) -> list[list[float]]:
    groups: dict[str, list[float]] = {}
    for side in sides:
        if np.isfinite(side.difference[column]):
            groups.setdefault(side.key.split, []).append(float(side.difference[column]))
    return list(groups.values())


def _by_split(sides: Sequence[Sides], column: int) -> list[float]:
    return [float(np.mean(each)) for each in _groups(sides, column)]


def _cell(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
