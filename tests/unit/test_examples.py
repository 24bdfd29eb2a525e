"""Examples in docstrings give what they say."""

import doctest
import importlib

import pytest

from tests.project import ROOT

SCRIPTS = ROOT / "workflow/scripts"
MODULES = sorted(
    ".".join(path.relative_to(SCRIPTS).with_suffix("").parts)
    for path in (SCRIPTS / "augury").rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name):
    outcome = doctest.testmod(importlib.import_module(name))
    assert outcome.attempted > 0
    assert outcome.failed == 0
