"""What a paper cites for the Vendi score."""

from augury.citing.reference import Reference

CALLED = "the Vendi score"
REFERENCES = (
    Reference(
        "friedman2023vendi", "Friedman, Dan and Dieng, Adji Bousso",
        "The Vendi Score: A Diversity Evaluation Metric for Machine Learning", 2023,
        "Transactions on Machine Learning Research", arxiv="2210.02410", kind="article",
    ),
)  # fmt: skip
