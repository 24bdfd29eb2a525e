"""What to try where a generator's images fail: which advice fits depends on how it comes to its images."""

from collections.abc import Iterable, Mapping

from augury.report.values import listed
from augury.settings.families import family, is_family

GAN, TRAINED, FITTED, IMPORTED = "gan", "trained", "fitted", "imported"

# In a line for the head of the page, and at length for the diagnostics.
VARIETY = {
    GAN: (
        "A classifier learns little from such images: where samples are noise, train longer; where they are alike, use "
        "ADA.",
        "Look at the samples. If they are alike, try ADA or LeCam, a lower learning rate or another seed, or stop "
        "earlier. If they are noise, train longer, or begin with the weights of a larger taxon.",
    ),
    TRAINED: (
        "A classifier learns little from such images: where samples are noise, train longer; where they are alike, "
        "draw with less guidance.",
        "Look at the samples. If they are alike, lower what makes images typical, such as guidance, or use more real "
        "images. If they are noise, train longer, or begin with the weights of a larger taxon.",
    ),
    FITTED: (
        "A classifier learns little from such images, and as they are computed, no longer training makes them better: "
        "change the settings of the generator, or take another family.",
        "Look at the samples. The generator is computed at once: its settings, more real images or another family "
        "change them, a longer training does not.",
    ),
    IMPORTED: (
        "A classifier learns little from such images: they were made elsewhere, so make others there, or leave them "
        "out.",
        "Look at the samples. They were made elsewhere: what made them can be mended there alone.",
    ),
}
COPIES = {
    GAN: (
        "A good distance means nothing then: use more real images, ADA or an earlier snapshot.",
        "Look at the figure of neighbours. Use more real images, more augmentation (ADA), or an earlier snapshot.",
    ),
    TRAINED: (
        "A good distance means nothing then: use more real images, more augmentation or an earlier snapshot.",
        "Look at the figure of neighbours. Use more real images, more augmentation, or an earlier snapshot.",
    ),
    FITTED: (
        "A good distance means nothing then: use more real images, or change the settings of the generator.",
        "Look at the figure of neighbours. Use more real images, or settings that leave more to chance.",
    ),
    IMPORTED: (
        "A good distance means nothing then: such images add nothing to those that there are.",
        "Look at the figure of neighbours. The images were made elsewhere, or are copies by design, as a control's.",
    ),
}


def kind_of(name: str) -> str:
    """How a family of that name comes to its images; one that is no longer there was most likely a GAN."""
    declared = family("generators", name) if is_family("generators", name) else None
    if declared is None or declared.adversarial:
        return GAN
    return FITTED if declared.fitted else TRAINED if declared.trained else IMPORTED


def advice(texts: Mapping[str, tuple[str, str]], generators: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """The line and the paragraph for generators by (name, family); of several kinds, each with its own names."""
    names: dict[str, list[str]] = {}
    for name, family_ in generators:
        of_kind = names.setdefault(kind_of(family_), [])
        of_kind += [name] if name not in of_kind else []
    if len(names) < 2:
        return texts[next(iter(names), GAN)]
    line, paragraph = (
        " ".join(f"For {listed(of_kind)}: {_uncapitalised(texts[kind][place])}" for kind, of_kind in names.items())
        for place in (0, 1)
    )
    return line, paragraph


def _uncapitalised(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
