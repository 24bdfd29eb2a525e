"""What figures and tables say of themselves: the report repeats it, and no digest of code holds it."""

import hashlib
import json

from augury.figures.catalogue import FIGURES
from augury.tables.catalogue import TABLES
from augury.tables.columns import described


def words_digest() -> str:
    """Changes with their titles, their order and the meaning of their columns."""
    figures = {name: (each.order, each.title, each.description, each.leads) for name, each in FIGURES.items()}
    tables = {name: (each.order, each.title, each.apart, described(each.row)) for name, each in TABLES.items()}
    return hashlib.sha256(json.dumps([figures, tables], sort_keys=True).encode()).hexdigest()[:16]
