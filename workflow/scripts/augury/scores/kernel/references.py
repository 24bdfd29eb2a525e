"""What a paper cites for the kernel distance."""

from augury.citing.reference import Reference
from augury.citing.shared import ICLR

CALLED = "the kernel distance (KID)"
REFERENCES = (
    Reference(
        "binkowski2018kid", "Bińkowski, Mikołaj and Sutherland, Danica J. and Arbel, Michael and Gretton, Arthur",
        "Demystifying MMD GANs", 2018, ICLR, arxiv="1801.01401", kind="inproceedings",
    ),
)  # fmt: skip
