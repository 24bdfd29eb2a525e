"""A default stands once: in the model of settings that declares its key."""

import ast
from collections.abc import Iterator
from typing import Any

import pytest

from augury.settings.base import Settings
from augury.study.config import Config
from tests.project import ROOT

SCRIPTS = ROOT / "workflow" / "scripts"
DECLARING = ("augury/settings/", "augury/study/")
# What says that nothing is done, chosen or changed, wherever it stands; and a device, which no result depends on.
NEUTRAL = (None, False, 0, 1, "", [], {}, (), "auto")
# Other things of the same name and value: what a network takes that has no such setting, and what extractors see.
OTHERS = {
    ("augury/latent/drawing.py", "space"),
    ("augury/planning/forecast/resources.py", "batch"),
    ("augury/scores/extractors.py", "size_px"),
}


def models(model: type[Settings] = Settings) -> Iterator[type[Settings]]:
    for each in model.__subclasses__():
        yield each
        yield from models(each)


def defaults() -> dict[str, list[Any]]:
    """Each key's defaults, of all models that have it."""
    assert issubclass(Config, Settings)  # which brings all families with it
    found: dict[str, list[Any]] = {}
    for model in models():
        for name, field in model.model_fields.items():
            if model.__module__.startswith("augury.") and not field.is_required():
                found.setdefault(name, []).append(field.get_default(call_default_factory=True))
    return found


def written(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names and defaults of parameters, fields, options, and of what is looked up by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            arguments = node.args
            plain = [*arguments.posonlyargs, *arguments.args]
            named = [*zip(reversed(plain), reversed(arguments.defaults), strict=False)]
            named += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
            yield from ((each.arg, value) for each, value in named if value is not None)
        elif isinstance(node, ast.ClassDef):
            fields = (each for each in node.body if isinstance(each, ast.AnnAssign) and each.value is not None)
            yield from ((ast.unparse(each.target), each.value) for each in fields)
        elif isinstance(node, ast.Call):
            words = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            if not words or not isinstance(node.func, ast.Attribute | ast.Name):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            if called == "add_argument":
                given = {each.arg: each.value for each in node.keywords}
                names = [*words, *([given["dest"].value] if "dest" in given else [])]
                yield from (
                    (name.lstrip("-").replace("-", "_"), given["default"]) for name in names if "default" in given
                )
            elif called in ("get", "getattr") and len(node.args) >= 2:
                yield words[0], node.args[-1]


def repeated(text: str, known: dict[str, list[Any]]) -> set[str]:
    """Names in a module whose default is also that of a key of the same name."""
    tree = ast.parse(text)
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = set()
    for name, expression in written(tree):
        expression = constants.get(expression.id, expression) if isinstance(expression, ast.Name) else expression
        try:
            value = ast.literal_eval(expression)
        except ValueError:
            continue
        if (value not in NEUTRAL or value is True) and value in known.get(name, ()):
            found.add(name)
    return found


def test_no_default_of_a_setting_stands_elsewhere():
    known, found = defaults(), set()
    for path in sorted(SCRIPTS.rglob("*.py")):
        name = path.relative_to(SCRIPTS).as_posix()
        if path.name != "family.py" and not name.startswith(DECLARING):
            found |= {(name, each) for each in repeated(path.read_text(encoding="utf-8"), known)}
    assert found == OTHERS


@pytest.mark.parametrize(
    "text",
    [
        "def judge(rule, *, margin=0.01): pass",
        "def judge(rule, margin: float = 0.01): pass",
        "class Rule:\n    margin: float = 0.01",
        "parser.add_argument('--margin', type=float, default=0.01)",
        "LEAST = 0.01\nparser.add_argument('-m', dest='margin', default=LEAST)",
        "settings.get('margin', 0.01)",
        "getattr(settings, 'margin', 0.01)",
    ],
)
def test_a_default_that_stands_elsewhere_is_found(text):
    assert repeated(text, defaults()) == {"margin"}
    assert repeated(text.replace("0.01", "0.3"), defaults()) == set()
