"""Against a real server."""

from __future__ import annotations

import asyncio
import re
import threading
from pathlib import Path
from typing import Any

import pytest

import splitrank
from calls import DOCUMENTS, HEBREW, Calls
from serving import served
from splitrank import Answer, Client, Request, SplitrankError
from splitrank._options import OPTIONS

QUESTION = "כמה זמן נח בצק מעוצב במקרר?"


def test_the_callers_own_documents_come_back(server: str, calls: Calls) -> None:
    answer = calls.rerank(server, "how do I keep bread fresh", DOCUMENTS)
    assert [r.index for r in answer.results] == [1, 0]
    assert answer.documents[0] is DOCUMENTS[1]
    best = answer.results[0]
    assert (best.id, best.text, best.rank, best.scored_by) == (7, "Store bread cut side down.", 1, "heuristic")
    assert best.relevance_score == best.heuristic_score > answer.results[1].relevance_score
    assert (answer.model, answer.language, answer.degraded, answer.reason, answer.stage) == ("none", "en", False, None, "final")
    assert answer.usage.documents == 2


def test_hebrew(server: str, calls: Calls) -> None:
    answer = calls.rerank(server, QUESTION, HEBREW, explain=True, top_k=2)
    assert [r.id for r in answer.results] == ["15:30", "12:02"]
    assert answer.documents[0] is HEBREW[1]
    best = answer.results[0]
    assert best.matches is not None and best.explanation is not None
    found = [best.text[start:end] for start, end in splitrank.string_spans(best.text, best.matches)]
    assert found == ["הבצק", "המעוצב", "למקרר", "נח"]
    assert sum(part.contribution for part in best.explanation.parts) == best.heuristic_score


def test_every_option_is_known_to_the_server(server: str) -> None:
    given: dict[str, Any] = {
        "top_k": 1,
        "pipeline": "heuristic",
        "budget": {"documents": 3, "tokens": 100},
        "deadline_ms": 5000,
        "diversity": 0.5,
        "language": "he",
        "typing": True,
        "explain": True,
        "strict": True,
        "cache": False,
        "client_id": "visitor-7",
        "model": None,
        "first_model": "none",
        "first_stage": "hidden",
        "llm": None,
        "return_documents": True,
        "truncation": {
            "strategy": "only_second",
            "max_query_tokens": 9,
            "max_document_tokens": 90,
            "windows": {"size": 9, "stride": 1, "count": 2, "score": "max"},
        },
    }
    assert given.keys() == OPTIONS.keys()
    answer = splitrank.rerank(QUESTION, HEBREW, url=server, **given)
    assert len(answer.results) == 1
    assert answer.results[0].echo == {"text": HEBREW[1]["text"]}  # and nothing of the caller's other keys


def test_no_option_of_the_server_is_missing(server: str) -> None:
    """A field that the API gains must come here too. The server says which it knows.

    raw_scores is for clients of other services: here a relevance score is from 0 to 1, and Result.logit is there anyway.
    """
    import httpx

    reply = httpx.post(f"{server}/rerank", json={"nope": 1})
    known = re.sub(r".*known are ", "", reply.json()["error"]["message"]).replace(" or ", ", ").split(", ")
    ours = {"query", "documents", *OPTIONS} - {"deadline_ms"}
    assert set(known) - {"chunks", "top_n", "raw_scores"} == ours


@pytest.mark.parametrize(
    ("options", "error", "field"),
    [
        ({"pipeline": "magic"}, splitrank.UnknownPipelineError, "pipeline"),
        ({"language": "klingon"}, splitrank.UnknownLanguageError, "language"),
        ({"first_stage": "known"}, splitrank.UnknownFirstStageError, "first_stage"),
        ({"truncation": {"strategy": "middle"}}, splitrank.UnknownTruncationError, "truncation.strategy"),
        ({"truncation": {"strategy": "longest_first", "windows": {}}}, splitrank.ConflictingFieldsError, "truncation.strategy"),
    ],
)
def test_wrong_requests_raise_despite_a_fallback(
    server: str, calls: Calls, options: dict[str, Any], error: type[SplitrankError], field: str
) -> None:
    for call in (calls.rerank, calls.stream):
        with pytest.raises(error, match=field.split(".")[0]) as caught:
            call(server, "bread", DOCUMENTS, fallback="first-stage", **options)
        assert caught.value.field == field
        assert caught.value.status in (400, 404, 422)


@pytest.mark.parametrize(
    ("query", "documents", "error"),
    [
        ("q" * 5000, DOCUMENTS, splitrank.TooLongError),
        ("q", ["d"] * 1001, splitrank.TooManyDocumentsError),
        ("q", ["ה" * (1 << 20)], splitrank.TooLongError),
        ("q", ["d" * (1 << 20)] * 5, splitrank.DocumentsTooLargeError),
    ],
    ids=["query", "number", "one text", "all texts"],
)
def test_what_is_too_large_is_said_so(
    server: str, calls: Calls, query: str, documents: list[str], error: type[SplitrankError]
) -> None:
    with pytest.raises(error) as caught:
        calls.rerank(server, query, documents)
    assert caught.value.status == 413


