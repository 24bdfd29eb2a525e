"""Rows of verdict.tsv and differences.tsv from paired runs."""

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from augury.metrics.proper_scores import PROPER
from augury.tables.differences import DifferenceRow
from augury.tables.grouping import grouped
from augury.tables.measures import MEASURES, Measure
from augury.tables.verdict import ALL, LEAK, UNDERPOWERED, VerdictRow
from augury.verdict import decision, evidence
from augury.verdict.boundary import Stage
from augury.verdict.components import Evidence
from augury.verdict.decision import Rule
from augury.verdict.differences import cell, difference_row
from augury.verdict.families import ACCURACY, Primary, family
from augury.verdict.groups import Groups
from augury.verdict.history import Look, Names
from augury.verdict.known import Known
from augury.verdict.multiplicity import holm_factors
from augury.verdict.replicates import (
    FURTHER,
    Bootstrap,
    Sides,
    Specimens,
    count,
    measures,
    over_splits,
    specimen_interval,
)
from augury.verdict.runs import Pair, Side, distinct, read_pairs
from augury.verdict.sizes import Sizes, read_sizes


@dataclasses.dataclass(frozen=True, slots=True)
class _Draft:
    """A row before it is known how many others are tested with it."""

    row: VerdictRow
    rule: Rule
    stage: Stage
    gathered: Evidence[float] | None = None
    judged: decision.Judgement[float] | None = None


def compare(
    comparisons: Sequence[tuple[Side, Side]],
    rule: Rule,
    replicates: int,
    seed: int = 0,
    primary: Primary = ACCURACY,
    known: Known | None = None,
    look_at: Callable[[Names, Sequence[Pair]], Look] | None = None,
    done: Callable[[], object] = lambda: None,
    ranked: bool = True,
) -> tuple[list[VerdictRow], list[DifferenceRow]]:
    """Every (baseline, arm): rows over all classes, then by class, arm by arm; and one row per pair of runs.

    look_at: which look at a comparison its runs are; those of that look alone are judged. `done` is called after each
    pair. Without `ranked` AUROC, which takes four fifths of the time, is undefined. Raises UserError where runs lack a
    partner or partners judged different images.
    """
    known = known or Known()
    drafts, differences = [], []
    banks: dict[tuple, Bootstrap] = {}
    sizes: dict[tuple, Sizes] = {}
    first = next((key.classifier for baseline, _ in comparisons for key in baseline.runs), "")
    for baseline, arm in comparisons:
        pairs = read_pairs(baseline, arm, known.deterministic)
        for classifier in dict.fromkeys(pair.key.classifier for pair in pairs):
            named = Names(arm.name, baseline.name, classifier)
            of_classifier = [pair for pair in pairs if pair.key.classifier == classifier]
            look = look_at(named, of_classifier) if look_at else None
            of_classifier = [pair for pair in of_classifier if look is None or pair.key in look.keys]
            partners = dict.fromkeys(pair.partner for pair in of_classifier)
            bank_key = baseline.name, classifier, *partners
            if bank_key not in banks:
                banks[bank_key] = Bootstrap(of_classifier, replicates, seed, ranked)
                sizes[bank_key] = read_sizes(baseline, partners, known.trained)
            sides = []
            for pair in of_classifier:
                sides.append(banks[bank_key].sides(pair))
                done()
            names = named._asdict()
            drafts += _drafts(names, of_classifier, sides, rule, known, look, sizes[bank_key], banks[bank_key].groups)
            differences += [difference_row(names, pair, side) for pair, side in zip(of_classifier, sides, strict=True)]
    drafts.sort(key=lambda draft: draft.row.class_ != ALL)
    return _worded(drafts, primary, first), differences


