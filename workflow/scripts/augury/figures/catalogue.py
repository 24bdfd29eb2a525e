"""The catalogue of figures: each folder beside this file that holds a figure.py, in the order that these declare.

A figure's folder holds its declaration (figure.py), its caption (caption.rst) and its drawing (draw.py). Nothing else
lists figures. Drawings are not imported here.
"""

import importlib
from pathlib import Path

from augury.figures.declaration import Figure

_FOLDER = Path(__file__).parent
_DECLARED: dict[str, Figure] = {
    path.parent.name: importlib.import_module(f"augury.figures.{path.parent.name}.figure").FIGURE
    for path in sorted(_FOLDER.glob("*/figure.py"))
}
FIGURES = dict(sorted(_DECLARED.items(), key=lambda item: item[1].order))


def figure_caption(name: str) -> Path:
    """The text below a figure, in reStructuredText."""
    return _FOLDER / name / "caption.rst"
