"""What the verdict's rows say in sentences: what is resolved, what is ruled out, and what would see more."""

from collections import Counter
from collections.abc import Sequence

from augury.report import units, values
from augury.report.values import listed
from augury.tables.grouping import grouped
from augury.tables.measures import MEASURES
from augury.tables.verdict import (
    ALL,
    BY_CLASS,
    CONTROLS,
    EQUIVALENT,
    HELPS,
    HURTS,
    PRIMARY,
    SECONDARY,
    UNDERPOWERED,
    VerdictRow,
    kind,
)

KINDS = (PRIMARY, SECONDARY, CONTROLS, BY_CLASS)  # of families, in the order in which they are reported
FULL = 1 - 1e-9  # of the room that a baseline leaves


def resolved(rows: Sequence[VerdictRow], by_class: bool = False) -> list[str]:
    """A sentence for each arm and classifier that is seen to help or hurt in any measure, the primary ones first."""
    decided = [row for row in rows if row.word in (HELPS, HURTS) and (row.class_ != ALL) == by_class]
    decided.sort(key=lambda row: KINDS.index(kind(row)) if kind(row) in KINDS else len(KINDS))
    groups = grouped(decided, lambda row: (row.arm, row.word, row.classifier))
    return [f"{arm} {word} {name or 'the classifier'}: {'; '.join(map(_seen, group))}{_cautions(group)}."
            for (arm, word, name), group in groups.items()]  # fmt: skip


def equivalent(rows: Sequence[VerdictRow]) -> list[str]:
    """A sentence for each arm that makes no difference, over all classes."""
    return [
        f"{row.arm} and {row.baseline} are equivalent for {row.classifier or 'the classifier'}, within "
        f"{units.size(row, row.margin, 'g')}: {_seen(row, row.p_equivalence_holm)}{_cautions([row])}."
        for row in rows if row.word == EQUIVALENT and row.class_ == ALL
    ]  # fmt: skip


def ruled_out(row: VerdictRow, level: str) -> str:
    """A sentence for an unresolved row: where its difference lies, and which gain and loss it leaves out.

    level: of the interval, in words, as in 95%.
    """
    name = f" with {row.classifier}" if row.classifier else ""
    if row.difference is None or row.low is None or row.high is None or row.baseline_value is None:
        return f"{row.arm}{name} is not judged in {units.title(row)}, for want of test images{_cautions([row])}."
    meant = MEASURES[row.measure]
    ends = [end - row.baseline_value for end in sorted((meant.best, meant.worst))]

    def between(*ends_shown: float) -> str:
        return " and ".join(units.change(row, min(max(end, ends[0]), ends[1])) for end in ends_shown)

    here = ""
    if row.here_low is not None and row.here_high is not None:
        here = f"; on these images, between {between(row.here_low, row.here_high)}"
    seen = f"{units.title(row)} {units.change(row, row.difference)}{units.unit(row)}"
    return (
        f"{row.arm}{name}: {seen}, between {between(row.low, row.high)}: {_out([row], level)}{here}{_cautions([row])}."
    )


def ruled_out_by_all(rows: Sequence[VerdictRow], level: str) -> str:
    """One sentence for several arms of one classifier and measure: the gain and the loss that none of them has."""
    known = [row for row in rows if None not in (row.difference, row.low, row.high, row.baseline_value)]
    if not known:
        return ruled_out(rows[0], level)
    arms, name = listed([row.arm for row in known]), known[0].classifier
    first, changes = known[0], [row.difference or 0.0 for row in known]
    return (
        f"{arms}{f' with {name}' if name else ''}: {units.title(first)} {units.change(first, min(changes))} to "
        f"{units.change(first, max(changes))}{units.unit(first)}, none resolved; for all of them {_out(known, level)}."
    )


