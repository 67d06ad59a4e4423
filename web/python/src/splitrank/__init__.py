"""Re-ranks retrieval candidates with a splitrank server.

answer = splitrank.rerank("how do I keep bread fresh", documents, top_k=5, fallback="first-stage")
answer.documents  # your own, best first
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ._answer import Answer, Blend, Explanation, Grade, LLMUsage, Match, Part, Result, Stage, Term, Timings, Usage, string_spans
from ._async_client import AsyncClient
from ._client import Client
from ._config import TIMEOUT, Fallback
from ._documents import D, Document
from ._errors import (
    AwayError,
    BadAnswerError,
    BatchTooLargeError,
    BodyTooLargeError,
    ConflictingFieldsError,
    DeadlineExceededError,
    DocumentsTooLargeError,
    DuplicateFieldError,
    DuplicateIDError,
    EmptyIDError,
    EmptyQueryError,
    InternalError,
    InvalidUTF8Error,
    KeepsNothingError,
    MalformedJSONError,
    MalformedURLError,
    MethodNotAllowedError,
    MissingFieldError,
    NoDocumentsError,
    NoModelError,
    NoRequestsError,
    NotFiniteError,
    NotFoundError,
    OriginFailedError,
    OutOfRangeError,
    OverloadedError,
    RequestError,
    RequestTimeoutError,
    ReservedFieldError,
    ShuttingDownError,
    SplitrankError,
    TimedOutError,
    TooDeepError,
    TooLongError,
    TooManyDocumentsError,
    UnauthorizedError,
    UnknownFieldError,
    UnknownFirstStageError,
    UnknownLanguageError,
    UnknownModelError,
    UnknownPipelineError,
    UnknownTruncationError,
    UnreachableError,
    UnsupportedMediaTypeError,
    WrongTypeError,
)
from ._options import LLM, Budget, Options, Truncation, Windows
from ._request import Request
from ._sent_events import AnswerEvent, EventsTaken
from ._signature import with_options
from ._version import __version__

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = [
    "Answer",
    "AnswerEvent",
    "AsyncClient",
    "AwayError",
    "BadAnswerError",
    "BatchTooLargeError",
    "Blend",
    "BodyTooLargeError",
    "Budget",
    "Client",
    "ConflictingFieldsError",
    "DeadlineExceededError",
    "Document",
    "DocumentsTooLargeError",
    "DuplicateFieldError",
    "DuplicateIDError",
    "EmptyIDError",
    "EmptyQueryError",
    "EventsTaken",
    "Explanation",
    "Fallback",
    "Grade",
    "InternalError",
    "InvalidUTF8Error",
    "KeepsNothingError",
    "LLM",
    "LLMUsage",
    "MalformedJSONError",
    "MalformedURLError",
    "Match",
    "MethodNotAllowedError",
    "MissingFieldError",
    "NoDocumentsError",
    "NoModelError",
    "NoRequestsError",
    "NotFiniteError",
    "NotFoundError",
    "Options",
    "OriginFailedError",
    "OutOfRangeError",
    "OverloadedError",
    "Part",
    "Request",
    "RequestError",
    "RequestTimeoutError",
    "ReservedFieldError",
    "Result",
    "ShuttingDownError",
    "SplitrankError",
    "Stage",
    "Term",
    "TimedOutError",
    "Timings",
    "TooDeepError",
    "TooLongError",
    "TooManyDocumentsError",
    "Truncation",
    "UnauthorizedError",
    "UnknownFieldError",
    "UnknownFirstStageError",
    "UnknownLanguageError",
    "UnknownModelError",
    "UnknownPipelineError",
    "UnknownTruncationError",
    "UnreachableError",
    "UnsupportedMediaTypeError",
    "Usage",
    "Windows",
    "WrongTypeError",
    "__version__",
    "rerank",
    "string_spans",
]


@with_options
def rerank(
    query: str,
    documents: Iterable[D],
    *,
    url: str | None = None,
    key: str | None = None,
    fallback: Fallback = "none",
    timeout: float = TIMEOUT,
    **options: Unpack[Options],
) -> Answer[D]:
    """Orders documents for a query by a client for this one call. A `Client` of your own keeps its connections and is faster."""
    with Client(url, key=key, timeout=timeout, fallback=fallback) as client:
        return client.rerank(query, documents, **options)
