"""Answers are checked before a caller sees them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest

import splitrank
from serving import ROOT, answer, result
from splitrank import BadAnswerError, Blend, Explanation, Match, Part, Request, Term
from splitrank._wire import answer_of, retry_after_of

VECTORS = ROOT / "shared/answer/testdata/vectors.jsonl"
GOLDEN = ROOT / "shared/api/testdata/golden"
TWO = Request("q", ["a", "b"])


def vectors() -> Iterator[dict[str, Any]]:
    for line in VECTORS.read_text(encoding="utf-8").splitlines():
        vector: dict[str, Any] = json.loads(line)
        if "part" in vector:
            yield vector


def test_the_checks_are_those_of_the_core() -> None:
    """What the Go core and the npm package refuse is refused, and nothing else."""
    seen = {"right": 0, "wrong": 0}
    for vector in vectors():
        asked = vector["request"]
        request = Request(asked["query"], [asked["documents"][i] for i in sorted(vector["kept"])], diversity=asked.get("diversity"))
        body = json.dumps(answer(*vector["part"])).encode()
        if "wrong" in vector:
            seen["wrong"] += 1
            with pytest.raises(BadAnswerError):
                answer_of(body, request)
        else:
            seen["right"] += 1
            assert [r.index for r in answer_of(body, request).results] == [part["index"] for part in vector["part"]], vector["name"]
    assert seen["wrong"] >= 9 and seen["right"] >= 100


def test_the_fullest_answer() -> None:
    found = answer_of((GOLDEN / "full.json").read_bytes(), Request("q", ["x", "y"]))
    best, last = found.results
    assert (best.index, best.rank, best.relevance_score, best.heuristic_score, best.logit) == (1, 1, 0.75, 0.5, -1.25)
    assert best.truncated and best.document == "y" and best.echo == {"text": "א", "page": [1, 2.5]}
    part = Part("length", 0.0000152587890625, 0.0000457763671875, -0.0000152587890625)
    assert best.explanation == Explanation(
        (Part("span", 0.5, 1.0, 0.5), part),
        "kept: first stage",
        blend=Blend((Term("logit", -1.25, 2.0, -2.5), Term("shift", 3.5, 1.0, 3.5)), 1.0),
    )
    assert best.matches == (Match(0, 2), Match(5, 9))
    assert last.matches == () and last.logit is None and not last.truncated
    assert (found.model, found.calibration, found.scorer, found.language, found.stemmed) == ("m", "c", "h1+en", "he", True)
    assert (found.degraded, found.reason) == (True, "deadline")
    assert found.usage == splitrank.Usage(documents=2, scored=6, cached=3, known=2, read=1, trimmed=4, tokens=5)
    assert found.timings_ms == splitrank.Timings(1.5, 0.25, 0.125, 1, query=0.25, documents=0.5, comparing=0.125)


def test_the_barest_answer() -> None:
    golden = json.loads((GOLDEN / "bare.json").read_text())
    found = answer_of(json.dumps(golden).encode(), Request("q", ["x"] * len(golden["results"])))
    assert found.reason is None and found.calibration is None


def test_what_a_newer_server_adds_is_passed_over() -> None:
    newer = answer(result(1, 1, 0.75, scored_by="llm", novelty={"a": 1}), result(0, 2, 0.25, logit=None), more=[1])
    newer["usage"] = {**newer["usage"], "guessed": 3}  # type: ignore[dict-item]
    assert answer_of(json.dumps(newer).encode(), TWO).results[0].scored_by == "llm"


def test_an_older_server_counts_otherwise() -> None:
    usage = {"documents": 20, "scored": 7, "cached": 4, "trimmed": 9, "tokens": 700}
    older = answer(usage=usage, timings_ms={"total": 3, "heuristic": 1, "queue": 0, "inference": 2})
    found = answer_of(json.dumps(older).encode(), TWO)
    assert found.usage == splitrank.Usage(documents=20, scored=11, cached=4, read=7, trimmed=9, tokens=700)
    assert found.timings_ms == splitrank.Timings(total=3, heuristic=1, inference=2)


def without(key: str) -> dict[str, Any]:
    return {k: v for k, v in answer().items() if k != key}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!doctype html>",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        b'{"results":' + b"[" * 100_000,
        json.dumps([{"chunk_id": "a", "rerank_score": 1}]).encode(),
        json.dumps({"results": [{"index": 0, "relevance_score": 0.5}]}).encode(),
        *(json.dumps(without(key)).encode() for key in ("results", "model", "scorer", "degraded", "usage", "timings_ms")),
        *(
            json.dumps(answer(*results)).encode()
            for results in (
                [result(0, 1)],
                [result(0, 1), result(1, 2), result(1, 3)],
                [result(0, 1), result(0, 2)],
                [result(0, 1), result(2, 2)],
                [result(0, 1), result(-1, 2)],
                [result(0, 2), result(1, 1)],
                [result(0, 1, 0.2), result(1, 2, 0.3)],
                [result(0, 1, 1.5), result(1, 2)],
                [result(0, 1), result(1, 2, -0.1)],
                [result(0, 1, math.nan), result(1, 2)],
                [result(0, 1, math.inf), result(1, 2)],
                [result(True, 1), result(0, 2)],  # a boolean is no number, though Python thinks so
                [result(0, 1, relevance_score=True), result(1, 2)],
                [result(0, 1, relevance_score="0.5"), result(1, 2)],
                [result(0, 1, scored_by="cross-encoder"), result(1, 2)],
                [result(0, 1, scored_by="late-interaction"), result(1, 2)],
                [result(0, 1, logit=1.0), result(1, 2)],
                [result(0, 1, matches=[[1]]), result(1, 2)],
                [result(0, 1, explanation={"parts": [{}]}), result(1, 2)],
            )
        ),
    ],
)
def test_what_is_no_answer_is_refused(body: bytes) -> None:
    with pytest.raises(BadAnswerError):
        answer_of(body, TWO)


def test_scores_may_rise_with_diversity() -> None:
    body = json.dumps(answer(result(0, 1, 0.2), result(1, 2, 0.3))).encode()
    assert answer_of(body, Request("q", ["a", "b"], diversity=0.5)).results[1].relevance_score == 0.3


@pytest.mark.parametrize(
    ("text", "matches", "spans"),
    [
        ("bread", [(0, 5)], ["bread"]),
        ("לחם טרי", [(0, 6), (7, 13)], ["לחם", "טרי"]),
        ("😀 bread 😀", [(5, 10)], ["bread"]),
        ("", [], []),
    ],
)
def test_spans_of_strings(text: str, matches: list[tuple[int, int]], spans: list[str]) -> None:
    found = splitrank.string_spans(text, [Match(start, end) for start, end in matches])
    assert [text[start:end] for start, end in found] == spans


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("3", 3.0),
        (" 0 ", 0.0),
        ("soon", None),
        ("-1", None),
        ("٣", None),
        ("9" * 5000, 9999999999.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after_of(header) == seconds


def test_retry_after_a_date_to_come() -> None:
    wait = retry_after_of("Wed, 21 Oct 2999 07:28:00 GMT")
    assert wait is not None and wait > 1e9