def could_have_seen(rows: Sequence[VerdictRow], power: float, of: str = "") -> str:
    """A sentence on the gain that this design would have resolved in unresolved rows of one measure; empty for none.

    of: " in accuracy", where there are several measures.
    """
    known = [row for row in rows if row.power is not None and row.baseline_value is not None]
    if not known:
        return ""
    seen = sorted(row.detectable for row in known if row.detectable)
    if not seen:
        tight = min(known, key=units.room)
        return (
            f"No gain{of} could have been seen: a baseline of {units.level(tight)} leaves no room for one that this "
            "design would resolve."
        )
    least, most = (units.size(known[0], value) for value in (seen[0], seen[-1]))
    sizes = most if least == most else f"{least.partition(' ')[0]} to {most}"
    return f"This design would have seen a gain of {sizes}{of} in {power:.0%} of such studies."


def would_see(row: VerdictRow, seconds: float | None = None, of: str = "") -> str:
    """A sentence on what would see the target difference, where the row does not rule it out (`is_missed`).

    seconds: what the trainings of a split took; of: as above.
    """
    gain = f"a gain of {units.size(row, row.target_difference, 'g')}{of}"
    if row.baseline_value is not None and units.room(row) < row.target_difference:
        return f"No study can see {gain}: a baseline of {units.level(row)} leaves no room for it."
    if row.detectable is not None and row.detectable <= row.target_difference:
        return (
            f"It would mostly have seen {gain}, the target difference, and neither saw one of {row.arm} nor rules it "
            "out."
        )
    splits = f"{row.splits_needed:,} splits instead of {row.n_splits}" if row.splits_needed is not None else ""
    if row.splits_needed is not None and seconds:
        splits += f" (about {values.duration((row.splits_needed - row.n_splits) * seconds)} more of training)"
    if row.specimens_needed is None:
        return (
            f"{values.sentence(gain)} would be seen with {splits}." if splits
            else f"No design on such specimens can see {gain}: trainings differ by more."
        )  # fmt: skip
    specimens = f"about {row.specimens_needed:,} test specimens instead of {row.n_specimens:,}"
    if splits:
        return f"{values.sentence(gain)} would be seen with {splits}, or with {specimens}."
    return f"No design on these test specimens can see {gain}; {specimens}, divided likewise, would."


def hardest(rows: Sequence[VerdictRow]) -> VerdictRow:
    """The row that needs most."""
    large = 10**9
    return max(rows, key=lambda row: (row.specimens_needed or large, row.splits_needed or large))


def chances(rows: Sequence[VerdictRow]) -> str:
    """A sentence with the three posterior chances of each arm of one classifier and measure; empty for none."""
    known = [row for row in rows if row.chance_helps is not None]
    if not known:
        return ""
    name = f" of {known[0].classifier}" if known[0].classifier else ""
    arms = [
        f"{row.arm} {', '.join(chance(each or 0) for each in (row.chance_helps, row.chance_within, row.chance_hurts))}"
        for row in known
    ]
    what = f"{units.title(known[0])}{name} gains more than {units.size(known[0], known[0].margin, 'g')}"
    return f"Chances that {what}, stays within that, or loses more: {'; '.join(arms)}."


def chance(value: float) -> str:
    """A probability in percent; none is stated as certain."""
    return "under 1%" if value < 0.01 else "over 99%" if value > 0.99 else f"{value:.0%}"


def luck(rows: Sequence[VerdictRow]) -> list[str]:
    """A sentence on how many trainings stand behind the rows, where they are too few to tell how far these differ."""
    with_generator = [row.n_generators for row in rows if row.n_generators]
    few = min(with_generator, default=None)
    if few == 1:
        return ["One generator per class was trained: its luck is not known, and what another training would change is "
                "assumed, not measured. More seeds would measure it."]  # fmt: skip
    if few == 2:
        return ["Two trained generators per class cannot tell how far trainings differ: most of that is assumed, not "
                "measured. More seeds would."]  # fmt: skip
    if with_generator or not rows:
        return []
    if min(row.n_runs for row in rows) == 2:
        return ["Two runs cannot tell how far trainings differ: most of that is assumed, not measured."]
    return []


