"""Signatures that show the options by name, in help() and in notebooks."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from ._options import OPTIONS, Options

F = TypeVar("F", bound=Callable[..., Any])


def with_options(function: F) -> F:
    """Replaces **options in what inspect.signature shows of function. Type checkers see Unpack[Options]."""
    signature = inspect.signature(function)
    plain = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    named = [inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_type_of(n)) for n in OPTIONS]
    function.__dict__["__signature__"] = signature.replace(parameters=plain + named)
    return function


def _type_of(option: str) -> Any:
    annotation = Options.__annotations__[option]
    return getattr(annotation, "__forward_arg__", annotation)
