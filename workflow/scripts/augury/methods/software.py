"""Which software did it, in which versions."""

import platform
import re
from importlib import metadata
from pathlib import Path

from augury.citing.reference import Reference, cite
from augury.citing.shared import NEURIPS, TIMM
from augury.methods.facts import Facts, Paragraph
from augury.report.values import listed

HOME = Path(__file__).resolve().parents[4]
UNKNOWN = "of unknown version"
SNAKEMAKE = Reference(
    "molder2021snakemake", "Mölder, Felix and Jablonski, Kim Philipp and Letcher, Brice and others",
    "Sustainable data analysis with Snakemake", 2021, "F1000Research", "10", "33",
    doi="10.12688/f1000research.29032.2", kind="article",
)  # fmt: skip
TORCH = Reference(
    "paszke2019pytorch", "Paszke, Adam and Gross, Sam and Massa, Francisco and others",
    "PyTorch: An Imperative Style, High-Performance Deep Learning Library", 2019, NEURIPS, "32", arxiv="1912.01703",
    kind="inproceedings",
)  # fmt: skip
NUMPY = Reference(
    "harris2020numpy", "Harris, Charles R. and Millman, K. Jarrod and van der Walt, Stéfan J. and others",
    "Array programming with NumPy", 2020, "Nature", "585", "357-362", doi="10.1038/s41586-020-2649-2", kind="article",
)  # fmt: skip
SCIPY = Reference(
    "virtanen2020scipy", "Virtanen, Pauli and Gommers, Ralf and Oliphant, Travis E. and others",
    "SciPy 1.0: fundamental algorithms for scientific computing in Python", 2020, "Nature Methods", "17", "261-272",
    doi="10.1038/s41592-019-0686-2", kind="article",
)  # fmt: skip
SKLEARN = Reference(
    "pedregosa2011sklearn", "Pedregosa, Fabian and Varoquaux, Gaël and Gramfort, Alexandre and others",
    "Scikit-learn: Machine Learning in Python", 2011, "Journal of Machine Learning Research", "12", "2825-2830",
    kind="article",
)  # fmt: skip
PACKAGES = {
    "snakemake": ("Snakemake", SNAKEMAKE), "torch": ("PyTorch", TORCH), "torchvision": ("torchvision", None),
    "timm": ("timm", TIMM), "numpy": ("NumPy", NUMPY), "scipy": ("SciPy", SCIPY),
    "scikit-learn": ("scikit-learn", SKLEARN),
    "pandas": ("pandas", None), "pillow": ("Pillow", None),
}  # fmt: skip


def augury() -> Reference:
    """This software, as CITATION.cff beside it says."""
    said = citation()
    year, title = said.get("date-released", "")[:4], said.get("title", "augury")
    title = f"{title} (version {said['version']})" if "version" in said else title
    return Reference(
        "augury", "{The augury authors}", title, int(year or 0), url=said.get("repository-code", "")
    )  # fmt: skip


def citation() -> dict[str, str]:
    """Plain entries of the workflow's CITATION.cff; empty where it does not lie with the scripts."""
    try:
        text = (HOME / "CITATION.cff").read_text(encoding="utf-8")
    except OSError:
        return {}
    return {key: value.strip('"') for key, value in re.findall(r"^([a-z-]+): ([^>|\n].*)$", text, re.M)}


def version(package: str) -> str:
    """As installed here, else as pinned: a report's environment may lack what trainings ran on."""
    try:
        return metadata.version(package).partition("+")[0]  # without a build's own, such as +cpu
    except metadata.PackageNotFoundError:
        pass
    try:
        lines = (HOME / "envs" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    return next((line.partition("==")[2] for line in lines if line.startswith(f"{package}==")), UNKNOWN)


def software(facts: Facts) -> Paragraph:
    """augury and what it stands on."""
    own = augury()
    told = [f"{name} {version(package)}{cite(reference) if reference else ''}"
            for package, (name, reference) in PACKAGES.items()]  # fmt: skip
    begins = f"All steps were run by augury {citation().get('version', UNKNOWN)}{cite(own)}"
    text = f"{begins}, with Python {platform.python_version()}, {listed(told)}."
    if facts.settings.get("smoke_test"):
        text = f"This was a smoke test, whose numbers mean nothing. {text}"
    return Paragraph("Software", text, [own, *(reference for _, reference in PACKAGES.values() if reference)])
