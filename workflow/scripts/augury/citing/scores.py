"""Where scores of synthetic images declare what a paper cites for them: beside their computation."""

from augury.scores.catalogue import SCORES

CITING = {name: f"augury.scores.{name}.references" for name in SCORES}
