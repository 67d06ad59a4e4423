"""What the classes for LangChain and LlamaIndex share: settings as pydantic fields, and what an answer leaves in metadata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, SecretStr, model_validator

from ._answer import Answer, Result
from ._config import TIMEOUT, Fallback, config
from ._connections import Connections
from ._fallback import SCORED_BY
from ._options import OPTIONS, plain_options


class Settings(BaseModel):
    """Where the server is, and the options of `splitrank.Client` and `Client.rerank` under the same names."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    url: str | None = None
    """Default: SPLITRANK_URL, else http://localhost:8000."""
    key: SecretStr | None = Field(default=None, exclude=True)
    """Default: SPLITRANK_API_KEY, else none. It is left out of what is serialized."""
    timeout: float = TIMEOUT
    """Seconds of a whole call."""
    retries: int = 0
    """Further tries after an answer that says when."""
    fallback: Fallback = "none"
    """ "first-stage" answers in the retriever's order where the server is away, late or full."""

    top_k: int | None = None
    pipeline: Literal["cascade", "cross-encoder", "heuristic"] | None = None
    budget: dict[str, Any] | None = None
    deadline_ms: int | None = None
    diversity: float | None = None
    language: str | None = None
    typing: bool | None = None
    explain: bool | None = None
    strict: bool | None = None
    cache: bool | None = None
    model: str | None = None
    first_model: str | None = None
    first_stage: Literal["given", "hidden"] | None = None
    truncation: dict[str, Any] | None = None

    _connections: Connections = PrivateAttr(default_factory=Connections)

    @model_validator(mode="after")
    def _check(self) -> Settings:
        """Says at once what the first call would say."""
        config(self.url, self._token(), self.timeout, self.retries, self.fallback, 1)
        plain_options(self._options())
        return self

    def close(self) -> None:
        """Closes the connections of calls without async."""
        self._connections.close()

    async def aclose(self) -> None:
        """Closes the connections of this event loop's calls."""
        await self._connections.aclose()

    def _options(self) -> Any:
        return {name: getattr(self, name) for name in OPTIONS if name in type(self).model_fields}

    def _token(self) -> str | None:
        return None if self.key is None else self.key.get_secret_value()

    def _rerank(self, query: str, documents: Sequence[Mapping[str, Any]]) -> Answer[Mapping[str, Any]]:
        client = self._connections.client((self.url, self._token(), self.retries))
        return client.rerank(query, documents, timeout=self.timeout, fallback=self.fallback, **self._options())

    async def _arerank(self, query: str, documents: Sequence[Mapping[str, Any]]) -> Answer[Mapping[str, Any]]:
        client = self._connections.async_client((self.url, self._token(), self.retries))
        return await client.rerank(query, documents, timeout=self.timeout, fallback=self.fallback, **self._options())


def was_scored(result: Result[Any]) -> bool:
    """Whether anybody scored the document, which a fallback does not."""
    return result.scored_by != SCORED_BY


def carried(result: Result[Any], answer: Answer[Any]) -> dict[str, Any]:
    """What a framework's own result has no field for: plain values, left out where they say nothing."""
    found: dict[str, Any] = {"rank": result.rank, "scored_by": result.scored_by, "degraded": answer.degraded}
    if was_scored(result):
        found |= {"heuristic_score": result.heuristic_score, "model": answer.model, "scorer": answer.scorer}
    said = {
        "reason": answer.reason,
        "logit": result.logit,
        "truncated": result.truncated or None,
        "explanation": result.explanation and asdict(result.explanation),
        "matches": result.matches and [[m.start, m.end] for m in result.matches],
    }
    return found | {key: value for key, value in said.items() if value is not None}
