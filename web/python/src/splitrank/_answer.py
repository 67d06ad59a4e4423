"""Answers: what POST /rerank says, with the caller's own documents in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal

from ._documents import D
from ._errors import SplitrankError

Stage = Literal["heuristic", "partial", "final"]


@dataclass(frozen=True)
class Match:
    """A span of the document's text in bytes of UTF-8; see `string_spans`."""

    start: int
    end: int


@dataclass(frozen=True)
class Part:
    """One signal's part of a heuristic score."""

    signal: str
    raw: float
    weight: float
    contribution: float


@dataclass(frozen=True)
class Term:
    """One term of a `Blend`: contribution = raw · weight."""

    term: str
    """"logit", "heuristic", "first_stage", "rarity", "feedback" or "shift"; with a large language model "grade" or "cascade"."""
    raw: float
    weight: float
    contribution: float


@dataclass(frozen=True)
class Blend:
    """A sum whose sigmoid is the relevance score, or above it where a neighbour bounds that."""

    terms: tuple[Term, ...]
    sum: float


@dataclass(frozen=True)
class Grade:
    """What a large language model said of a document."""

    grade: float
    """From 0, nothing to do with the query, to 10, a full answer."""
    why: str | None = None
    """A sentence of reason as the model wrote it: show it as text, never as markup."""


@dataclass(frozen=True)
class Explanation:
    """A heuristic score taken apart: the contributions of the parts sum to it exactly."""

    parts: tuple[Part, ...]
    reason: str | None = None
    """Why the document was kept or trimmed; None where nothing was trimmed."""
    llm: Grade | None = None
    """What a large language model said, with pipeline "llm"."""
    blend: Blend | None = None
    """What makes the relevance score; None where no model scored the document."""


@dataclass(frozen=True)
class Result(Generic[D]):
    """One document's place in the answer."""

    index: int
    """Position in the documents given, from 0."""
    rank: int
    """Place in the answer, from 1."""
    document: D
    """The caller's own object."""
    relevance_score: float
    """0 to 1; never rises down the list unless diversity is on. 0 in a fallback: nobody scored."""
    scored_by: str
    """Where relevance_score comes from: "heuristic", the kind of the model that read it last ("late-interaction",
    as the built-in one, or "cross-encoder"), "llm", or "first-stage" in a fallback."""
    heuristic_score: float
    """0 to 1, an exact binary fraction."""
    logit: float | None = None
    """The model's raw score, where it scored."""
    truncated: bool = False
    """Whether the model did not see all of the document."""
    explanation: Explanation | None = None
    """With `explain`; a `partial` answer of a stream does not repeat it."""
    matches: tuple[Match, ...] | None = None
    """With `explain`: where the query's terms stand in the text."""
    echo: Any = None
    """With `return_documents`: what the server read."""
    suspicious: bool = False
    """Whether a large language model graded the document high against all evidence: its grade was bounded."""

    @property
    def text(self) -> str:
        """The document's text."""
        return self.document if isinstance(self.document, str) else str(self.document["text"])

    @property
    def id(self) -> Any:
        """The document's own `id`; None where it has none."""
        return None if isinstance(self.document, str) else self.document.get("id")


@dataclass(frozen=True)
class LLMUsage:
    """What a large language model took, further tries included."""

    model: str
    calls: int
    """0 where no call was needed."""
    input: int
    """Tokens read, without those from the provider's cache."""
    cached: int
    output: int
    """Tokens written, thinking included."""
    cost_usd: float | None = None
    """Dollars; None where the model's price is not known."""
    prices_of: str | None = None
    """Day of the price list."""


@dataclass(frozen=True)
class Usage:
    """What an answer took."""

    documents: int
    scored: int = 0
    """Documents with a model's score, however it came: `cached`, `known` and `read` add up to it."""
    cached: int = 0
    """Documents whose score was remembered."""
    trimmed: int = 0
    """Documents that the model was not asked about."""
    tokens: int = 0
    """Tokens that ran through the model."""
    known: int = 0
    """Documents that the model had read before, so that they were only compared."""
    read: int = 0
    """Documents that a model read for this answer."""
    llm: LLMUsage | None = None
    """With pipeline "llm"."""


@dataclass(frozen=True)
class Timings:
    """The server's times in milliseconds."""

    total: float = 0.0
    heuristic: float = 0.0
    queue: float = 0.0
    """Wait for a free worker and for the model to begin."""
    inference: float = 0.0
    query: float = 0.0
    """Part of `inference`: reading the query, where the model reads query and documents apart. 0 for other models."""
    documents: float = 0.0
    """Part of `inference`: reading documents that were not known."""
    comparing: float = 0.0
    """Part of `inference`: comparing both."""


@dataclass(frozen=True)
class Answer(Generic[D]):
    """The answer to one query, best document first."""

    results: tuple[Result[D], ...]
    model: str
    """The model that scored; "none" where none is loaded."""
    scorer: str
    """Version of the heuristics. Equal scorers give equal heuristic scores."""
    language: str
    """Language of the query; "und" where none fits."""
    stemmed: bool
    """Whether a stemmer of that language took part."""
    degraded: bool
    """Whether this is less than was asked for."""
    reason: str | None
    """Why: the server's reason ("deadline", "overload", ...), or the code of `error`."""
    usage: Usage
    timings_ms: Timings
    calibration: str | None = None
    """What the model was tuned with."""
    stage: Stage = "final"
    """How far a streamed answer is."""
    error: SplitrankError | None = None
    """In a fallback: what kept the server from answering."""
    query_id: str | None = None
    """What events about this answer refer to; None where the server logs no queries."""

    @property
    def documents(self) -> list[D]:
        """The caller's documents, best first."""
        return [result.document for result in self.results]


def string_spans(text: str, matches: Sequence[Match]) -> list[tuple[int, int]]:
    """Matches, which count bytes of UTF-8, as positions in text: `text[start:end]`."""
    encoded = text.encode("utf-8", "surrogatepass")
    spans: list[tuple[int, int]] = []
    seen = position = 0
    for match in matches:  # ascending, so that the text is decoded once
        start = position + len(encoded[seen : match.start].decode("utf-8", "replace"))
        end = start + len(encoded[match.start : match.end].decode("utf-8", "replace"))
        spans.append((start, end))
        seen, position = match.end, end
    return spans
