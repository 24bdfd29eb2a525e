"""The catalogue of tables of results: each module here that has a caption beside it, in the order that they declare.

Such a module holds the rows of its table and its declaration. Nothing else lists tables.
"""

from pathlib import Path

from augury.settings.families import declared
from augury.tables.declaration import Table

TABLES: dict[str, Table] = declared("tables", "*.rst", "TABLE")


def table_caption(name: str) -> Path:
    """The text of a table, in reStructuredText."""
    return Path(__file__).parent / f"{name}.rst"
