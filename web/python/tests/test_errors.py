"""Errors carry the API's codes."""

from __future__ import annotations

import pickle
import re

import pytest

import splitrank
from serving import ROOT
from splitrank import AwayError, RequestError, SplitrankError
from splitrank._errors import error_class

OWN = {"unreachable", "timeout", "bad_answer"}


def classes() -> dict[str, type[SplitrankError]]:
    found = [getattr(splitrank, name) for name in splitrank.__all__]
    return {c.code: c for c in found if isinstance(c, type) and issubclass(c, SplitrankError) and c.code}


def test_every_code_of_the_api_has_a_class() -> None:
    """A code that the API gains must come here too."""
    source = (ROOT / "shared/api/error.go").read_text()
    codes = set(re.findall(r'\bCode = "(\w+)"', source))
    assert len(codes) > 30
    assert classes().keys() == codes | OWN


@pytest.mark.parametrize("code", sorted(classes()))
def test_a_class_is_named_after_its_code(code: str) -> None:
    name = classes()[code].__name__.removesuffix("Error").lower()
    assert name == {"timeout": "timedout"}.get(code, code.replace("_", ""))
    assert issubclass(classes()[code], RequestError | AwayError)


@pytest.mark.parametrize(
    ("code", "status", "base"),
    [
        ("overloaded", 429, splitrank.OverloadedError),
        ("novel", 400, RequestError),
        ("novel", 422, RequestError),
        ("novel", 408, AwayError),
        ("novel", 429, AwayError),
        ("novel", 500, AwayError),
        ("novel", 503, AwayError),
        ("novel", None, SplitrankError),
    ],
)
def test_codes_of_a_newer_server(code: str, status: int | None, base: type[SplitrankError]) -> None:
    assert error_class(code, status) is base


def test_errors_survive_pickling() -> None:
    error = splitrank.OverloadedError("full", field="f", status=429, retry_after=2.0)
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error) and str(back) == "full"
    assert (back.code, back.field, back.status, back.retry_after) == ("overloaded", "f", 429, 2.0)
    assert pickle.loads(pickle.dumps(SplitrankError("m", code="novel"))).code == "novel"
