"""The LangChain compressor."""

from __future__ import annotations

import asyncio
import copy
import gc
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("langchain_core", reason="langchain-core is not installed")

from langchain_core.documents import Document

import splitrank
from serving import Fake, Script, answer, answers, failure, result
from splitrank.langchain import SplitrankRerank

Start = Callable[[Script], Fake]
QUESTION = "כמה זמן נח בצק מעוצב במקרר?"
DOCUMENTS = [
    Document("המקרר גם מרדים את המחמצת; מאכילים אותה פעם בשבוע.", metadata={"page": 1}, id="a"),
    Document("את הבצק המעוצב מכניסים למקרר, והוא נח שם כל הלילה.", metadata={"page": 2, "source": ("x",)}, id="b"),
    Document("Turn the oven on."),
]


def compressed(rerank: SplitrankRerank, documents: list[Document], query: str, way: str) -> list[Document]:
    if way == "sync":
        found = rerank.compress_documents(documents, query)
        rerank.close()
        return found

    async def work() -> list[Document]:
        found = await rerank.acompress_documents(documents, query)
        await rerank.aclose()
        return found

    return asyncio.run(work())


ways = pytest.mark.parametrize("way", ["sync", "async"])


@ways
def test_documents_come_back_with_scores(server: str, way: str) -> None:
    rerank = SplitrankRerank(url=server, top_k=2, deadline_ms=5000, explain=True)
    best, second = compressed(rerank, DOCUMENTS, QUESTION, way)
    assert (best.id, best.page_content, best.metadata["page"], best.metadata["source"]) == (
        "b",
        DOCUMENTS[1].page_content,
        2,
        ("x",),
    )
    assert second.id == "a"
    said = best.metadata["splitrank"]
    assert best.metadata["relevance_score"] == said["heuristic_score"] > second.metadata["relevance_score"]
    assert (said["rank"], said["scored_by"], said["degraded"], said["model"]) == (1, "heuristic", False, "none")
    assert sum(part["contribution"] for part in said["explanation"]["parts"]) == said["heuristic_score"]
    assert said["matches"][0] == [5, 13]
    json.dumps(said)
    assert DOCUMENTS[1].metadata == {"page": 2, "source": ("x",)}  # what was given stays as it was


@ways
def test_a_degraded_answer_says_so(fake: Start, way: str) -> None:
    partly = answer(
        result(1, 1, 0.9, scored_by="cross-encoder", logit=2.0, truncated=True), result(0, 2), degraded=True, reason="deadline"
    )
    server = fake(answers(json.dumps(partly)))
    best, last = compressed(
        SplitrankRerank(url=server.url, deadline_ms=150, diversity=0.5, budget={"tokens": 9}), DOCUMENTS[:2], "q", way
    )
    said = best.metadata["splitrank"]
    assert (said["degraded"], said["reason"], said["logit"], said["truncated"]) == (True, "deadline", 2.0, True)
    assert "logit" not in last.metadata["splitrank"] and "explanation" not in last.metadata["splitrank"]
    assert server.asked[0].json["budget"] == {"tokens": 9, "deadline_ms": 150}
    assert server.asked[0].json["diversity"] == 0.5


@ways
def test_a_fallback(fake: Start, way: str) -> None:
    server = fake(answers(failure("overloaded"), "429 Full"))
    with pytest.raises(splitrank.OverloadedError):
        compressed(SplitrankRerank(url=server.url), DOCUMENTS, "q", way)
    found = compressed(SplitrankRerank(url=server.url, fallback="first-stage", top_k=2), DOCUMENTS, "q", way)
    assert [d.page_content for d in found] == [d.page_content for d in DOCUMENTS[:2]]
    assert "relevance_score" not in found[0].metadata
    assert found[0].metadata["splitrank"] == {"rank": 1, "scored_by": "first-stage", "degraded": True, "reason": "overloaded"}


@ways
def test_nothing_found_is_nothing_to_rank(way: str) -> None:
    assert compressed(SplitrankRerank(url="http://127.0.0.1:9"), [], "q", way) == []


@ways
def test_titles(fake: Start, way: str) -> None:
    server = fake(answers(json.dumps(answer())))
    documents = [Document("a", metadata={"title": "Bread"}), Document("b", metadata={"title": 3})]
    compressed(SplitrankRerank(url=server.url, title_key="title"), documents, "q", way)
    compressed(SplitrankRerank(url=server.url), documents, "q", way)
    assert server.asked[0].json["documents"] == [{"text": "a", "title": "Bread"}, {"text": "b"}]
    assert server.asked[1].json["documents"] == [{"text": "a"}, {"text": "b"}]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"topk": 3}, ValueError),
        ({"top_k": 0}, splitrank.OutOfRangeError),
        ({"budget": {"deadline": 3}}, splitrank.UnknownFieldError),
        ({"pipeline": "magic"}, ValueError),
        ({"url": "localhost"}, splitrank.OutOfRangeError),
        ({"key": ""}, splitrank.OutOfRangeError),
        ({"timeout": 0}, splitrank.OutOfRangeError),
    ],
)
def test_wrong_settings_are_refused_at_once(given: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        SplitrankRerank(**given)


def test_every_option_is_a_setting() -> None:
    """An option that the API gains must come here too. The documents come back anyway."""
    assert splitrank.Options.__annotations__.keys() - {"return_documents"} <= SplitrankRerank.model_fields.keys()


def test_several_event_loops(server: str) -> None:
    rerank = SplitrankRerank(url=server)

    async def work() -> None:
        for _ in range(2):
            assert len(await rerank.acompress_documents(DOCUMENTS, QUESTION)) == 3
        await rerank.aclose()

    for _ in range(3):
        asyncio.run(work())
    gc.collect()


def test_the_key_stays_secret() -> None:
    rerank = SplitrankRerank(key="sesame")  # type: ignore[arg-type]
    assert "sesame" not in f"{rerank!r} {rerank.model_dump_json()}"


def test_a_changed_setting_counts(server: str) -> None:
    rerank = SplitrankRerank(url="http://127.0.0.1:9")
    with pytest.raises(splitrank.UnreachableError):
        rerank.compress_documents(DOCUMENTS, QUESTION)
    rerank.url = server
    assert len(rerank.compress_documents(DOCUMENTS, QUESTION)) == 3
    with pytest.raises(splitrank.OutOfRangeError):
        rerank.top_k = 0
    rerank.close()


def test_copies_and_pickles(server: str) -> None:
    rerank = SplitrankRerank(url=server, top_k=2)
    rerank.compress_documents(DOCUMENTS, QUESTION)
    for again in (copy.copy(rerank), copy.deepcopy(rerank), pickle.loads(pickle.dumps(rerank)), rerank.model_copy(deep=True)):
        assert len(again.compress_documents(DOCUMENTS, QUESTION)) == 2
        asyncio.run(both(again))
        again.close()
    rerank.close()


async def both(rerank: SplitrankRerank) -> None:
    assert len(await rerank.acompress_documents(DOCUMENTS, QUESTION)) == 2
    await rerank.aclose()
