"""What torch imports and hardly a step uses: its compiler and shapes without numbers.

The compiler, which its optimisers and torchvision import, takes 1.5 s of the processor at a start. A stand-in takes its
place, and makes way for the compiler itself as soon as anything else is asked of it, as an export to ONNX does. What
operators make of the shapes of tensors on the device `meta` takes 0.25 s of a start's 1.4 (medians of six); who passes
such tensors through a network asks for it before. Standard library only: it is there before torch is.
"""

import importlib.abc
import importlib.util
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

NAME = "torch._dynamo"
UTILS = f"{NAME}.utils"  # of which torchvision takes a question that it asks of detectors alone
SHAPES = "torch._meta_registrations"


class _StandIn(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(_compiler(self.__name__), name)


class _Finder:
    """Asked first for what is imported: all that lies below the stand-in is the compiler's."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if not name.startswith(f"{NAME}."):
            return None
        return importlib.util.spec_from_loader(name, _Imported(_compiler(name)))


class _Imported(importlib.abc.Loader):
    """Of a module that is imported already."""

    def __init__(self, module: ModuleType) -> None:
        self.module, self.spec = module, module.__spec__

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return self.module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self.spec


class _WithoutShapes(importlib.abc.Loader):
    """Of a module that is imported for what it registers: of that, random numbers need what comes with `_prims`."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        return importlib.util.spec_from_loader(name, _WithoutShapes()) if name == SHAPES else None

    def exec_module(self, module: ModuleType) -> None:
        importlib.import_module("torch._prims")


def leave_out_compiler() -> None:
    """Have torch do without both in this process, unless they are there."""
    if "torch" not in sys.modules and _WithoutShapes not in sys.meta_path:
        sys.meta_path.insert(0, _WithoutShapes)
    if NAME in sys.modules:
        return
    stand_in, utils = _StandIn(NAME), _StandIn(UTILS)
    vars(stand_in).update(__path__=[], disable=_as_it_is, graph_break=lambda *_, **__: None, utils=utils)
    vars(utils).update(is_compile_supported=lambda device: _compiler(UTILS).is_compile_supported(device))
    sys.modules |= {NAME: stand_in, UTILS: utils}
    sys.meta_path.insert(0, _Finder)


def know_shapes() -> None:
    """Have operators know the shapes of tensors on the device `meta`: torch is there."""
    if _WithoutShapes in sys.meta_path:
        sys.meta_path.remove(_WithoutShapes)
        sys.modules.pop(SHAPES, None)
        importlib.import_module(SHAPES)


def _as_it_is(fn: Callable[..., Any] | None = None, *_: Any, **__: Any) -> Callable[..., Any]:
    # What is to be kept from being compiled, as a decorator or with its options.
    return fn or _as_it_is


def _compiler(name: str) -> ModuleType:
    """Its module of this name, once the stand-in is gone."""
    if _Finder in sys.meta_path:
        sys.meta_path.remove(_Finder)
        for each in (NAME, UTILS):
            sys.modules.pop(each, None)
        know_shapes()
        importlib.import_module(NAME)
    return importlib.import_module(name)
