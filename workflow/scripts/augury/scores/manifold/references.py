"""What a paper cites for precision, recall, density and coverage."""

from augury.citing.reference import Reference
from augury.citing.shared import ICML, NEURIPS

CALLED = "precision, recall, density and coverage"
REFERENCES = (
    Reference(
        "kynkaanniemi2019precision",
        "Kynkäänniemi, Tuomas and Karras, Tero and Laine, Samuli and Lehtinen, Jaakko and Aila, Timo",
        "Improved Precision and Recall Metric for Assessing Generative Models", 2019, NEURIPS, "32",
        arxiv="1904.06991", kind="inproceedings",
    ),
    Reference(
        "naeem2020density",
        "Naeem, Muhammad Ferjad and Oh, Seong Joon and Uh, Youngjung and Choi, Yunjey and Yoo, Jaejun",
        "Reliable Fidelity and Diversity Metrics for Generative Models", 2020, ICML, arxiv="2002.09797",
        kind="inproceedings",
    ),
)  # fmt: skip
