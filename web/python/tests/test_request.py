"""Requests are checked before anything is sent: no server is asked here."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

import splitrank
from calls import Calls
from splitrank import Request, SplitrankError

NOWHERE = "http://127.0.0.1:9"  # the port of the discard service: nobody listens


@pytest.mark.parametrize(
    ("query", "documents", "options", "error", "field"),
    [
        (None, ["d"], {}, splitrank.WrongTypeError, "query"),
        ("", ["d"], {}, splitrank.EmptyQueryError, "query"),
        (" \n", ["d"], {}, splitrank.EmptyQueryError, "query"),
        ("q", [], {}, splitrank.NoDocumentsError, "documents"),
        ("q", iter(()), {}, splitrank.NoDocumentsError, "documents"),
        ("q", "a lone text", {}, splitrank.WrongTypeError, "documents"),
        ("q", {"text": "d"}, {}, splitrank.WrongTypeError, "documents"),
        ("q", None, {}, splitrank.WrongTypeError, "documents"),
        ("q", ["d", None], {}, splitrank.WrongTypeError, "documents[1]"),
        ("q", [b"d"], {}, splitrank.WrongTypeError, "documents[0]"),
        ("q", [{"txt": "d"}], {}, splitrank.MissingFieldError, "documents[0].text"),
        ("q", [{"text": None}], {}, splitrank.WrongTypeError, "documents[0].text"),
        ("q", [{"text": 3}], {}, splitrank.WrongTypeError, "documents[0].text"),
        ("q", [{"text": "d", "title": 3}], {}, splitrank.WrongTypeError, "documents[0].title"),
        ("q", [{"text": "d", "rank": 0}], {}, splitrank.OutOfRangeError, "documents[0].rank"),
        ("q", [{"text": "d", "rank": True}], {}, splitrank.WrongTypeError, "documents[0].rank"),
        ("q", [{"text": "d", "rank": 1.5}], {}, splitrank.WrongTypeError, "documents[0].rank"),
        ("q", [{"text": "d", "score": "0.5"}], {}, splitrank.WrongTypeError, "documents[0].score"),
        ("q", [{"text": "d", "score": float("nan")}], {}, splitrank.NotFiniteError, "documents[0].score"),
        ("q", [{"text": "d", "score": 10**400}], {}, splitrank.NotFiniteError, "documents[0].score"),
        ("q", ["d"], {"topk": 3}, splitrank.UnknownFieldError, "topk"),
        ("q", ["d"], {"top_k": 0}, splitrank.OutOfRangeError, "top_k"),
        ("q", ["d"], {"top_k": 10**10}, splitrank.OutOfRangeError, "top_k"),
        ("q", ["d"], {"top_k": "3"}, splitrank.WrongTypeError, "top_k"),
        ("q", ["d"], {"pipeline": 3}, splitrank.WrongTypeError, "pipeline"),
        ("q", ["d"], {"explain": 1}, splitrank.WrongTypeError, "explain"),
        ("q", ["d"], {"diversity": 1.1}, splitrank.OutOfRangeError, "diversity"),
        ("q", ["d"], {"diversity": float("inf")}, splitrank.NotFiniteError, "diversity"),
        ("q", ["d"], {"budget": 3}, splitrank.WrongTypeError, "budget"),
        ("q", ["d"], {"budget": {"deadline": 3}}, splitrank.UnknownFieldError, "budget.deadline"),
        ("q", ["d"], {"budget": {"tokens": 0}}, splitrank.OutOfRangeError, "budget.tokens"),
        ("q", ["d"], {"deadline_ms": 0.5}, splitrank.WrongTypeError, "deadline_ms"),
        ("q", ["d"], {"deadline_ms": 5, "budget": {"deadline_ms": 6}}, splitrank.ConflictingFieldsError, "deadline_ms"),
        ("q", ["d"], {"truncation": {"windows": {"stride": -1}}}, splitrank.OutOfRangeError, "truncation.windows.stride"),
        ("q", ["d"], {"fallback": "second-stage"}, splitrank.OutOfRangeError, "fallback"),
        ("q", ["d"], {"timeout": 0}, splitrank.OutOfRangeError, "timeout"),
        ("q", ["d"], {"timeout": float("nan")}, splitrank.NotFiniteError, "timeout"),
    ],
)
def test_what_is_wrong_is_named(
    calls: Calls, query: Any, documents: Any, options: dict[str, Any], error: type[SplitrankError], field: str
) -> None:
    for call in (calls.rerank, calls.stream):
        given = list(documents) if not isinstance(documents, str | dict | list | None) else documents
        with pytest.raises(error) as caught:
            call(NOWHERE, query, given, **{"fallback": "first-stage", **options})
        assert caught.value.field == field
        assert field.split(".")[-1].split("[")[0] in str(caught.value)
        assert caught.value.status is None


def test_wrong_types_are_type_errors_too() -> None:
    with pytest.raises(TypeError, match="unknown option topk; known are top_k, pipeline"):
        Request("q", ["d"], topk=3)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Request("q", "d", top_k="3")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("documents", "options", "sent"),
    [
        (["ד"], {}, {"documents": ["ד"]}),
        (["d"], {"top_k": None, "explain": None, "budget": None}, {}),
        (["d"], {"cache": False, "explain": True, "strict": False}, {"cache": False, "explain": True, "strict": False}),
        (["d"], {"deadline_ms": 150}, {"budget": {"deadline_ms": 150}}),
        (["d"], {"deadline_ms": 150, "budget": {"tokens": 9, "documents": None}}, {"budget": {"tokens": 9, "deadline_ms": 150}}),
        (["d"], {"deadline_ms": 150, "budget": {"deadline_ms": 150}}, {"budget": {"deadline_ms": 150}}),
        (["d"], {"diversity": Fraction(1, 4)}, {"diversity": 0.25}),
        (["d"], {"truncation": {"windows": {}}}, {"truncation": {"windows": {}}}),
        (
            [{"text": "d", "title": None, "rank": 3, "score": Fraction(1, 2), "id": object(), "source": {1, 2}}],
            {},
            {"documents": [{"text": "d", "rank": 3, "score": 0.5}]},
        ),
        (["a\ud800b\ud83d\ude00"], {}, {"documents": ["a\ufffdb😀"]}),
    ],
)
def test_what_is_sent(documents: list[Any], options: dict[str, Any], sent: dict[str, Any]) -> None:
    body = Request("q", documents, **options).body()
    assert json.loads(body) == {"query": "q", "documents": ["d"], **sent}


def test_hebrew_is_sent_as_it_is() -> None:
    assert "לחם".encode() in Request("לחם", ["לחם"]).body()


@pytest.mark.parametrize(
    ("requests", "error"),
    [([], splitrank.NoRequestsError), ([("q", ["d"])], splitrank.WrongTypeError), (["q"], splitrank.WrongTypeError)],
)
def test_batches_of_nothing(calls: Calls, requests: list[Any], error: type[SplitrankError]) -> None:
    with pytest.raises(error, match="requests"):
        calls.batch(NOWHERE, requests, fallback="first-stage")


def test_documents_stay_as_they_are() -> None:
    documents: list[Any] = [{"text": "d", "title": None}]
    Request("q", documents, top_k=1)
    assert documents == [{"text": "d", "title": None}]


def test_numbers_of_numpy() -> None:
    np = pytest.importorskip("numpy", reason="numpy is not installed")
    documents: list[Any] = [{"text": "d", "rank": np.int64(3), "score": np.float32(0.5)}]
    body = Request("q", documents, top_k=np.int32(1), diversity=np.float64(0.25)).body()
    assert json.loads(body) == {"query": "q", "documents": [{"text": "d", "rank": 3, "score": 0.5}], "top_k": 1, "diversity": 0.25}
    with pytest.raises(splitrank.NotFiniteError):
        Request("q", [{"text": "d", "score": np.float32("nan")}])
