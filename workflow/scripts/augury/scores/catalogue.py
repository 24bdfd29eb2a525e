"""The catalogue of scores of synthetic images: each folder beside this file that holds a score.py, in their order.

A score's folder holds its declaration (score.py) and its computation (compute.py). Nothing else lists scores, and no
computation is imported here.
"""

from augury.scores.declaration import Score
from augury.settings.families import declared

SCORES: dict[str, Score] = declared("scores", "*/score.py", "SCORE")
DECLARING = tuple(f"augury.scores.{name}.score" for name in SCORES)
COMPUTING = tuple(f"augury.scores.{name}.compute" for name in SCORES)
