"""The catalogue of figures: each folder beside this file that holds a figure.py, in the order that these declare.

A figure's folder holds its declaration (figure.py), its caption (caption.rst) and its drawing (draw.py). Nothing else
lists figures. Drawings are not imported here.
"""

from pathlib import Path

from augury.figures.declaration import Figure
from augury.settings.families import declared

FIGURES: dict[str, Figure] = declared("figures", "*/figure.py", "FIGURE")


def figure_caption(name: str) -> Path:
    """The text below a figure, in reStructuredText."""
    return Path(__file__).parent / name / "caption.rst"
