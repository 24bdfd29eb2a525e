"""The catalogue of tables of results: each module here that has a caption beside it, in the order that they declare.

Such a module holds the rows of its table and its declaration. Nothing else lists tables.
"""

import importlib
from pathlib import Path

from augury.tables.declaration import Table

_FOLDER = Path(__file__).parent
_DECLARED: dict[str, Table] = {
    path.stem: importlib.import_module(f"augury.tables.{path.stem}").TABLE for path in sorted(_FOLDER.glob("*.rst"))
}
TABLES = dict(sorted(_DECLARED.items(), key=lambda item: item[1].order))


def table_caption(name: str) -> Path:
    """The text of a table, in reStructuredText."""
    return _FOLDER / f"{name}.rst"
