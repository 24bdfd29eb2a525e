"""The catalogue of scores of synthetic images: each folder beside this file that holds a score.py, in their order.

A score's folder holds its declaration (score.py) and its computation (compute.py). Nothing else lists scores, and no
computation is imported here.
"""

import importlib
from pathlib import Path

from augury.scores.declaration import Score

_DECLARED: dict[str, Score] = {
    path.parent.name: importlib.import_module(f"augury.scores.{path.parent.name}.score").SCORE
    for path in sorted(Path(__file__).parent.glob("*/score.py"))
}
SCORES = dict(sorted(_DECLARED.items(), key=lambda item: item[1].order))
DECLARING = tuple(f"augury.scores.{name}.score" for name in SCORES)
COMPUTING = tuple(f"augury.scores.{name}.compute" for name in SCORES)
