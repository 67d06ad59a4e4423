"""LlamaIndex: a node postprocessor. Needs `pip install 'splitrank[llamaindex]'`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

try:
    from llama_index.core.instrumentation.events.rerank import ReRankEndEvent, ReRankStartEvent
    from llama_index.core.postprocessor.types import BaseNodePostprocessor
    from llama_index.core.schema import BaseNode, MetadataMode, NodeWithScore, QueryBundle
    from llama_index_instrumentation import get_dispatcher  # comes with the core, which does not export it
except ImportError as cause:
    raise ImportError("splitrank.llamaindex needs llama-index-core: pip install 'splitrank[llamaindex]'") from cause

from ._adapter import Settings, carried, was_scored
from ._answer import Answer, Result

_dispatcher = get_dispatcher(__name__)
KEY = "splitrank"


class SplitrankRerank(Settings, BaseNodePostprocessor):
    """Orders a retriever's nodes and keeps the best `top_k`.

    The nodes are copies whose score is the relevance score. Their metadata have one more key, `splitrank`, which neither a
    model nor an embedding gets to see: retrieval_score, rank, scored_by, degraded, reason, logit, explanation and so on.
    After a fallback the scores are the retriever's.
    """

    metadata_mode: MetadataMode = MetadataMode.EMBED
    """Which metadata are ranked as the beginning of the text. Default: those that are embedded."""

    @classmethod
    def class_name(cls) -> str:
        """The name in serialized form."""
        return "SplitrankRerank"

    def _postprocess_nodes(self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None) -> list[NodeWithScore]:
        query = self._begin(nodes, query_bundle)
        return _end(nodes, self._rerank(query, self._texts(nodes)) if nodes else None)

    async def _apostprocess_nodes(self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None) -> list[NodeWithScore]:
        query = self._begin(nodes, query_bundle)
        return _end(nodes, await self._arerank(query, self._texts(nodes)) if nodes else None)

    def _begin(self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None) -> str:
        if query_bundle is None:
            raise ValueError("a query is needed: give query_str or query_bundle")
        _dispatcher.event(
            ReRankStartEvent(query=query_bundle, nodes=nodes, top_n=self.top_k or len(nodes), model_name=self.model or "")
        )
        return query_bundle.query_str

    def _texts(self, nodes: Sequence[NodeWithScore]) -> list[dict[str, Any]]:
        return [{"text": n.node.get_content(metadata_mode=self.metadata_mode)} for n in nodes]


def _end(nodes: Sequence[NodeWithScore], answer: Answer[Any] | None) -> list[NodeWithScore]:
    found = [] if answer is None else [_with_score(nodes[r.index], r, answer) for r in answer.results]
    _dispatcher.event(ReRankEndEvent(nodes=found))
    return found


def _with_score(given: NodeWithScore, result: Result[Any], answer: Answer[Any]) -> NodeWithScore:
    node: BaseNode = given.node
    said = {"retrieval_score": given.score, **carried(result, answer)}
    copy = node.model_copy(
        update={
            "metadata": {**node.metadata, KEY: said},
            "excluded_llm_metadata_keys": [*node.excluded_llm_metadata_keys, KEY],
            "excluded_embed_metadata_keys": [*node.excluded_embed_metadata_keys, KEY],
        }
    )
    return NodeWithScore(node=copy, score=result.relevance_score if was_scored(result) else given.score)
