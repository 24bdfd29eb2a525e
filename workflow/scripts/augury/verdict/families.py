"""Which comparisons are tested together: those that the study was made for, and the others apart from them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from augury.study import statistics
from augury.tables.verdict import ALL, BY_CLASS, CONTROLS, PRIMARY, SECONDARY, VerdictRow


@dataclass(frozen=True, slots=True)
class Primary:
    """The comparisons that were declared before: every arm that is no control, on these measures and classifiers."""

    measures: Collection[str] = tuple(statistics.Primary().measures)
    classifiers: Collection[str] = ()  # by default the first
    controls: Collection[str] = ()  # arms without synthetic images, where any other arm has some


ACCURACY = Primary()


def family(primary: Primary, first: str, arm: str, classifier: str, class_: str, measure: str) -> str:
    """The name of the family in which a row's p value is corrected; first: the first classifier.

    All primary comparisons are one family, over measures and classifiers. Others are one for each measure and
    classifier: what is asked besides costs the primary ones nothing, and is corrected for itself.
    """
    if class_ != ALL:
        return f"{BY_CLASS}: {measure}, {classifier}".removesuffix(", ")
    asked = measure in primary.measures and classifier in (primary.classifiers or (first,))
    if asked and arm not in primary.controls:
        return PRIMARY
    kind = CONTROLS if arm in primary.controls else SECONDARY
    return f"{kind}: {measure}, {classifier}".removesuffix(", ")


def unknown(primary: Primary, rows: Sequence[VerdictRow]) -> list[str]:
    """A sentence for each declared name that no comparison has, and that so decides nothing."""
    sentences = []
    for kind, declared, known in (
        ("classifier", primary.classifiers, [row.classifier for row in rows]),
        ("arm", primary.controls, [row.arm for row in rows]),
    ):
        there = ", ".join(dict.fromkeys(filter(None, known))) or "none that has a name"
        sentences += [f"there is no {kind} {name} here, so naming it decides nothing (there is {there})"
                 for name in declared if rows and name not in known]  # fmt: skip
    return sentences
