"""What a client is made with."""

from __future__ import annotations

from typing import Any

import pytest

import splitrank
from splitrank import AsyncClient, Client, SplitrankError
from splitrank._config import base_of


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://localhost:8000", "http://localhost:8000"),
        (" http://localhost:8000/ ", "http://localhost:8000"),
        ("https://example.com/search/", "https://example.com/search"),
        ("https://example.com/rerank", "https://example.com"),
        ("https://example.com/a/rerank/", "https://example.com/a"),
        ("https://example.com/a/rerank/batch", "https://example.com/a"),
        ("https://example.com/a/prererank", "https://example.com/a/prererank"),
        ("https://example.com/batch", "https://example.com/batch"),
        ("https://שלום.example", "https://xn--9dbne9b.example"),
        ("http://[::1]:8000/rerank", "http://[::1]:8000"),
    ],
)
def test_addresses(url: str, base: str) -> None:
    assert base_of(url) == base


@pytest.mark.parametrize("make", [Client, AsyncClient])
@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"url": ""}, "url"),
        ({"url": "localhost:8000"}, "url"),
        ({"url": "ftp://localhost"}, "url"),
        ({"url": "http://"}, "url"),
        ({"url": "http://[::1"}, "url"),
        ({"url": "http://localhost?key=1"}, "url"),
        ({"url": 3}, "url"),
        ({"key": ""}, "key"),
        ({"key": " "}, "key"),
        ({"key": "two words"}, "key"),
        ({"key": "line\n"}, "key"),
        ({"key": "מפתח"}, "key"),
        ({"key": "k", "url": "http://user:word@localhost"}, "key"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": None}, "timeout"),
        ({"timeout": float("inf")}, "timeout"),
        ({"retries": -1}, "retries"),
        ({"retries": 1.5}, "retries"),
        ({"fallback": None}, "fallback"),
        ({"fallback": True}, "fallback"),
        ({"max_answer_bytes": 0}, "max_answer_bytes"),
    ],
)
def test_what_is_wrong_is_named(make: Any, arguments: dict[str, Any], field: str) -> None:
    with pytest.raises(SplitrankError, match=field) as caught:
        make(**arguments)
    assert caught.value.field == field
    assert "word" not in str(caught.value) or field != "url"


@pytest.mark.parametrize("variable", ["SPLITRANK_API_KEY", "SPLITRANK_URL"])
def test_an_empty_variable_is_an_error(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "")
    with pytest.raises(splitrank.OutOfRangeError, match=f"{variable} is empty"):
        Client()
    Client("http://localhost", key="k").close()  # an argument goes before


def test_the_address_is_shown_without_its_password() -> None:
    assert repr(Client("http://user:secret@localhost/a")) == "Client('http://localhost/a')"


def test_signatures_show_the_options() -> None:
    import inspect

    for function in (splitrank.rerank, Client.rerank, Client.stream, AsyncClient.rerank, AsyncClient.stream):
        shown = inspect.signature(function).parameters
        assert {"query", "documents", "fallback", "timeout", *splitrank.Options.__annotations__} <= shown.keys()
        assert shown["top_k"].annotation == "int | None"
