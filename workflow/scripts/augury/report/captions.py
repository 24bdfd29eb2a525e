"""Captions in reStructuredText, turned into pieces of HTML."""

from pathlib import Path

from docutils.core import publish_parts
from docutils.utils import SystemMessage
from markupsafe import Markup

from augury.command.errors import UserError

_SETTINGS = {
    "file_insertion_enabled": False,  # a caption is text: it reads no other file
    "raw_enabled": False,
    "halt_level": 2,
    "report_level": 5,
    "embed_stylesheet": False,
    "math_output": "MathML",
    "input_encoding": "unicode",
    "_disable_config": True,
}


def caption(path: Path) -> Markup:
    """The caption of a figure or table, empty where none was written; UserError for bad reStructuredText."""
    if not path.exists():
        return Markup("")
    try:
        parts = publish_parts(path.read_text(encoding="utf-8"), writer="html5", settings_overrides=_SETTINGS)
    except SystemMessage as error:
        raise UserError(f"{path} is no valid reStructuredText: {error}") from None
    return Markup(parts["body"])
