"""What some studies do besides: other test sets, corruptions, a learning curve, a classifier to hand over."""

from augury.citing.reference import Reference, cite
from augury.citing.shared import ICLR
from augury.methods.facts import Facts, Paragraph
from augury.report.values import listed

CORRUPTIONS = Reference(
    "hendrycks2019benchmarking", "Hendrycks, Dan and Dietterich, Thomas",
    "Benchmarking Neural Network Robustness to Common Corruptions and Perturbations", 2019, ICLR, arxiv="1903.12261",
    kind="inproceedings",
)  # fmt: skip


def elsewhere(facts: Facts) -> Paragraph | None:
    """On what classifiers were tested beside the test part; None for nothing."""
    named, kinds = list(facts.settings.get("tests") or {}), list(facts.settings.get("corruptions") or [])
    if not facts.rows or not (named or kinds):
        return None
    sentences = []
    if named:
        on = f"Every classifier was also tested on {listed(named)}"
        sentences.append(f"{on}; images that showed a specimen of the study were left out there.")
    if kinds:
        words = listed([kind.replace("_", " ") for kind in kinds])
        on = f"{'It' if named else 'Every classifier'} was also tested on the test part under {words}"
        sentences.append(f"{on}, at five strengths each{cite(CORRUPTIONS)}.")
    sentences.append("Comparisons on these were corrected for themselves.")
    return Paragraph("Other test sets", " ".join(sentences), (CORRUPTIONS,) if kinds else ())


def curve(facts: Facts) -> Paragraph | None:
    """What a gain was worth in real specimens; None without a learning curve."""
    multiples = [f"{each:g}" for each in facts.settings.get("learning_curve") or []]
    if not facts.judged or not multiples:
        return None
    text = (
        f"The baseline was also trained on {listed(multiples)} times as many specimens, and what each arm was worth in "
        "real specimens was read off that curve, as the numbers at which the best power law through all points fitted "
        "about as well with the arm there (95% interval); nothing was read off beyond the measured curve."
    )
    return Paragraph("Learning curve", text)


def final(facts: Facts) -> Paragraph | None:
    """What was handed over; None where nothing was."""
    chosen = facts.settings.get("final") or {}
    name = chosen.get("classifier") or chosen.get("ensemble")
    if not facts.rows or not name:
        return None
    text = (
        f"The classifier that was handed over, {name} on {chosen.get('arm')}, was trained once more on every specimen. "
        "Its number of epochs and its temperature came from the trainings on the study's splits; no test score of its "
        "own existed, and what was measured of the same recipe stood for it."
    )
    return Paragraph("Final classifier", text)
