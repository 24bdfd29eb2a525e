"""How synthetic images were scored and classifiers explained, as a paper tells it."""

import importlib
from collections.abc import Sequence

from augury.citing.reference import Reference, cite
from augury.citing.scores import CITING
from augury.citing.shared import ICCV
from augury.methods.facts import Facts, Paragraph
from augury.report.values import listed
from augury.study.results import Explain

GRAD_CAM = Reference(
    "selvaraju2017gradcam",
    "Selvaraju, Ramprasaath R. and Cogswell, Michael and Das, Abhishek and Vedantam, Ramakrishna and Parikh, Devi and "
    "Batra, Dhruv",
    "Grad-CAM: Visual Explanations from Deep Networks via Gradient-Based Localization", 2017, ICCV,
    arxiv="1610.02391", kind="inproceedings",
)  # fmt: skip
UMAP = Reference(
    "mcinnes2018umap", "McInnes, Leland and Healy, John and Melville, James",
    "UMAP: Uniform Manifold Approximation and Projection for Dimension Reduction", 2018, arxiv="1802.03426",
)  # fmt: skip


def scores(facts: Facts) -> Paragraph | None:
    """By what synthetic images were scored, in whose features; None where none were."""
    cited = {name: declared_by(module) for name, module in CITING.items() if name in facts.scored}
    if not cited:
        return None
    words = [f"{title}{cite(*references)}" for title, references in cited.values()]
    extractor = facts.settings.get("extractor")
    names = [extractor] if isinstance(extractor, str) else list(extractor or [])
    within = f", in features of {listed(names)}" if names else ""
    text = f"Synthetic images were scored beside training images by {listed(words)}{within}."
    return Paragraph("Scores", text, [each for _, references in cited.values() for each in references])


def explanations(facts: Facts) -> Paragraph | None:
    """What was shown of classifiers; None where nothing was."""
    if not facts.explained:
        return None
    chosen = Explain.model_validate(facts.settings.get("explain") or {})
    text = (
        f"What classifiers look at was shown for {chosen.images} test images by Grad-CAM{cite(GRAD_CAM)}, and their "
        f"features by UMAP{cite(UMAP)} ({chosen.umap_neighbors} neighbours, least distance {chosen.umap_min_dist:g})."
    )
    return Paragraph("Explanations", text, (GRAD_CAM, UMAP))


def declared_by(module: str) -> tuple[str, Sequence[Reference]]:
    """What a score's module `references` declares: its words in a sentence, and what they cite."""
    made = importlib.import_module(module)
    return made.CALLED, made.REFERENCES
