"""Settings of the verdict."""

from typing import ClassVar, Literal

from pydantic import Field

from augury.settings.base import Float, Int, NonNegativeFloat, NonNegativeInt, Settings, Unique


class Primary(Settings):
    """The comparisons that the study is made for."""

    measures: Unique[Literal["accuracy", "f1", "auroc", "brier", "log_loss", "worst_class_recall", "recall_gap"]] = (
        Field(["accuracy"], min_length=1)
    )
    """Primary outcome measures. `worst_class_recall` (recall of the class that the baseline recognises least in the
    validation part) needs validation images, `recall_gap` classes of unequal size."""
    classifiers: Unique[str] = []
    """Classifiers of the primary comparisons; by default the first alone."""
    arms: Unique[str] = []
    """Arms of the primary comparisons; by default those with images of a generator, except copier and controls, or
    all where there are none."""


class Statistics(Settings):
    """How intervals are computed, and what the verdict takes for equal and for sure."""

    renamed: ClassVar[dict[str, str]] = {"worthwhile": "target_difference"}

    bootstrap: Int = Field(2000, ge=100)
    """Number of bootstrap replicates, over specimens."""
    seed: NonNegativeInt = 0
    """Random seed of the bootstrap."""
    margin: Float = Field(0.01, gt=0, lt=1)
    """Equivalence margin: difference in a measure below which two arms count as equivalent; 0.01 is one point. With a
    few hundred specimens no design can show so little: the plan says which margin the study can reach."""
    target_difference: Float = Field(0.05, gt=0, lt=1)
    """Target difference: the gain worth having, which the study should be able to see; 0.05 is five points. The
    plan says which design would see it, the verdict what was missing."""
    primary: Primary = Primary()
    """Primary comparisons, which the study is made for. Their p values are corrected together, by Holm; others are
    families of their own."""
    alpha: Float = Field(0.05, gt=0, le=0.5)
    """Significance level: how often `helps`, `hurts` and `equivalent` may be wrong, over all primary comparisons
    together (familywise)."""
    power: Float = Field(0.8, ge=0.5, lt=1)
    """Statistical power for which the detectable difference and the numbers needed are computed."""
    looks: Int = Field(1, ge=1, le=20)
    """Interim looks: how often the study may be evaluated while `split.repeats` grows from 1 to this number (group
    sequential design); set it before the first verdict. All looks together err as often as `alpha` says: the first see
    large differences alone, and the last of 4 is at 4.3% in place of 5%."""
    training_set_variance: NonNegativeFloat | Literal["auto"] = "auto"
    """Variance of an arm's gain between training sets, in units of the variance of a single specimen's gain over
    the number of training specimens: auto is 0.2 for probes and 0.5 for networks that are trained; 0 judges these
    training sets alone."""
