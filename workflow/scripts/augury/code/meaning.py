"""What of a module's source can change a result, as a canonical text and its digest. Standard library only.

The text is written from the syntax tree, field by field, so that it is the same under every Python from 3.11 on, and
an update of Python makes nothing stale. It holds all of the tree but for:

- comments, layout, docstrings and other statements that are a constant; `pass`;
- annotations outside of class bodies (fields of a dataclass are typed data and count);
- messages: what `print` (to the terminal or the log) and `tell` say, the text of UserError, Stopped and Diverged, which
  end a script, and of a failed assertion, `help` and `metavar` of an option. A call within a message that is not known
  to be without effect counts, and so does `print(..., file=...)`. Texts of other exceptions count: the reason why an
  image cannot be used is an entry of a table;
- what is declared for people: the meaning of a column, what a table says of itself, how a score is shown. The report,
  which repeats it, compares it by value (planning.digests);
- progress: the making of a `Progress` and its updates;
- an `if` whose branches hold nothing else, what stands below `if TYPE_CHECKING:`, and imports of modules that change
  no result (QUIET).
"""

import ast
import hashlib
from collections.abc import Iterable, Iterator

# Modules and packages that change no result: they speak, cite, stop, digest and keep, or declare settings, which are
# compared by value; the rest of a script does the work.
QUIET = (
    "augury.citing",
    "augury.code",
    "augury.command.allocation",
    "augury.command.compiler",
    "augury.command.errors",
    "augury.command.parent",
    "augury.command.progress",
    "augury.command.script",
    "augury.command.time_limit",
    "augury.settings",
    "augury.store",
    "augury.study",
)
_DECLARES = "family"  # a module of this name declares a family
_ENDS = {"UserError", "Stopped", "Diverged"}  # exceptions whose text is only reported
_TELLERS = {"print", "tell", "script.tell"}
_DECLARED = {"Table"}
_COLUMNS = {"column", "estimate", "measure"}  # whose keywords are columns too
_BAR, _MOVES = "Progress", {"update", "add"}
_TERMINAL = {"sys.stderr", "sys.stdout"}
_FOR_PEOPLE = {"add_argument": ("help", "metavar"), "Column": ("about", "head", "form", "better")}  # keywords
# Functions and methods that a message may call without an effect of its own.
_HARMLESS = {"abs", "bool", "float", "format_seconds", "int", "len", "repr", "round", "str", "type"}
_HARMLESS_METHODS = {"format", "item", "items", "join", "keys", "lower", "monotonic", "strftime", "strip", "upper"}
_HARMLESS_METHODS |= {"relative_to", "values"}
_TYPING = "typing.TYPE_CHECKING"
_EFFECTS = (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)
_LEFT_OUT = {"ctx", "kind", "type_comment", "type_ignores", "returns"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def is_quiet(module: str) -> bool:
    """Whether a module, by its dotted name, changes no result."""
    return _DECLARES in module.split(".") or any(module == name or module.startswith(f"{name}.") for name in QUIET)


def is_for_types(node: ast.If) -> bool:
    """Whether a type checker alone reads what stands below an `if`."""
    return _last_name(node.test) == "TYPE_CHECKING" and ast.unparse(node.test) in ("TYPE_CHECKING", _TYPING)


def digest_of(tree: ast.Module) -> str:
    """A digest of what counts in a module."""
    return hashlib.sha256(meaning_of(tree).encode()).hexdigest()


def meaning_of(tree: ast.Module) -> str:
    """What counts in a module, in ASCII."""
    return _Writer(frozenset(), any(map(_is_bar, ast.walk(tree)))).text(tree)


class _Writer:
    """bars: names that hold nothing but a Progress where we are. makes_bars: whether the module has any."""

    def __init__(self, bars: frozenset[str], makes_bars: bool) -> None:
        self.bars, self.makes_bars = bars, makes_bars

    def text(self, value: object, in_class: bool = False) -> str:
        if isinstance(value, list):
            parts = self.statements(value, in_class) if _are_statements(value) else map(self.text, value)
            return f"[{' '.join(parts)}]"
        if not isinstance(value, ast.AST):
            return ascii(value)  # a repr of other letters depends on the version
        if isinstance(value, _FUNCTIONS):
            return (_Writer(_bars_of(value, self.bars), True) if self.makes_bars else self).fields(value)
        if isinstance(value, ast.Call):
            return self.call(value)
        if isinstance(value, ast.JoinedStr):
            return _joined("JoinedStr", *self.pieces(value.values))
        if isinstance(value, ast.arg):
            return f"(arg {value.arg})"
        return self.fields(value)

    def fields(self, node: ast.AST) -> str:
        words = [type(node).__name__]
        for name in node._fields:
            value = getattr(node, name, None)
            # Versions differ in which fields there are; one that is empty says nothing.
            if name not in _LEFT_OUT and (value not in (None, []) or isinstance(node, ast.Constant)):
                words.append(f"{name}={self.text(value, isinstance(node, ast.ClassDef))}")
        return _joined(*words)

    def statements(self, body: list[ast.stmt], in_class: bool) -> Iterator[str]:
        for node in body:
            if isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
                continue
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield from self.imported(node)
            elif (message_arguments := self.message_arguments(node)) is not None:
                yield from self.effects(message_arguments)
            elif isinstance(node, ast.If) and is_for_types(node):
                yield from self.statements(node.orelse, in_class)
            elif isinstance(node, ast.If):
                branches = [list(self.statements(branch, in_class)) for branch in (node.body, node.orelse)]
                if any(branches):
                    yield _joined("If", self.text(node.test), *(f"[{' '.join(branch)}]" for branch in branches))
                else:
                    yield from self.effects([node.test])
            elif isinstance(node, ast.Assert):
                messages = [node.msg] if node.msg else []
                yield _joined("Assert", self.text(node.test), *self.effects(messages))
            elif isinstance(node, ast.AnnAssign) and not in_class:
                value = [node.value] if node.value else []
                yield f"(Assign targets={self.text([node.target])} value={' '.join(map(self.text, value))})"
            else:
                yield self.text(node)

    def message_arguments(self, node: ast.stmt) -> list[ast.expr] | None:
        """The expressions of a statement that only says something, or moves a bar; None where it does more."""
        call = node.value if isinstance(node, ast.Expr | ast.Assign) else None
        if not isinstance(call, ast.Call):
            return None
        if isinstance(node, ast.Assign):
            return _arguments(call) if _is_bar(call) and _names(node.targets) <= self.bars else None
        if _last_name(call.func) in _TELLERS and ast.unparse(call.func) in _TELLERS:
            files = [word.value for word in call.keywords if word.arg == "file"]
            return _arguments(call) if all(ast.unparse(file) in _TERMINAL for file in files) else None
        moved = [call.func.value] if isinstance(call.func, ast.Attribute) and call.func.attr in _MOVES else []
        return _arguments(call) if moved and _names(moved) <= self.bars else None

    def call(self, node: ast.Call) -> str:
        name = _last_name(node.func)
        if isinstance(node.func, ast.Name) and name in _DECLARED | _COLUMNS:
            return _joined("Call", name, *(str(word.arg) for word in node.keywords if name in _COLUMNS))
        if name in _ENDS or name == _BAR:
            return _joined("Call", self.text(node.func), *self.effects(_arguments(node)))
        words = [word for word in node.keywords if word.arg not in _FOR_PEOPLE.get(name or "", ())]
        return f"(Call {self.text(node.func)} {self.text(node.args)} {self.text(words)})"

    def effects(self, nodes: Iterable[ast.AST]) -> Iterator[str]:
        """What of a message may have an effect: the outermost calls of unknown functions, and assignments."""
        for node in nodes:
            if isinstance(node, _EFFECTS) or (isinstance(node, ast.Call) and not _is_harmless(node.func)):
                yield self.text(node)
            else:
                yield from self.effects(ast.iter_child_nodes(node))

    def pieces(self, values: list[ast.expr]) -> Iterator[str]:
        # Versions cut the text of an f-string in other places.
        words = ""
        for value in values:
            if isinstance(value, ast.Constant):
                words += str(value.value)
                continue
            yield from [ascii(words)] if words else []
            words = ""
            yield self.text(value)
        yield from [ascii(words)] if words else []

    def imported(self, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
        module = getattr(node, "module", None)
        prefix = f"{module}." if module else ""
        names = [alias for alias in node.names if not is_quiet(name := prefix + alias.name) and name != _TYPING]
        if names:
            yield _joined(type(node).__name__, f"{module} {getattr(node, 'level', 0)}", *map(self.text, names))


def _joined(*parts: str) -> str:
    return f"({' '.join(parts)})"


def _are_statements(value: list[object]) -> bool:
    return bool(value) and isinstance(value[0], ast.stmt)


def _arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(word.value for word in call.keywords)]


def _last_name(function: ast.expr) -> str | None:
    return getattr(function, "attr", getattr(function, "id", None))


def _is_harmless(function: ast.expr) -> bool:
    return getattr(function, "attr", None) in _HARMLESS_METHODS or getattr(function, "id", None) in _HARMLESS


def _is_bar(value: ast.AST) -> bool:
    return isinstance(value, ast.Call) and _last_name(value.func) == _BAR


def _names(targets: list[ast.expr]) -> set[str]:
    return {getattr(target, "id", "") for target in targets}


def _bars_of(function: ast.AST, outer: frozenset[str]) -> frozenset[str]:
    """Names that in a function, and what it encloses, are bound to a Progress alone."""
    bars: list[str] = []
    others: list[str] = []
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and _is_bar(node.value) and len(node.targets) == 1:
            bars += _names(node.targets)
        elif isinstance(node, ast.arg):
            others.append(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            others.append(node.id)
    # Each binding of a bar is also the storing of a name.
    own = {name for name in bars if others.count(name) == bars.count(name)}
    return (outer - set(others)) | own
