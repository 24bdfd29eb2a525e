"""What a row is by its label: of a class, or the accuracy, an average or the spread over rows."""

import re

CLASS, ACCURACY, MACRO, WEIGHTED, MICRO, AVERAGE, SPREAD = (
    "class", "accuracy", "macro", "weighted", "micro", "average", "spread"
)  # fmt: skip
_AVERAGE = {
    *("avg", "average", "averaged", "averages", "mean", "overall", "total", "all", "sum"),
    *("mittel", "mittelwert", "durchschnitt", "gesamt", "alle", "moyenne", "media", "promedio", "média"),
}
_ACCURACY = {"accuracy", "acc", "oa", "balanced"}
_SPREAD = {
    *("sd", "std", "stdev", "se", "sem", "deviation", "variance", "range", "ci"),
    *("min", "max", "minimum", "maximum", "median", "best", "worst"),
}
_FILLING = {"of", "over", "the", "classes", "class", "seeds", "runs", "folds", "standard", "error", "and", "arithmetic"}
_KINDS = {"macro": MACRO, "weighted": WEIGHTED, "micro": MICRO, "samples": AVERAGE}


def kind(label: str) -> str:
    """One of the kinds above; a label with any word that names no average or spread is a class."""
    words = re.findall(r"[^\W_]+", label.casefold().replace("±", " sd "))
    known = _AVERAGE | _ACCURACY | _SPREAD | _KINDS.keys() | _FILLING
    if not words or not set(words) <= known or set(words) <= _FILLING:
        return CLASS
    if set(words) & _ACCURACY:
        return ACCURACY
    special = [_KINDS[word] for word in words if word in _KINDS]
    if special:
        return special[0]
    return AVERAGE if set(words) & _AVERAGE else SPREAD
