"""Where scores of synthetic images declare what a paper cites for them: beside their computation."""

from pathlib import Path

from augury.scores.catalogue import SCORES

_SCORES = Path(__file__).resolve().parents[1] / "scores"
CITING = {name: f"augury.scores.{name}.references" for name in SCORES if (_SCORES / name / "references.py").is_file()}
