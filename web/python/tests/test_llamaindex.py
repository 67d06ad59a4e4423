"""The LlamaIndex postprocessor."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("llama_index.core", reason="llama-index-core is not installed")

from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle, TextNode

import splitrank
from serving import Fake, Script, answer, answers, failure, result
from splitrank.llamaindex import SplitrankRerank

Start = Callable[[Script], Fake]
QUESTION = "כמה זמן נח בצק מעוצב במקרר?"


def nodes() -> list[NodeWithScore]:
    return [
        NodeWithScore(node=TextNode(id_="a", text="המקרר גם מרדים את המחמצת; מאכילים אותה פעם בשבוע."), score=0.9),
        NodeWithScore(
            node=TextNode(id_="b", text="את הבצק המעוצב מכניסים למקרר, והוא נח שם כל הלילה.", metadata={"page": 2}), score=0.5
        ),
        NodeWithScore(node=TextNode(id_="c", text="Turn the oven on.")),
    ]


def processed(rerank: SplitrankRerank, given: list[NodeWithScore], query: str, way: str) -> list[NodeWithScore]:
    if way == "sync":
        found = rerank.postprocess_nodes(given, query_str=query)
        rerank.close()
        return found

    async def work() -> list[NodeWithScore]:
        found = await rerank.apostprocess_nodes(given, QueryBundle(query))
        await rerank.aclose()
        return found

    return asyncio.run(work())


ways = pytest.mark.parametrize("way", ["sync", "async"])


@ways
def test_nodes_come_back_with_scores(server: str, way: str) -> None:
    given = nodes()
    best, second = processed(SplitrankRerank(url=server, top_k=2, deadline_ms=5000, explain=True), given, QUESTION, way)
    assert (best.node.node_id, second.node.node_id) == ("b", "a")
    said = best.node.metadata["splitrank"]
    assert best.score == said["heuristic_score"]
    assert (said["retrieval_score"], said["rank"], said["scored_by"], said["degraded"]) == (0.5, 1, "heuristic", False)
    assert sum(part["contribution"] for part in said["explanation"]["parts"]) == said["heuristic_score"]
    assert given[1].score == 0.5 and given[1].node.metadata == {"page": 2}  # what was given stays as it was


@ways
def test_no_model_reads_what_is_carried(server: str, way: str) -> None:
    best = processed(SplitrankRerank(url=server), nodes(), QUESTION, way)[0]
    for mode in (MetadataMode.LLM, MetadataMode.EMBED):
        assert best.node.get_content(metadata_mode=mode) == nodes()[1].node.get_content(metadata_mode=mode)


@ways
def test_a_degraded_answer_says_so(fake: Start, way: str) -> None:
    partly = answer(result(1, 1, 0.9, scored_by="cross-encoder", logit=2.0), result(0, 2), degraded=True, reason="deadline")
    server = fake(answers(json.dumps(partly)))
    best = processed(SplitrankRerank(url=server.url, deadline_ms=150, diversity=0.5), nodes()[:2], "q", way)[0]
    said = best.node.metadata["splitrank"]
    assert (said["degraded"], said["reason"], said["logit"]) == (True, "deadline", 2.0)
    assert server.asked[0].json["budget"] == {"deadline_ms": 150}


@ways
def test_a_fallback_keeps_the_retrievers_scores(fake: Start, way: str) -> None:
    server = fake(answers(failure("overloaded"), "429 Full"))
    with pytest.raises(splitrank.OverloadedError):
        processed(SplitrankRerank(url=server.url), nodes(), "q", way)
    found = processed(SplitrankRerank(url=server.url, fallback="first-stage"), nodes(), "q", way)
    assert [(n.node.node_id, n.score) for n in found] == [("a", 0.9), ("b", 0.5), ("c", None)]
    assert found[0].node.metadata["splitrank"]["reason"] == "overloaded"


@ways
def test_metadata_are_ranked_as_they_are_embedded(fake: Start, way: str) -> None:
    server = fake(answers(json.dumps(answer())))
    processed(SplitrankRerank(url=server.url), nodes()[:2], "q", way)
    processed(SplitrankRerank(url=server.url, metadata_mode=MetadataMode.NONE), nodes()[:2], "q", way)
    sent: list[Any] = [asked.json["documents"] for asked in server.asked]
    assert sent[0][1]["text"].startswith("page: 2\n")
    assert sent[1][1]["text"].startswith("את הבצק")


@ways
def test_nothing_found_is_nothing_to_rank(way: str) -> None:
    assert processed(SplitrankRerank(url="http://127.0.0.1:9"), [], "q", way) == []


def test_a_query_is_needed() -> None:
    with pytest.raises(ValueError, match="query"):
        SplitrankRerank().postprocess_nodes(nodes())


def test_every_option_is_a_setting() -> None:
    assert splitrank.Options.__annotations__.keys() - {"return_documents"} <= SplitrankRerank.model_fields.keys()


def test_the_key_stays_secret() -> None:
    rerank = SplitrankRerank(key="sesame")  # type: ignore[arg-type]
    assert "sesame" not in f"{rerank!r} {rerank.to_json()}"
    assert SplitrankRerank.from_json(rerank.to_json()).class_name() == "SplitrankRerank"


def test_a_changed_setting_counts(server: str) -> None:
    rerank = SplitrankRerank(url="http://127.0.0.1:9")
    with pytest.raises(splitrank.UnreachableError):
        rerank.postprocess_nodes(nodes(), query_str=QUESTION)
    rerank.url = server
    assert len(rerank.postprocess_nodes(nodes(), query_str=QUESTION)) == 3
    with pytest.raises(splitrank.OutOfRangeError):
        rerank.top_k = 0
    rerank.close()


def test_copies_and_pickles(server: str) -> None:
    rerank = SplitrankRerank(url=server, top_k=2)
    rerank.postprocess_nodes(nodes(), query_str=QUESTION)
    for again in (copy.copy(rerank), copy.deepcopy(rerank), pickle.loads(pickle.dumps(rerank)), rerank.model_copy(deep=True)):
        assert len(again.postprocess_nodes(nodes(), query_str=QUESTION)) == 2
        asyncio.run(both(again))
        again.close()
    rerank.close()


async def both(rerank: SplitrankRerank) -> None:
    assert len(await rerank.apostprocess_nodes(nodes(), query_str=QUESTION)) == 2
    await rerank.aclose()