def multiplicity(rows: Sequence[VerdictRow]) -> str:
    """A sentence on how many comparisons are primary, and what becomes of the others; empty for none."""
    tested = [row for row in rows if row.p is not None]
    counts = Counter(map(kind, tested))
    if len(tested) < 2:
        return ""
    primary_rows = [row for row in tested if kind(row) == PRIMARY]
    what = listed(list(dict.fromkeys(f"{units.title(row)} of {row.classifier}" if row.classifier else units.title(row)
                                     for row in primary_rows)))  # fmt: skip
    others = [f"{counts[name]} {'control' if (name, counts[name]) == (CONTROLS, 1) else name}" for name in KINDS[1:]
              if counts[name]]  # fmt: skip
    sentence = f"Of {values.count(len(tested), 'comparison')} {counts[PRIMARY] or 'none'} "
    sentence += f"{'is' if counts[PRIMARY] == 1 else 'are'} primary" + (f": {what}." if primary_rows else ".")
    if not others:
        return sentence
    apart = "are corrected for themselves, by measure and classifier"
    if not primary_rows:
        return f"{sentence} They ({listed(others)}) {apart}."
    return f"{sentence} The others ({listed(others)}) {apart}, and cost the primary ones nothing."


def primary(rows: Sequence[VerdictRow]) -> list[VerdictRow]:
    """Rows of the primary family; where there is none, all rows over all classes on accuracy."""
    return [row for row in rows if kind(row) == PRIMARY] or [
        row for row in rows if row.class_ == ALL and row.measure == "accuracy"
    ]


def unresolved(rows: Sequence[VerdictRow]) -> list[VerdictRow]:
    """Rows that are neither resolved nor settled as equivalent."""
    return [row for row in rows if row.word == UNDERPOWERED]


def _seen(row: VerdictRow, p: float | None = None) -> str:
    p = row.p_holm if p is None else p
    where = "" if row.class_ == ALL else f" of {row.class_}"
    family = {SECONDARY: " (secondary)", CONTROLS: " (control)"}.get(kind(row), "")
    sentence = f"{units.title(row)}{where}{family} {units.interval(row, row.difference, row.low, row.high)}"
    sentence += f", p = {p:.3f}" if p is not None and p >= 0.001 else ", p < 0.001"
    if row.here_low is None or row.here_high is None or row.class_ != ALL:
        return sentence
    return f"{sentence} (on these images [{units.change(row, row.here_low)}, {units.change(row, row.here_high)}])"


def bounds(rows: Sequence[VerdictRow]) -> tuple[float | None, float | None]:
    """The gain and the loss that the intervals of all rows, of one measure, rule out; None where none is."""
    meant = MEASURES[rows[0].measure]
    highs, lows = [row.high or 0.0 for row in rows], [-(row.low or 0.0) for row in rows]
    gains, losses = (highs, lows) if meant.sign > 0 else (lows, highs)
    no_gain = max(gains) >= FULL * min(map(units.room, rows))
    no_loss = max(losses) >= FULL * min(abs(meant.worst - (row.baseline_value or 0.0)) for row in rows)
    return None if no_gain else max(gains), None if no_loss else max(losses)


def is_missed(row: VerdictRow) -> bool:
    """Whether the interval rules a gain of the target difference out, so that nothing need be done to look for one."""
    if row.low is None or row.high is None:
        return False
    gain = bounds([row])[0]
    return gain is not None and gain < row.target_difference


def _out(rows: Sequence[VerdictRow], level: str) -> str:
    gain, loss = bounds(rows)
    out = [] if gain is None else [f"a gain above {units.number(rows[0], gain)}"]
    out += [] if loss is None else [f"a loss beyond {units.number(rows[0], loss)}"]
    if not out:
        return f"nothing is ruled out at {level}"
    are = "are" if len(out) == 2 else "is"
    return f"{listed(out)}{units.unit(rows[0])} {are} ruled out at {level}{', no gain is' * (gain is None)}"


def _cautions(rows: Sequence[VerdictRow]) -> str:
    cautions = list(dict.fromkeys(row.caution for row in rows if row.caution))
    return f" ({'; '.join(cautions)})" if cautions else ""