def _drafts(
    names: dict[str, str],
    pairs: Sequence[Pair],
    sides: Sequence[Sides],
    rule: Rule,
    known: Known,
    look: Look | None,
    sizes: Sizes,
    groups: Groups,
) -> list[_Draft]:
    leaked = any(pair.leaked for pair in pairs)
    keep = distinct(pairs)
    kept = [side for side, wanted in zip(sides, keep, strict=True) if wanted]
    luck = known.luck(names["arm"], names["classifier"])
    if not luck and not all(keep) and len(kept) == len({side.key.split for side in kept}):
        luck = evidence.NONE  # further seeds gave the same predictions: nothing is random
    rule = known.rule(rule, names["classifier"])
    rule = dataclasses.replace(
        rule, test_to_train=rule.test_to_train or sizes.test_to_train, tested_to_trained=sizes.tested_to_trained
    )
    stage = look.stage if look else Stage()
    cells = names | {"leaked": leaked, "n_train": sizes.trained} | (look.cells if look else {})
    cells |= {"margin": rule.margin, "target_difference": rule.target_difference}
    if names["arm"] in known.generators:
        cells["n_generators"] = len({(side.key.split, luck.get(side.key.seed, side.key.seed)) for side in sides})
    made = []
    specimens = _specimens(pairs, groups)
    for column, (class_, measure) in enumerate(measures(pairs[0].baseline.classes)):
        if measure in FURTHER and not any(np.isfinite(side.difference[column]) for side in kept):
            continue
        meant, drawn_from = MEASURES[measure], specimens[class_, measure]
        gathered = None
        if drawn_from.total > 1:
            gathered = evidence.gather(
                kept, column, drawn_from, meant.counts, luck, rule.test_to_train, meant.least, rule.seed_prior
            )
        caution = _caution(known.cautions.get(names["arm"], ""), measure, pairs)
        row = _row(cells | {"class_": class_, "measure": measure, "caution": caution}, kept, column, drawn_from)
        if gathered is None or leaked:
            made.append(_Draft(dataclasses.replace(row, word=LEAK if leaked else UNDERPOWERED), rule, stage))
            continue
        judged = decision.judge(gathered, rule)
        here = decision.judge(gathered, dataclasses.replace(rule, training_set_variance=0))
        hurts, within, helps = map(float, decision.chances(judged, rule)[:: meant.sign])
        # With fewer things that vary, degrees of freedom may be fewer too: what holds for other collections holds here.
        ends = [_interval(each, stage.level(rule.alpha), meant) for each in (here, judged)]
        low, high = max(each[0] for each in ends), min(each[1] for each in ends)
        row = dataclasses.replace(
            row, p=stage.repeated(judged.p), p_equivalence=stage.repeated_one_sided(judged.p_equivalence),
            here_p=stage.repeated(min(here.p, judged.p)), here_low=low, here_high=high,
            chance_hurts=hurts, chance_within=within, chance_helps=helps,
            corrected_p=None if gathered.n_splits < 2 else float(decision.corrected_p(gathered, rule)),
            decided_by="splits" if judged.by_splits else "specimens",
        )  # fmt: skip
        made.append(_Draft(row, rule, stage, gathered, judged))
    return made


def _specimens(pairs: Sequence[Pair], groups: Groups) -> dict[tuple[str, str], Specimens]:
    # By class and measure: the specimens of the class, or of the classes that the measure looks at.
    classes, whole = pairs[0].baseline.classes, count(pairs)
    splits = dict.fromkeys(pair.key.split for pair in pairs)
    specimens = {}
    for class_, measure in measures(classes):
        looked_at = {split: at for split in splits if (at := groups.looked_at(measure, split)) is not None}
        if class_ != ALL:
            specimens[class_, measure] = whole[classes.index(class_)]
        elif len(looked_at) < len(splits):
            specimens[class_, measure] = whole[-1]
        else:
            specimens[class_, measure] = count(pairs, looked_at)[-1]
    return specimens


def _caution(caution: str, measure: str, pairs: Sequence[Pair]) -> str:
    blind = measure in PROPER and any(not fitted.images for pair in pairs for fitted in pair.fitted)
    return "; ".join(filter(None, [caution, "temperature 1, as there are no validation images" * blind]))


