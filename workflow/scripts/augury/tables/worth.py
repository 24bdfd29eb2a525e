"""tables/worth.tsv: the learning curve of real data, and what each arm's gain is worth on it."""

import dataclasses

from augury.tables.columns import column
from augury.tables.declaration import Table, has_classifiers

FEWEST_POINTS = 3  # of a curve, the baseline's own included: a power law has three numbers
MEASURED, BEYOND, FLAT, LEAK = "measured", "beyond the measured curve", "the curve may be flat", "not judged: leak"
UNKNOWN = "anywhere on the measured curve"


@dataclasses.dataclass(frozen=True, slots=True)
class WorthRow:
    """A point of the learning curve, or an arm read off it; for one classifier and measure, over all classes."""

    arm: str = column("the arm; the baseline and the points of its learning curve come first")
    baseline: str = column("the arm whose curve it is")
    classifier: str = column("the classifier")
    measure: str = column("accuracy, f1 or auroc; the last two are means over classes")
    point: float | None = column("real training specimens per class of a point of the curve; empty for an arm read off")
    value: float = column("the measure, mean over seeds, then over splits")
    low: float = column("lower end of its 95% interval relative to the baseline: specimens, seeds, training sets")
    high: float = column("upper end of that interval")
    fitted: float | None = column("the fitted curve at this point")
    asymptote: float | None = column("of the curve asymptote - rise n^-exponent with n specimens per class; empty "
                                     "where the measure is defined at too few points")  # fmt: skip
    rise: float | None = column("its rise; 0 where it does not rise")
    exponent: float | None = column("its exponent")
    n_baseline: float = column("real training specimens per class of the baseline")
    n_low: float = column("fewest specimens per class at which the curve was measured")
    n_high: float = column("most specimens per class at which it was measured")
    status: str = column("`measured`: the worth has a lower end, an upper end or both on the measured curve; or why "
                         "not: `beyond the measured curve` (all believable numbers lie beyond one end), `the curve "
                         "may be flat`, `anywhere on the measured curve`, `not judged: leak`; empty for a "
                         "point")  # fmt: skip
    worth: float | None = column("real specimens per class, beside the baseline's, that would do as much as the arm; "
                                 "below 0: as good as fewer; empty where the best lies beyond the curve")  # fmt: skip
    worth_low: float | None = column("lower end of its 95% interval; empty where that lies below the measured curve; "
                                     "of an arm beyond the curve, the curve's end")  # fmt: skip
    worth_high: float | None = column("upper end, likewise; empty where it lies above the measured curve")


TABLE = Table(
    order=20,
    title="Worth in real specimens",
    row=WorthRow,
    made=lambda study: has_classifiers(study) and len(study.curve) + 1 >= FEWEST_POINTS,
)
