"""What a paper cites for authenticity and the data-copying test."""

from augury.citing.reference import Reference
from augury.citing.shared import ICML

CALLED = "authenticity and the data-copying test"
REFERENCES = (
    Reference(
        "alaa2022faithful",
        "Alaa, Ahmed M. and van Breugel, Boris and Saveliev, Evgeny and van der Schaar, Mihaela",
        "How Faithful is your Synthetic Data? Sample-level Metrics for Evaluating and Auditing Generative Models", 2022,
        ICML, arxiv="2102.08921", kind="inproceedings",
    ),
    Reference(
        "meehan2020copying", "Meehan, Casey and Chaudhuri, Kamalika and Dasgupta, Sanjoy",
        "A Non-Parametric Test to Detect Data-Copying in Generative Models", 2020,
        "International Conference on Artificial Intelligence and Statistics", arxiv="2004.05675", kind="inproceedings",
    ),
)  # fmt: skip