def _row(names: dict, sides: Sequence[Sides], column: int, specimens: Specimens) -> VerdictRow:
    known = [side for side in sides if np.isfinite(side.difference[column])]
    ends = [float(over_splits(known, [getattr(side, name)[column] for side in known])) for name in ("baseline", "arm")]
    groups = _groups(known, column)
    splits = [float(np.mean(each)) for each in groups]
    low, high = specimen_interval(known, column, specimens)
    seeds = [np.var(each, ddof=1) for each in groups if len(each) > 1]
    empty = dict.fromkeys(field.name for field in dataclasses.fields(VerdictRow))
    return VerdictRow(**{
        **empty, **names, "family": "", "word": UNDERPOWERED, "decided_by": "", "n_splits": len(splits),
        "n_runs": len(known), "n_specimens": specimens.total,
        "baseline_value": cell(ends[0]), "arm_value": cell(ends[1]), "difference": cell(ends[1] - ends[0]),
        "specimen_low": cell(low), "specimen_high": cell(high),
        "split_sd": float(np.std(splits, ddof=1)) if len(splits) > 1 else None,
        "seed_sd": float(np.sqrt(np.mean(seeds))) if seeds else None,
    })  # fmt: skip


def _worded(drafts: Sequence[_Draft], primary: Primary, first: str) -> list[VerdictRow]:
    rows = [draft.row for draft in drafts]
    families: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        name = family(primary, first, row.arm, row.classifier, row.class_, row.measure)
        rows[index] = dataclasses.replace(row, family=name)
        families.setdefault(name, []).append(index)
    for indices in families.values():
        p, p_equivalence = (
            holm_factors([getattr(rows[index], name) for index in indices]) for name in ("p", "p_equivalence")
        )
        tests = sum(drafts[index].judged is not None for index in indices)
        for index, one, other in zip(indices, p, p_equivalence, strict=True):
            gathered, judged = drafts[index].gathered, drafts[index].judged
            if gathered and judged and one and other:
                rows[index] = _settled(rows[index], drafts[index], gathered, judged, one, other, tests)
    return rows


def _settled(
    row: VerdictRow,
    draft: _Draft,
    gathered: Evidence[float],
    judged: decision.Judgement[float],
    p: tuple[float, float],
    p_equivalence: tuple[float, float],
    tests: int,
) -> VerdictRow:
    rule, measure = draft.rule, MEASURES[row.measure]
    word = decision.word(measure.sign * gathered.difference, p[0], p_equivalence[0], rule.alpha)
    open_ = word == UNDERPOWERED
    low, high = _interval(judged, draft.stage.level(rule.alpha / p[1]), measure)
    now, last = (
        dataclasses.replace(rule, alpha=tests * stage.level(rule.alpha / tests))
        for stage in (draft.stage, Stage(draft.stage.looks))
    )
    detectable = float(decision.detectable(judged, now, tests))
    return dataclasses.replace(
        row, word=word, p_holm=p[0], p_equivalence_holm=p_equivalence[0], low=low, high=high,
        power=float(decision.power(judged, rule.target_difference, now, tests)),
        detectable=detectable if detectable <= measure.room(row.baseline_value or 0.0) else None,
        specimens_needed=decision.specimens_needed(gathered, judged, row.n_specimens, last, tests) if open_ else None,
        splits_needed=decision.splits_needed(gathered, judged, last, tests) if open_ else None,
    )  # fmt: skip


def _interval(judged: decision.Judgement[float], level: float, measure: Measure) -> tuple[float, float]:
    # No difference is larger than the measure reaches, whatever a t-distribution of few degrees of freedom says.
    low, high = np.clip(np.array(decision.interval(judged, level)), -measure.span, measure.span)
    return float(low), float(high)


def _groups(known: Sequence[Sides], column: int) -> list[list[float]]:
    splits = grouped(known, lambda side: side.key.split).values()
    return [[float(side.difference[column]) for side in split] for split in splits]
