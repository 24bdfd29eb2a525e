"""The checks of a table with one row per arm and seed: counts, means over seeds, and gains."""

from collections.abc import Sequence

from augury.published.audit import granularity, labels
from augury.published.audit.counts import THREE, judge_count, shares
from augury.published.audit.granularity import f1_of, f1_of_means, hull, overlap, shown
from augury.published.audit.hypotheses import Known, Reading, Rule, judge
from augury.published.audit.printed import ALL, MEASURES, Line
from augury.published.audit.rows import finding, remark, unknown
from augury.scores.generators import spread
from augury.tables.audit import POSSIBLE, RESOLVED, UNKNOWN, UNRESOLVED, FindingRow

SIGNIFICANT = 0.05


def of_arms(lines: Sequence[Line], baseline: str, known: Known) -> list[FindingRow]:
    """All that can be said of the rows of one table. baseline: the arm that others are compared with, or the first."""
    lines = [line for line in lines if labels.kind(line.seed) != labels.SPREAD]
    arms = list(dict.fromkeys(line.arm for line in lines))
    means = {arm: [line for line in lines if line.arm == arm and _is_mean(line)] for arm in arms}
    seeds = {arm: [line for line in lines if line.arm == arm and not _is_mean(line)] for arm in arms}
    findings = [row for arm in arms for line in seeds[arm] for row in _count(line, known)]
    findings += [_agreement(line, known) for line in lines if {*THREE} <= line.values.keys()]
    accuracies = [
        line.values["accuracy"] for of_seed in seeds.values() for line in of_seed if "accuracy" in line.values
    ]
    if accuracies:
        least = granularity.smallest(accuracies)
        words = f"the smallest test size that fits all {len(accuracies)} accuracies, if it is that of every run"
        findings.append(remark("size", ALL, "accuracy", POSSIBLE if least else UNKNOWN, least, words))
    repeated = [arm for arm in arms if len({line.seed for line in seeds[arm]}) < len(seeds[arm]) or len(means[arm]) > 1]
    for arm in repeated:
        words = "seeds of this arm stand here more than once; add a column, such as `classifier`, that tells them apart"
        findings.append(unknown("mean", arm, "", words))
    arms = [arm for arm in arms if arm not in repeated]
    findings += [row for arm in arms for line in means[arm] for row in _means(line, seeds[arm], known)]
    first = baseline if baseline in arms else arms[0] if arms else ""
    others = [arm for arm in arms if arm != first]
    return findings + [row for arm in others for row in _gains(first, arm, seeds[first], seeds[arm])]


def _is_mean(line: Line) -> bool:
    return bool(line.seed) and labels.kind(line.seed) != labels.CLASS


def _count(line: Line, known: Known) -> list[FindingRow]:
    printed, n = line.values.get("accuracy"), line.n
    if not (printed and n):
        return []
    judged = judge_count(printed, n, known)
    words = f"{'some' if judged.word == POSSIBLE else 'no'} count of {n} images is printed so"
    return [finding("count", f"{line.arm}, seed {line.seed}", "accuracy", printed.text, judged, n, words)]


def _agreement(line: Line, known: Known) -> FindingRow:
    def can(reading: Reading, rule: Rule) -> bool:
        precision, recall, f1 = shares(line, rule)
        return reading is Reading.LEFT_OUT or overlap(f1_of_means(precision, recall), f1)

    judged = judge([Reading.ALIKE, Reading.LEFT_OUT], can, known)
    words = f"with this precision and recall F1 lies {shown(f1_of_means(*shares(line, Rule.FREE)[:2]))}"
    printed = ", ".join(line.values[name].text for name in THREE)
    return finding("agreement", f"{line.arm}, seed {line.seed}", "f1", printed, judged, None, words)


def _means(line: Line, seeds: Sequence[Line], known: Known) -> list[FindingRow]:
    return [
        _mean(line, [each for each in seeds if measure in each.values], measure, known)
        for measure in line.values
        if sum(measure in each.values for each in seeds) > 1
    ]


def _mean(row: Line, seeds: Sequence[Line], measure: str, known: Known) -> FindingRow:
    printed = row.values[measure]
    readings = [Reading.EACH_ALIKE, Reading.OF_SEEDS]
    if measure == "f1":
        readings.insert(1, Reading.F1_OF_MEANS)
    if measure != "accuracy" or not _all_shown(seeds):
        readings.append(Reading.POOLED)

    def can(reading: Reading, rule: Rule) -> bool:
        bounds = [rule.bounds(each.values[measure]) for each in seeds]
        allowed = {
            Reading.EACH_ALIKE: lambda: granularity.mean(bounds),
            Reading.F1_OF_MEANS: lambda: f1_of(*shares(row, rule)[:2]),
            Reading.OF_SEEDS: lambda: hull(bounds),
        }
        return reading is Reading.POOLED or overlap(allowed[reading](), rule.bounds(printed))

    middle = granularity.mean([Rule.FREE.bounds(each.values[measure]) for each in seeds])
    words = f"the mean of {len(seeds)} seeds lies {shown(middle)}"
    return finding("mean", row.arm, measure, printed.text, judge(readings, can, known), None, words)


def _all_shown(seeds: Sequence[Line]) -> bool:
    """Whether seeds are numbered without a gap, from 0 or 1: else there may be others."""
    numbers = sorted(int(line.seed) for line in seeds if line.seed.isdecimal())
    return len(numbers) == len(seeds) and numbers in ([*range(len(seeds))], [*range(1, len(seeds) + 1)])


def _gains(baseline: str, arm: str, first: Sequence[Line], second: Sequence[Line]) -> list[FindingRow]:
    findings = []
    before = {line.seed: line.values for line in first}
    where = f"{arm} against {baseline}"
    for measure in MEASURES:
        pairs = [
            float(line.values[measure].value - before[line.seed][measure].value)
            for line in second
            if measure in line.values and measure in before.get(line.seed, {})
        ]
        if not pairs:
            continue
        seen = spread(pairs)
        if seen.p is None:
            words = f"{seen.mean:+.4f} over {seen.n} seed(s), which show no spread"
            findings.append(unknown("gain", where, measure, words))
            continue
        word = RESOLVED if seen.p < SIGNIFICANT else UNRESOLVED
        words = f"{seen.mean:+.4f} ({seen.low:+.4f} to {seen.high:+.4f}) over {seen.n} seeds, paired t-test"
        words += "; seeds of one test set say nothing of other images"
        findings.append(remark("gain", where, measure, word, None, words, seen.p))
    return findings