def test_a_thousand_documents(server: str, calls: Calls) -> None:
    documents = [{"text": f"passage {i} about " + ("bread" if i == 700 else "stones"), "i": i} for i in range(1000)]
    answer = calls.rerank(server, "bread", documents)
    assert answer.documents[0] is documents[700]
    assert len(answer.results) == 1000


def test_odd_texts(server: str, calls: Calls) -> None:
    documents: list[Any] = ["", "\ud83d\ude00 pair", "lone \ud800 half", {"text": "\0 nul bread", "title": ""}]
    answer = calls.rerank(server, "bread \udc00", documents)
    assert sorted(r.index for r in answer.results) == [0, 1, 2, 3]
    assert answer.documents[0] is documents[3]


def test_a_generator_of_documents(server: str, calls: Calls) -> None:
    assert calls.rerank(server, "bread", (d for d in ("stones", "bread"))).documents == ["bread", "stones"]


def test_ranks_of_the_first_stage(server: str, calls: Calls) -> None:
    documents = [{"text": "nothing", "rank": 2}, {"text": "nothing", "rank": 1}, {"text": "nothing"}]
    assert [r.index for r in calls.rerank(server, "bread", documents).results] == [1, 0, 2]


def test_a_stream_without_a_model_is_its_last_answer(server: str, calls: Calls) -> None:
    answers = calls.stream(server, QUESTION, HEBREW)
    assert answers[-1].stage == "final"
    plain = calls.rerank(server, QUESTION, HEBREW)
    assert answers[-1].results == plain.results


def test_a_stream_with_the_built_in_model(binary: Path, calls: Calls) -> None:
    documents = ["Turn the oven on.", "Once shaped, the dough rests in the fridge.", "Cats sleep."]
    with served(binary) as url:
        answers = calls.stream(url, "where does shaped dough rest", documents, timeout=120)
        if answers[-1].model == "none":
            pytest.skip("libonnxruntime is missing (make ort)")
        assert [a.stage for a in answers][:1] == ["heuristic"]
        assert [a.stage for a in answers][-1] == "final"
        assert {a.stage for a in answers[1:-1]} <= {"partial"}
        best = answers[-1].results[0]
        assert (best.index, best.scored_by, best.logit is None) == (1, "late-interaction", False)
        assert answers[-1].usage.scored == 3


def test_a_batch(server: str, calls: Calls) -> None:
    requests = [Request(QUESTION, HEBREW, top_k=1), Request("bread", DOCUMENTS, pipeline="magic"), Request("bread", DOCUMENTS)]  # type: ignore[arg-type]
    first, second, third = calls.batch(server, requests, fallback="first-stage")
    assert isinstance(first, Answer) and first.documents == [HEBREW[1]]
    assert isinstance(second, splitrank.UnknownPipelineError) and second.field == "pipeline"
    assert isinstance(third, Answer) and third.documents[0] is DOCUMENTS[1]


def test_a_batch_that_is_too_large(server: str, calls: Calls) -> None:
    with pytest.raises(splitrank.BatchTooLargeError):
        calls.batch(server, [Request("q", ["d"])] * 101)


def test_keys(binary: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(binary, "--model", "none", SPLITRANK_API_KEYS="sesame") as url:
        with pytest.raises(splitrank.UnauthorizedError) as caught:
            calls.rerank(url, "bread", DOCUMENTS)
        assert caught.value.status == 401
        assert calls.rerank(url, "bread", DOCUMENTS, fallback="first-stage").reason == "unauthorized"
        assert not calls.rerank(url, "bread", DOCUMENTS, client={"key": "sesame"}).degraded
        monkeypatch.setenv("SPLITRANK_API_KEY", "sesame")
        monkeypatch.setenv("SPLITRANK_URL", url)
        assert not splitrank.rerank("bread", DOCUMENTS).degraded


@pytest.mark.parametrize("end", ["", "/", "/rerank", "/rerank/", "/rerank/batch"])
def test_addresses(server: str, calls: Calls, end: str) -> None:
    assert calls.rerank(server + end, "bread", DOCUMENTS).documents[0] is DOCUMENTS[1]
    assert len(calls.batch(server + end, [Request("bread", DOCUMENTS)])) == 1


def test_another_path(server: str, calls: Calls) -> None:
    with pytest.raises(splitrank.NotFoundError):
        calls.rerank(server + "/elsewhere", "bread", DOCUMENTS)


def test_threads_share_a_client(server: str) -> None:
    found: list[int] = []
    with Client(server) as client:

        def work() -> None:
            found.extend(client.rerank("bread", DOCUMENTS).results[0].index for _ in range(20))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [1] * 160


def test_tasks_share_a_client(server: str) -> None:
    async def work() -> list[int]:
        async with splitrank.AsyncClient(server) as client:
            answers = await asyncio.gather(*(client.rerank("bread", DOCUMENTS) for _ in range(40)))
            return [a.results[0].index for a in answers]

    assert asyncio.run(work()) == [1] * 40
