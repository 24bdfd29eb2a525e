"""What figures, tables and scores say of themselves: the report repeats it, and no digest of code holds it."""

import hashlib
import json

from augury.figures.catalogue import FIGURES
from augury.scores.catalogue import SCORES
from augury.tables.catalogue import TABLES
from augury.tables.columns import described


def words_digest() -> str:
    """Changes with their titles, their order, the meaning of their columns and how they are shown."""
    figures = {name: (each.order, each.title, each.description, each.leads) for name, each in FIGURES.items()}
    tables = {name: (each.order, each.title, each.apart, described(each.row)) for name, each in TABLES.items()}
    scores = {name: [(one.head, one.form, one.better) for one in each.columns] for name, each in SCORES.items()}
    return hashlib.sha256(json.dumps([figures, tables, scores], sort_keys=True).encode()).hexdigest()[:16]
