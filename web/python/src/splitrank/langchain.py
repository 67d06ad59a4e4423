"""LangChain: a document compressor. Needs `pip install 'splitrank[langchain]'`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

try:
    from langchain_core.callbacks import Callbacks
    from langchain_core.documents import BaseDocumentCompressor, Document
except ImportError as cause:
    raise ImportError("splitrank.langchain needs langchain-core: pip install 'splitrank[langchain]'") from cause

from ._adapter import Settings, carried, was_scored
from ._answer import Answer


class SplitrankRerank(Settings, BaseDocumentCompressor):
    """Orders a retriever's documents and keeps the best `top_k`; for a `ContextualCompressionRetriever`, say.

    The documents are copies with two more keys in their metadata: `relevance_score`, and `splitrank` with what else the
    answer says: rank, scored_by, degraded, reason, logit, explanation and so on. After a fallback there is no `relevance_score`.
    """

    title_key: str | None = None
    """Key of the metadata that holds a title, which is ranked as the beginning of the text. Default: none."""

    def compress_documents(self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None) -> list[Document]:
        """The documents, best first."""
        if not documents:
            return []
        return _with_scores(documents, self._rerank(query, self._texts(documents)))

    async def acompress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> list[Document]:
        """The documents, best first."""
        if not documents:
            return []
        return _with_scores(documents, await self._arerank(query, self._texts(documents)))

    def _texts(self, documents: Sequence[Document]) -> list[dict[str, Any]]:
        return [{"text": d.page_content, "title": self._title(d)} for d in documents]

    def _title(self, document: Document) -> str | None:
        title: object = None if self.title_key is None else document.metadata.get(self.title_key)
        return title if isinstance(title, str) else None


def _with_scores(documents: Sequence[Document], answer: Answer[Any]) -> list[Document]:
    found: list[Document] = []
    for result in answer.results:
        document = documents[result.index]
        scores: dict[str, Any] = {"relevance_score": result.relevance_score} if was_scored(result) else {}
        metadata = {**document.metadata, **scores, "splitrank": carried(result, answer)}
        found.append(document.model_copy(update={"metadata": metadata}))
    return found
