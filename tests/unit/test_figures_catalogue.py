"""Every figure has all of its parts, and its declaration costs neither plans nor drawings anything."""

import dataclasses
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

from augury.code.closure import SCRIPTS, closure
from augury.figures.catalogue import FIGURES, figure_caption
from augury.planning import digests
from augury.report.captions import caption

PARAGRAPHS = ("What it is.", "How to read it.", "Caveats.")


def test_every_folder_is_a_figure():
    folders = [path.name for path in (SCRIPTS / "augury" / "figures").iterdir() if (path / "__init__.py").exists()]
    assert sorted(folders) == sorted(FIGURES)
    assert len({figure.order for figure in FIGURES.values()}) == len(FIGURES), "two figures have one place"
    assert [*FIGURES][:4] == ["differences", "worth", "ratio_sweep", "arms"]  # the answer stands first


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_has_all_of_its_parts(name):
    figure, module = FIGURES[name], importlib.import_module(f"augury.figures.{name}.draw")
    assert figure.title
    assert figure.description
    assert figure.suffix in ("svg", "png")
    assert module.__doc__
    assert module.draw.__doc__
    assert list(inspect.signature(module.draw).parameters) == list(figure.inputs)


@pytest.mark.parametrize("name", FIGURES)
def test_a_caption_has_three_paragraphs_and_nothing_that_snakemake_would_fill_in(name):
    html = caption(figure_caption(name))
    assert [html.count(f"<strong>{word}</strong>") for word in PARAGRAPHS] == [1, 1, 1]
    assert not re.search(r"[{}]", figure_caption(name).read_text(encoding="utf-8"))


def test_declarations_import_neither_drawings_nor_the_plan():
    code = "import sys, augury.figures.catalogue; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=SCRIPTS, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"matplotlib", "numpy", "pandas", "augury.planning"}


@pytest.mark.parametrize("name", FIGURES)
def test_what_a_figure_says_of_itself_is_no_part_of_its_drawing(name):
    of_drawing = {Path(path) for path in closure("plot_results", (f"augury.figures.{name}.draw",))}
    assert Path("workflow/scripts/augury/figures", name, "draw.py") in of_drawing
    assert not {path for path in of_drawing if path.name == "figure.py" or "planning" in path.parts}
    assert {path.parent.name for path in of_drawing if path.name == "draw.py"} == {name}


def test_the_report_compares_what_figures_say_by_value(monkeypatch):
    before = digests.words_digest()
    roc = dataclasses.replace(FIGURES["roc"], title="Receiver operating characteristic")
    monkeypatch.setitem(FIGURES, "roc", roc)
    assert digests.words_digest() != before
    monkeypatch.setitem(FIGURES, "roc", dataclasses.replace(roc, title="ROC curves"))
    assert digests.words_digest() == before
