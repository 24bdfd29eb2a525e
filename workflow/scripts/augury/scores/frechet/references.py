"""What a paper cites for the Frechet distance and its extrapolation."""

from augury.citing.reference import Reference
from augury.citing.shared import CVPR, NEURIPS

CALLED = "the Frechet distance and its extrapolation to infinitely many images"
REFERENCES = (
    Reference(
        "heusel2017fid",
        "Heusel, Martin and Ramsauer, Hubert and Unterthiner, Thomas and Nessler, Bernhard and Hochreiter, Sepp",
        "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium", 2017, NEURIPS, "30",
        arxiv="1706.08500", kind="inproceedings",
    ),
    Reference(
        "chong2020unbiased", "Chong, Min Jin and Forsyth, David",
        "Effectively Unbiased FID and Inception Score and Where to Find Them", 2020, CVPR, arxiv="1911.07023",
        kind="inproceedings",
    ),
)  # fmt: skip
